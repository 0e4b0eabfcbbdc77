/** What really happened in a model cluster, for whoever judges it afterwards. */
import { asPod, isTerminal } from '../../../src/cluster/local/pod.ts';
import type { KubeObject } from '../../../src/cluster/local/kube-object.ts';
import { configMaps, pods } from '../../../src/cluster/local/resources/registry.ts';
import { managedBy } from '../../../src/cluster/port.ts';
import type { ObjectStore } from '../../../src/cluster/local/store/object-store.ts';
import type { WatchEvent } from '../../../src/cluster/local/store/watchers.ts';
import { LedgerAudit, stateOf } from './ledger-audit.ts';
import { Violations } from './violation.ts';

export { stateOf };

export interface CreatedPod {
  readonly name: string;
  readonly uid: string;
  readonly ownerUid: string;
  readonly ownerName: string;
  /** Of a run's worker: its stage; '' else. */
  readonly stageId: string;
  readonly index: number;
  readonly attempt: number;
}

export class Audit {
  /** Every worker Pod that ever was. */
  readonly created: CreatedPod[] = [];
  /** UIDs in the order in which their deletion was first accepted from Ottoscaler. */
  readonly deletions: string[] = [];
  /** UIDs of Pods that somebody else deleted or removed: Ottoscaler need not. */
  readonly takenAway = new Set<string>();
  /** Names under which somebody else is about to put back a Pod of ours: it is no create of Ottoscaler's. */
  readonly copied = new Set<string>();
  readonly copies: string[] = [];
  /** Broken rules that only show while they happen. */
  readonly broken: Violations;
  /** Pods that are there, by UID. */
  readonly #present = new Map<string, CreatedPod & { isTerminal: boolean; isDeleting: boolean }>();
  readonly #ledgers: LedgerAudit;
  readonly #foreign = new Map<string, string>();

  constructor(store: ObjectStore, nowMs: () => number) {
    this.broken = new Violations(nowMs);
    const ownedBy = (uid: string) =>
      [...this.#present.values()].filter((pod) => pod.ownerUid === uid).map(({ name }) => name);
    this.#ledgers = new LedgerAudit(this.broken, ownedBy);
    store.watch({ resource: pods }, {}, (event) => this.#pod(event));
    store.watch({ resource: configMaps }, {}, ({ type, object }) => {
      if (type !== 'DELETED') this.#ledgers.written(object);
    });
  }

  /** Names of the Pods that use what a node has, as far as anybody can know. */
  get live(): readonly string[] {
    return [...this.#present.values()]
      .filter((pod) => !pod.isTerminal && !pod.isDeleting)
      .map(({ name }) => name);
  }

  createdUnder(name: string): number {
    return this.created.filter((pod) => pod.name === name).length;
  }

  #pod(event: WatchEvent): void {
    const { metadata } = event.object;
    if (metadata.labels?.[managedBy.key] !== managedBy.value) return this.#watchForeign(event);
    const known = this.#present.get(metadata.uid);
    if (event.type === 'DELETED') this.#present.delete(metadata.uid);
    else if (known) {
      known.isTerminal = isTerminal(asPod(event.object));
      known.isDeleting = metadata.deletionTimestamp !== undefined;
    } else if (event.type === 'ADDED') this.#appeared(podOf(event.object));
  }

  #appeared(pod: CreatedPod): void {
    if (this.copied.delete(pod.name)) return void this.copies.push(pod.name);
    this.created.push(pod);
    for (const other of this.#present.values()) {
      if (!isSameSlot(other, pod)) continue;
      // A worker of a scale task has one Pod; one of a stage has one that may run.
      if (pod.stageId === '') this.broken.report('I2', pod.name, `${slotOf(pod)} has two Pods at once`);
      else if (!other.isTerminal)
        this.broken.report(
          'I2',
          pod.name,
          `${slotOf(pod)} has two live Pods at once: ${other.name} and ${pod.name}`,
        );
    }
    this.#present.set(pod.uid, { ...pod, isTerminal: false, isDeleting: false });
    this.#ledgers.begins(pod);
  }

  #watchForeign({ type, object }: WatchEvent): void {
    const { uid, name } = object.metadata;
    const text = JSON.stringify(object);
    if (type === 'ADDED') this.#foreign.set(uid, text);
    else if (type === 'DELETED' ? !this.takenAway.has(uid) : this.#foreign.get(uid) !== text)
      this.broken.report('I4', name, `the foreign Pod ${name} was touched`);
  }
}

function podOf({ metadata }: KubeObject): CreatedPod {
  const { labels = {}, annotations = {}, ownerReferences } = metadata;
  return {
    name: metadata.name,
    uid: metadata.uid,
    ownerUid: ownerReferences?.[0]?.uid ?? '',
    ownerName: ownerReferences?.[0]?.name ?? '',
    stageId: annotations['ottoscaler.io/stage-id'] ?? '',
    index: Number(labels['ottoscaler.io/index']),
    attempt: Number(labels['ottoscaler.io/attempt']),
  };
}

const isSameSlot = (a: CreatedPod, b: CreatedPod) =>
  a.ownerUid === b.ownerUid && a.stageId === b.stageId && a.index === b.index;

function slotOf({ ownerUid, stageId, index }: CreatedPod): string {
  return `worker ${index} of ${stageId === '' ? '' : `stage ${stageId} of `}${ownerUid}`;
}
