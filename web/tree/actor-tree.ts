/**
 * The rows of all actors by id, and who is whose child. Rows come whole and are kept as they came; a child that arrives
 * before its parent waits under it unseen.
 */
import type { ActorRow } from '../../src/inspector/protocol.ts';

const nobody: ReadonlySet<string> = new Set();

export class ActorTree {
  readonly #rows = new Map<string, ActorRow>();
  /** In the order in which the children were first seen. */
  readonly #children = new Map<string, Set<string>>();
  /** By name: a Pod's name leads to its worker. */
  readonly #workers = new Map<string, string>();
  #shape = 0;

  /** Another number whenever a row came, went, or moved to another parent. */
  get shape(): number {
    return this.#shape;
  }

  get size(): number {
    return this.#rows.size;
  }

  get(id: string): ActorRow | undefined {
    return this.#rows.get(id);
  }

  rows(): IterableIterator<ActorRow> {
    return this.#rows.values();
  }

  childrenOf(id: string): ReadonlySet<string> {
    return this.#children.get(id) ?? nobody;
  }

  worker(podName: string): ActorRow | undefined {
    return this.#rows.get(this.#workers.get(podName) ?? '');
  }

  /** From the root's child to the actor's parent; empty where it has none. */
  ancestorsOf(id: string): readonly ActorRow[] {
    const found: ActorRow[] = [];
    const seen = new Set([id]);
    for (let row = this.#parentOf(id); row && !seen.has(row.id); row = this.#parentOf(row.id)) {
      seen.add(row.id);
      found.unshift(row);
    }
    return found;
  }

  replace(rows: readonly ActorRow[]): void {
    this.#rows.clear();
    this.#children.clear();
    this.#workers.clear();
    this.#shape += 1;
    this.change(rows, []);
  }

  change(rows: readonly ActorRow[], gone: readonly string[]): void {
    for (const row of rows) this.#put(row);
    for (const id of gone) this.#remove(id);
  }

  #put(row: ActorRow): void {
    const former = this.#rows.get(row.id);
    if (former && former.parent !== row.parent) this.#children.get(former.parent)?.delete(row.id);
    if (!former || former.parent !== row.parent) {
      this.#shape += 1;
      const siblings = this.#children.get(row.parent);
      if (siblings) siblings.add(row.id);
      else this.#children.set(row.parent, new Set([row.id]));
    }
    this.#rows.set(row.id, row);
    if (row.kind === 'worker') this.#workers.set(row.name, row.id);
  }

  #remove(id: string): void {
    const row = this.#rows.get(id);
    if (!row) return;
    this.#shape += 1;
    this.#rows.delete(id);
    if (this.#workers.get(row.name) === id) this.#workers.delete(row.name);
    const siblings = this.#children.get(row.parent);
    siblings?.delete(id);
    if (siblings?.size === 0) this.#children.delete(row.parent);
  }

  #parentOf(id: string): ActorRow | undefined {
    const row = this.#rows.get(id);
    return row && row.parent !== id ? this.#rows.get(row.parent) : undefined;
  }
}
