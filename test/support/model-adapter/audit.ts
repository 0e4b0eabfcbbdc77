/** What really happened in a model cluster, for whoever judges it afterwards. */
import type { KubeObject } from '../../../src/cluster/local/kube-object.ts';
import { configMaps, pods } from '../../../src/cluster/local/resources/registry.ts';
import { managedBy } from '../../../src/cluster/port.ts';
import type { ObjectStore } from '../../../src/cluster/local/store/object-store.ts';
import type { WatchEvent } from '../../../src/cluster/local/store/watchers.ts';

export interface CreatedPod {
  readonly name: string;
  readonly uid: string;
  readonly ownerUid: string;
}

export class Audit {
  /** Every worker Pod that ever was. */
  readonly created: CreatedPod[] = [];
  /** UIDs in the order in which their deletion was first accepted from Ottoscaler. */
  readonly deletions: string[] = [];
  /** Broken rules that only show while they happen. */
  readonly violations: string[] = [];
  readonly #live = new Map<string, string>();
  readonly #ended = new Map<string, string>();
  readonly #foreign = new Map<string, string>();

  constructor(store: ObjectStore) {
    store.watch({ resource: pods }, {}, (event) => this.#pod(event));
    store.watch({ resource: configMaps }, {}, (event) => this.#record(event));
  }

  createdUnder(name: string): number {
    return this.created.filter((pod) => pod.name === name).length;
  }

  #pod(event: WatchEvent): void {
    const { metadata } = event.object;
    if (metadata.labels?.[managedBy.key] !== managedBy.value) return this.#watchForeign(event);
    const { 'ottoscaler.io/ledger': ledger = '', 'ottoscaler.io/index': index = '' } = metadata.labels;
    const { uid: ownerUid = '' } = metadata.ownerReferences?.[0] ?? {};
    const slot = `worker ${index} of ${ledger}`;
    if (event.type === 'ADDED') {
      this.created.push({ name: metadata.name, uid: metadata.uid, ownerUid });
      if (this.#live.has(slot)) this.violations.push(`${slot} has two Pods at once`);
      this.#live.set(slot, metadata.uid);
    } else if (event.type === 'DELETED' && this.#live.get(slot) === metadata.uid) this.#live.delete(slot);
  }

  /** Outcomes and the tombstone are written once. */
  #record({ type, object }: WatchEvent): void {
    if (type === 'DELETED') return;
    const state = stateOf(object);
    if (!state) return;
    for (const [index, ended] of Object.entries(state.ended ?? {})) {
      this.#once(`the outcome of worker ${index} of ${object.metadata.uid}`, JSON.stringify(ended));
    }
    if (state.closedAt !== '') this.#once(`the end of ${object.metadata.uid}`, JSON.stringify(state));
  }

  #once(what: string, value: string): void {
    const before = this.#ended.get(what);
    if (before !== undefined && before !== value) this.violations.push(`${what} was changed`);
    this.#ended.set(what, value);
  }

  #watchForeign({ type, object }: WatchEvent): void {
    const { uid, name } = object.metadata;
    const text = JSON.stringify(object);
    if (type === 'ADDED') this.#foreign.set(uid, text);
    else if (this.#foreign.get(uid) !== text) this.violations.push(`the foreign Pod ${name} was touched`);
  }
}

interface State {
  readonly created: boolean;
  readonly closedAt: string;
  readonly ended?: Readonly<Record<string, unknown>>;
}

/** The state that a ledger holds, as it stands there; undefined where the record is none. */
export function stateOf(object: KubeObject): State | undefined {
  const { data } = object;
  if (typeof data !== 'object' || data === null || !('state' in data)) return undefined;
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- read as Ottoscaler wrote it; what a test spoiled reads as none
    return JSON.parse(String(data.state)) as State;
  } catch {
    return undefined;
  }
}
