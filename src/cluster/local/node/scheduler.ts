/**
 * Assigns Pods to the one node there is, first come first served, as long as their requests fit.
 *
 * What is in use is the sum over the Pods of the node that have not ended, kept up to date from the watch. Pods that
 * do not fit say so in their PodScheduled condition and are tried again whenever a Pod ends.
 */
import { ApiError } from '../api-error.ts';
import type { Clock } from '../clock.ts';
import { bindPodToNode, withCondition } from '../pod-binding.ts';
import { asPod, isTerminal, type Pod } from '../pod.ts';
import { pods } from '../resources/registry.ts';
import type { ObjectStore } from '../store/object-store.ts';
import type { Subscription, WatchEvent } from '../store/watchers.ts';
import { demandOf, misfits, type Demand, type NodeCapacity } from './capacity.ts';
import type { EventRecorder } from './event-recorder.ts';

export interface SchedulerOptions {
  readonly store: ObjectStore;
  readonly clock: Clock;
  readonly recorder: EventRecorder;
  readonly capacity: NodeCapacity;
  readonly nodeName: string;
}

export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #subscription: Subscription;
  readonly #assigned = new Map<string, Demand>();
  /** Pods that wait for a node, oldest first; one entry a Pod. */
  readonly #waiting = new Map<string, { readonly namespace: string; readonly name: string }>();
  #used = { cpuMillis: 0, memoryBytes: 0 };
  #pass: NodeJS.Immediate | undefined;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#subscription = options.store.watch({ resource: pods }, {}, (event) => this.#observe(event));
  }

  close(): void {
    this.#subscription.close();
    clearImmediate(this.#pass);
  }

  #observe({ type, object }: WatchEvent): void {
    const pod = asPod(object);
    const { uid, name, namespace = '', deletionTimestamp } = pod.metadata;
    const isOver = type === 'DELETED' || isTerminal(pod);
    const isOurs = pod.spec.nodeName === this.#options.nodeName;
    if (isOver || isOurs) this.#waiting.delete(uid);
    if (isOurs && !isOver) this.#occupy(uid, pod);
    else if (isOver) this.#release(uid);
    const isUnassigned = (pod.spec.nodeName ?? '') === '' && deletionTimestamp === undefined;
    if (isOver || !isUnassigned || pod.spec.schedulerName !== 'default-scheduler' || this.#waiting.has(uid))
      return;
    this.#waiting.set(uid, { namespace, name });
    this.#schedulePass();
  }

  #occupy(uid: string, pod: Pod): void {
    if (this.#assigned.has(uid)) return;
    const demand = demandOf(pod);
    this.#assigned.set(uid, demand);
    this.#used = {
      cpuMillis: this.#used.cpuMillis + demand.cpuMillis,
      memoryBytes: this.#used.memoryBytes + demand.memoryBytes,
    };
  }

  #release(uid: string): void {
    const demand = this.#assigned.get(uid);
    if (demand === undefined) return;
    this.#assigned.delete(uid);
    this.#used = {
      cpuMillis: this.#used.cpuMillis - demand.cpuMillis,
      memoryBytes: this.#used.memoryBytes - demand.memoryBytes,
    };
    if (this.#waiting.size > 0) this.#schedulePass();
  }

  #schedulePass(): void {
    this.#pass ??= setImmediate(() => {
      this.#pass = undefined;
      for (const [uid, { namespace, name }] of this.#waiting) this.#try(uid, namespace, name);
    });
  }

  #try(uid: string, namespace: string, name: string): void {
    const { store, capacity, clock, recorder, nodeName } = this.#options;
    const object = store.find(pods, namespace, name);
    if (object === undefined || object.metadata.uid !== uid) {
      this.#waiting.delete(uid);
      return;
    }
    const pod = asPod(object);
    const reasons = misfits(demandOf(pod), { ...this.#used, pods: this.#assigned.size }, capacity);
    if (
      Object.keys(pod.spec.nodeSelector ?? {}).length > 0 &&
      pod.spec.nodeSelector?.['kubernetes.io/hostname'] !== nodeName
    )
      reasons.push("node(s) didn't match node selector");
    if (reasons.length > 0) return this.#refuse(pod, reasons);
    this.#waiting.delete(uid);
    try {
      const bound = bindPodToNode(store, clock, { namespace, name, uid, node: nodeName });
      const message = `Successfully assigned ${namespace}/${name} to ${nodeName}`;
      recorder.record(bound, {
        type: 'Normal',
        reason: 'Scheduled',
        message,
        component: 'default-scheduler',
      });
    } catch (error) {
      // Somebody bound or deleted it in between; the watch tells.
      if (!(error instanceof ApiError)) throw error;
    }
    return undefined;
  }

  #refuse(pod: Pod, reasons: readonly string[]): void {
    const { store, clock, recorder } = this.#options;
    const message = `0/1 nodes are available: ${reasons.map((reason) => `1 ${reason}`).join(', ')}.`;
    const known = pod.status.conditions?.find((condition) => condition.type === 'PodScheduled');
    if (known?.status === 'False' && known.message === message) return;
    const { namespace = '', name } = pod.metadata;
    const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message } as const;
    const conditions = withCondition(pod.status.conditions, condition, clock.nowMs());
    store.update(
      pods,
      namespace,
      name,
      (current) => ({ ...current, status: { ...pod.status, conditions } }),
      { part: 'status' },
    );
    recorder.record(pod, {
      type: 'Warning',
      reason: 'FailedScheduling',
      message,
      component: 'default-scheduler',
    });
  }
}
