/**
 * All objects of one resource, by namespace and name, in the order that a list returns them.
 */
import type { KubeObject } from '../kube-object.ts';

export class Table {
  readonly #objects = new Map<string, KubeObject>();
  /** Sorted keys; dropped when a key comes or goes and made again by the next list. */
  #sorted: readonly string[] | undefined;

  static key(namespace: string, name: string): string {
    return `${namespace}/${name}`;
  }

  get size(): number {
    return this.#objects.size;
  }

  get(namespace: string, name: string): KubeObject | undefined {
    return this.#objects.get(Table.key(namespace, name));
  }

  put(object: KubeObject): void {
    const key = Table.key(object.metadata.namespace ?? '', object.metadata.name);
    if (!this.#objects.has(key)) this.#sorted = undefined;
    this.#objects.set(key, object);
  }

  remove(object: KubeObject): void {
    this.#objects.delete(Table.key(object.metadata.namespace ?? '', object.metadata.name));
    this.#sorted = undefined;
  }

  select(
    namespace: string | undefined,
    matches: ((object: KubeObject) => boolean) | undefined,
  ): KubeObject[] {
    this.#sorted ??= [...this.#objects.keys()].toSorted();
    const selected: KubeObject[] = [];
    for (const key of this.#sorted) {
      const object = this.#objects.get(key);
      if (object === undefined) continue;
      if (namespace !== undefined && object.metadata.namespace !== namespace) continue;
      if (matches === undefined || matches(object)) selected.push(object);
    }
    return selected;
  }
}
