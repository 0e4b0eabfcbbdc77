/**
 * The one node of the local cluster: a scheduler, and a kubelet whose containers are local processes.
 *
 * The watch is all it knows: a Pod that names this node is run, one that is marked for deletion is stopped, and
 * one that is gone leaves nothing behind.
 */
import path from 'node:path';

import { ApiError } from '../api-error.ts';
import type { Clock } from '../clock.ts';
import type { LogQuery, LogSource } from '../http/log-source.ts';
import type { ContainerUsage, UsageSource } from '../http/usage-source.ts';
import { asPod, isTerminal, type Pod } from '../pod.ts';
import { nodes, pods } from '../resources/registry.ts';
import type { ObjectStore } from '../store/object-store.ts';
import type { Subscription, WatchEvent } from '../store/watchers.ts';
import type { NodeCapacity } from './capacity.ts';
import type { ContainerLog } from './container-log.ts';
import type { ContainerRunner } from './container-runner.ts';
import { EventRecorder } from './event-recorder.ts';
import { readContainerLog } from './log-reading.ts';
import { nodeName, nodeObject } from './node-object.ts';
import { PodRunner } from './pod-runner.ts';
import { Scheduler } from './scheduler.ts';
import { UsageMeter } from './usage-meter.ts';
import { Watchdog } from './watchdog.ts';

export interface LocalNodeOptions {
  readonly store: ObjectStore;
  readonly clock: Clock;
  readonly directory: string;
  readonly capacity: NodeCapacity;
  readonly images: readonly string[];
}

/** How long containers may take to end when the cluster is closed. */
const closeGraceMs = 2000;

export class LocalNode implements LogSource, UsageSource {
  readonly #options: LocalNodeOptions;
  readonly #recorder: EventRecorder;
  readonly #watchdog = new Watchdog();
  readonly #meter = new UsageMeter();
  readonly #scheduler: Scheduler;
  readonly #subscription: Subscription;
  readonly #runners = new Map<string, PodRunner>();
  /** Pods that are gone from the store but not yet from the machine. */
  readonly #removing = new Set<Promise<void>>();

  constructor(options: LocalNodeOptions) {
    this.#options = options;
    const { store, clock, capacity } = options;
    store.create(nodes, '', nodeObject(capacity, clock.nowMs()));
    this.#recorder = new EventRecorder(store, clock);
    this.#scheduler = new Scheduler({ store, clock, recorder: this.#recorder, capacity, nodeName });
    this.#subscription = store.watch({ resource: pods }, {}, (event) => this.#observe(event));
  }

  /** Ends every container; afterwards no process of this node is left. */
  async close(): Promise<void> {
    this.#scheduler.close();
    this.#subscription.close();
    await Promise.all([
      ...[...this.#runners.values()].map((runner) => runner.abandon(closeGraceMs)),
      ...this.#removing,
    ]);
    await this.#watchdog.close();
  }

  async *readLog(pod: Pod, query: LogQuery, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const runner = this.#runners.get(pod.metadata.uid)?.container(query.container);
    yield* readContainerLog(logOf(pod, runner, query), query, signal);
  }

  async measure(): Promise<ReadonlyMap<string, readonly ContainerUsage[]>> {
    const running = [...this.#runners].flatMap(([uid, runner]) =>
      runner.running().map((container) => ({ uid, container })),
    );
    const used = await this.#meter.measure(running.map(({ container }) => container));
    const byPod = new Map<string, ContainerUsage[]>();
    for (const [index, { uid }] of running.entries()) {
      const usage = used[index];
      if (usage !== undefined) byPod.set(uid, [...(byPod.get(uid) ?? []), usage]);
    }
    return byPod;
  }

  #observe({ type, object }: WatchEvent): void {
    const pod = asPod(object);
    const { uid } = pod.metadata;
    const runner = this.#runners.get(uid);
    if (type === 'DELETED') {
      this.#runners.delete(uid);
      if (runner !== undefined) this.#remove(runner);
    } else if (runner !== undefined) runner.observe(pod);
    else if (pod.spec.nodeName === nodeName && !isTerminal(pod)) this.#start(pod);
  }

  #start(pod: Pod): void {
    const { store, clock, images, directory } = this.#options;
    const runner = new PodRunner(pod, {
      store,
      clock,
      images,
      recorder: this.#recorder,
      watchdog: this.#watchdog,
      directory: path.join(directory, 'pods', pod.metadata.uid),
    });
    this.#runners.set(pod.metadata.uid, runner);
    if (pod.metadata.deletionTimestamp !== undefined) runner.observe(pod);
  }

  #remove(runner: PodRunner): void {
    const removal = runner.remove().finally(() => this.#removing.delete(removal));
    this.#removing.add(removal);
  }
}

/** The log that the query asks for; 400 where there is none, in the kubelet's words. */
function logOf(pod: Pod, runner: ContainerRunner | undefined, query: LogQuery): ContainerLog {
  const where = `container ${JSON.stringify(query.container)} in pod ${JSON.stringify(pod.metadata.name)}`;
  if (query.previous) {
    const isBetween = runner !== undefined && 'waiting' in runner.record.state;
    const previous = isBetween ? runner.log : runner?.previousLog;
    if (previous !== undefined) return previous;
    throw new ApiError('BadRequest', `previous terminated ${where} not found`);
  }
  if (runner?.log !== undefined) return runner.log;
  const state = runner?.record.state;
  const reason = state !== undefined && 'waiting' in state ? state.waiting.reason : 'ContainerCreating';
  const why: Readonly<Record<string, string>> = {
    ErrImagePull: "image can't be pulled",
    ImagePullBackOff: 'trying and failing to pull image',
  };
  throw new ApiError('BadRequest', `${where} is waiting to start: ${why[reason] ?? reason}`);
}
