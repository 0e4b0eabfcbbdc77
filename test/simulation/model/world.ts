/**
 * A whole cluster in memory under virtual time: store, garbage collector, kubelet and audit.
 *
 * Nothing happens but by a timer of its clock or by a call; between two timers every promise that can
 * settle does. So a run is the same run each time.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { asPod, type PodStatus } from '../../../src/cluster/local/pod.ts';
import { bindPodToNode } from '../../../src/cluster/local/pod-binding.ts';
import {
  allResources,
  configMaps,
  namespaces,
  pods as podType,
} from '../../../src/cluster/local/resources/registry.ts';
import { GarbageCollector } from '../../../src/cluster/local/store/garbage-collector.ts';
import { ObjectStore } from '../../../src/cluster/local/store/object-store.ts';
import { managedBy, type PodManifest } from '../../../src/cluster/port.ts';
import type { ObservedPod } from '../../../src/machines/pod.ts';
import { Audit, stateOf } from '../oracle/audit.ts';
import { observed } from './observed.ts';
import { ScriptedKubelet, type Scripts } from './kubelet.ts';
import { SimClock } from './sim-clock.ts';
import { WorkerLogs } from './worker-logs.ts';

const epochMs = Date.parse('2026-01-01T00:00:00Z');

export interface WorldOptions {
  readonly scripts?: Scripts;
}

export class World {
  readonly namespace = 'default';
  readonly clock = new SimClock(epochMs);
  readonly store: ObjectStore;
  readonly audit: Audit;
  /** What containers write. */
  readonly logs: WorkerLogs;
  /** The next objects that are made get these UIDs, oldest first. */
  readonly promisedUids: string[] = [];
  #uids = 0;
  /** Told after each step, when all has settled that can. */
  afterStep: () => void = () => undefined;
  steps = 0;
  #isRun = false;
  readonly #waiting = new Set<() => boolean>();

  constructor({ scripts = () => undefined }: WorldOptions = {}) {
    const { clock } = this;
    this.store = new ObjectStore({
      clock: { nowMs: () => clock.now() },
      identity: { uid: () => this.promisedUids.shift() ?? this.freshUid(), suffix: () => 'bcdfg' },
      resources: allResources,
    });
    for (const name of [this.namespace]) {
      this.store.create(namespaces, '', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    }
    const schedule = (step: () => void): void => void clock.setTimeout(step, 10);
    const collector = new GarbageCollector({ store: this.store, resources: allResources, schedule });
    void collector;
    this.audit = new Audit(this.store, () => this.clock.now());
    this.logs = new WorkerLogs(this.store, () => this.clock.now());
    const kubelet = new ScriptedKubelet(this, scripts);
    void kubelet;
  }

  freshUid(): string {
    this.#uids += 1;
    return `uid-${this.#uids}`;
  }

  /** All worker Pods that are there, as the port shows them. */
  get pods(): readonly ObservedPod[] {
    const matches = ({ metadata }: { metadata: { labels?: Readonly<Record<string, string>> } }) =>
      metadata.labels?.[managedBy.key] === managedBy.value;
    return this.store.select({ resource: podType, namespace: this.namespace, matches }).map(observed);
  }

  /** The ledgers that are there, by name: what their `state` says. */
  get ledgers(): ReadonlyMap<string, ReturnType<typeof stateOf>> {
    const objects = this.store.select({ resource: configMaps, namespace: this.namespace });
    return new Map(objects.map((object) => [object.metadata.name, stateOf(object)]));
  }

  logOf(podName: string): string {
    return `hello from ${podName}\n`;
  }

  /** A Pod that runs uses half a core and 20 MB. */
  usageOf(podName: string): { readonly cpuCores: number; readonly memoryBytes: number } | undefined {
    const pod = this.store.find(podType, this.namespace, podName);
    return pod && asPod(pod).status.phase === 'Running'
      ? { cpuCores: 0.5, memoryBytes: 20_000_000 }
      : undefined;
  }

  createPod(manifest: PodManifest | Readonly<Record<string, unknown>>): ObservedPod {
    return observed(this.store.create(podType, this.namespace, { ...manifest }));
  }

  bind(name: string): void {
    const { store, namespace, clock } = this;
    bindPodToNode(store, { nowMs: () => clock.now() }, { namespace, name, node: 'model-node' });
  }

  setStatus(name: string, status: Partial<PodStatus>): void {
    this.store.update(
      podType,
      this.namespace,
      name,
      (pod) => ({ ...pod, status: { ...asPod(pod).status, ...status } }),
      { part: 'all' },
    );
  }

  /** As a kubelet that has stopped a Pod, or a node that has lost it. */
  remove(name: string): void {
    this.store.delete(podType, this.namespace, name, { graceSeconds: 0 });
  }

  /** Lets every promise settle that can without time passing. */
  settle(): Promise<void> {
    return turn();
  }

  /**
   * Runs until `holds`; where somebody runs the world already, waits for that beside it.
   *
   * @returns false where it did not within so much virtual time
   */
  async run(holds: () => boolean, withinMs = 600_000): Promise<boolean> {
    if (this.#isRun) return this.#wait(holds, withinMs);
    const untilMs = this.clock.now() + withinMs;
    this.#isRun = true;
    try {
      for (;;) {
        await this.settle();
        this.steps += 1;
        this.afterStep();
        if (this.#wake()) continue;
        if (holds()) return true;
        if (!this.clock.step(untilMs)) return holds();
      }
    } finally {
      this.#isRun = false;
    }
  }

  #wait(holds: () => boolean, withinMs: number): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const untilMs = this.clock.now() + withinMs;
    this.clock.setTimeout(() => undefined, withinMs);
    this.#waiting.add(() => {
      const isSo = holds();
      if (isSo || this.clock.now() >= untilMs) resolve(isSo);
      return isSo || this.clock.now() >= untilMs;
    });
    return promise;
  }

  /** @returns whether anybody goes on now */
  #wake(): boolean {
    let isAny = false;
    for (const tries of this.#waiting) {
      if (!tries()) continue;
      this.#waiting.delete(tries);
      isAny = true;
    }
    return isAny;
  }

  async pass(ms: number): Promise<void> {
    await this.run(() => false, ms);
  }
}
