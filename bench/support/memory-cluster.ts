/**
 * The cluster port without a cluster: it answers at once and tells of every change, so that what is
 * measured over it is the actors' own cost.
 */
import type { Cluster, PodFact, PodManifest, PodObserver, StoredRecord } from '../../src/cluster/port.ts';
import type { ObservedPod } from '../../src/machines/pod.ts';

const createdAt = '2026-01-01T00:00:00Z';
const startedAt = '2026-01-01T00:00:01Z';
const finishedAt = '2026-01-01T00:00:02Z';

export interface MemoryClusterOptions {
  /** Pods run and succeed by themselves, as soon as the caller has turned to something else. */
  readonly endsAtOnce?: boolean;
}

export class MemoryCluster implements Cluster {
  readonly namespace = 'bench';
  readonly podsByName = new Map<string, ObservedPod>();
  readonly #records = new Map<string, StoredRecord>();
  readonly #endsAtOnce: boolean;
  /** Pods that are to end in the next turn. */
  readonly #ending: string[] = [];
  #observer: PodObserver | undefined;
  #version = 0;

  constructor({ endsAtOnce = false }: MemoryClusterOptions = {}) {
    this.#endsAtOnce = endsAtOnce;
  }

  readonly pods: Cluster['pods'] = {
    create: async (manifest) => this.#create(manifest),
    read: async (name) => this.podsByName.get(name),
    delete: async (name) => {
      this.lose([name]);
      return 'deleting';
    },
    reflect: (observer) => {
      this.#observer = observer;
      // As an adapter does: never from within the call that asked.
      queueMicrotask(() => {
        observer.listed([]);
        observer.health({ healthy: true, reason: 'watching' });
      });
      return { stop: () => Promise.resolve() };
    },
    async *followLog() {},
    usage: async () => undefined,
  };

  readonly records: Cluster['records'] = {
    create: async (record) => this.#keep({ ...record, uid: `record-${this.#next()}`, resourceVersion: '' }),
    read: async (name) => this.#records.get(name),
    update: async (record) => this.#keep(record),
    delete: async ({ name }) => (this.#records.delete(name) ? 'deleted' : 'gone'),
    async *list() {},
  };

  /** Nobody else is there to lead. */
  readonly leases: Cluster['leases'] = {
    create: async (lease) => ({ ...lease, uid: 'lease', resourceVersion: '1' }),
    read: async () => undefined,
    update: async (lease) => lease,
  };

  probe(): Promise<{ readonly version: string }> {
    return Promise.resolve({ version: 'memory' });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** The kubelet's part: the Pods run, and have a new version of their status. One chunk of a watch. */
  run(names: readonly string[]): void {
    this.#change(names, {
      phase: 'Running',
      container: { kind: 'running', startedAt },
      nodeName: 'node',
    });
  }

  /** Their nodes do not answer, until they run again. */
  silence(names: readonly string[]): void {
    this.#change(names, { phase: 'Unknown' });
  }

  /** Their containers have ended well. */
  succeed(names: readonly string[]): void {
    const terminated = { reason: 'Completed', message: '', exitCode: 0, startedAt, finishedAt };
    this.#change(names, { phase: 'Succeeded', container: { kind: 'terminated', ...terminated } });
  }

  #change(names: readonly string[], change: Partial<ObservedPod>): void {
    const facts = names.flatMap((name): PodFact[] => {
      const before = this.podsByName.get(name);
      if (!before) return [];
      const pod = { ...before, ...change, resourceVersion: this.#next() };
      this.podsByName.set(name, pod);
      return [{ type: 'pod.observed', pod }];
    });
    this.#observer?.changed(facts);
  }

  /** The Pods are gone. */
  lose(names: readonly string[]): void {
    const facts = names.flatMap((name): PodFact[] => {
      const last = this.podsByName.get(name);
      this.podsByName.delete(name);
      return last ? [{ type: 'pod.lost', name, uid: last.uid, last }] : [];
    });
    this.#observer?.changed(facts);
  }

  #create({ metadata: { name, ownerReferences, annotations } }: PodManifest): ObservedPod {
    const [owner] = ownerReferences;
    const resourceVersion = this.#next();
    const pod: ObservedPod = {
      name,
      uid: `00000000-0000-4000-8000-${resourceVersion.padStart(12, '0')}`,
      resourceVersion,
      ...(owner ? { owner: { name: owner.name, uid: owner.uid } } : {}),
      specHash: Object.values(annotations).at(-1) ?? '',
      phase: 'Pending',
      reason: '',
      message: '',
      deleting: false,
      createdAt,
      nodeName: '',
      podIp: '',
    };
    this.podsByName.set(name, pod);
    this.#observer?.changed([{ type: 'pod.observed', pod }]);
    if (this.#endsAtOnce) this.#endSoon(name);
    return pod;
  }

  #endSoon(name: string): void {
    if (this.#ending.push(name) > 1) return;
    setImmediate(() => {
      const names = this.#ending.splice(0);
      this.run(names);
      this.succeed(names);
    });
  }

  #keep(record: StoredRecord): StoredRecord {
    const kept = { ...record, resourceVersion: this.#next() };
    this.#records.set(record.name, kept);
    return kept;
  }

  #next(): string {
    return String(++this.#version);
  }
}
