/**
 * One Pod on the node: init containers one after the other, then the containers together, until they have ended,
 * the Pod's deadline has passed or somebody deletes it.
 *
 * It reports to the store only; a Pod that is being deleted is removed with grace 0 once all its processes are gone.
 */
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';

import { ApiError } from '../api-error.ts';
import type { Clock } from '../clock.ts';
import { objectField } from '../kube-object.ts';
import { asPod, isTerminal, type Container, type Pod } from '../pod.ts';
import { configMaps, pods } from '../resources/registry.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { ContainerRunner, type ContainerHost } from './container-runner.ts';
import type { EventRecorder } from './event-recorder.ts';
import { initialRecord, phaseOf, podStatus, type PodProgress } from './pod-status.ts';
import type { RunningContainer } from './usage-meter.ts';
import type { Watchdog } from './watchdog.ts';

export interface PodRunnerOptions {
  readonly store: ObjectStore;
  readonly clock: Clock;
  readonly recorder: EventRecorder;
  readonly watchdog: Watchdog;
  readonly images: readonly string[];
  /** Of this Pod alone; removed with it. */
  readonly directory: string;
}

export class PodRunner {
  readonly #options: PodRunnerOptions;
  readonly #startedMs: number;
  readonly #init: readonly ContainerRunner[];
  readonly #main: readonly ContainerRunner[];
  readonly #ended: Promise<void>;
  #pod: Pod;
  #failure: PodProgress['failure'];
  #deadline: NodeJS.Timeout | undefined;
  #isStopping = false;
  /** Set while the process goes down: the store is not told any more. */
  #isAbandoned = false;

  constructor(pod: Pod, options: PodRunnerOptions) {
    this.#pod = pod;
    this.#options = options;
    this.#startedMs = options.clock.nowMs();
    const { initContainers = [], containers } = pod.spec;
    const runner = (spec: Container, isInit: boolean): ContainerRunner =>
      this.#runner(spec, isInit, initContainers.length > 0);
    this.#init = initContainers.map((spec) => runner(spec, true));
    this.#main = containers.map((spec) => runner(spec, false));
    this.#ended = this.#run();
  }

  get pod(): Pod {
    return this.#pod;
  }

  container(name: string): ContainerRunner | undefined {
    return [...this.#init, ...this.#main].find((runner) => runner.name === name);
  }

  /** The containers that run now. */
  running(): readonly RunningContainer[] {
    return [...this.#init, ...this.#main].flatMap(({ name, process }) =>
      process === undefined ? [] : [{ name, pid: process.pid, startedMs: process.startedMs }],
    );
  }

  /** A newer state of the Pod: a changed deadline, or the wish to delete it. */
  observe(pod: Pod): void {
    this.#pod = pod;
    const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = pod.metadata;
    if (deletionTimestamp !== undefined) this.#stop(deletionGracePeriodSeconds * 1000);
    else this.#armDeadline();
  }

  /** The Pod is gone from the store: whatever still runs ends now, and its files with it. */
  async remove(): Promise<void> {
    this.#isAbandoned = true;
    this.#stop(0);
    await this.#ended;
    for (const runner of [...this.#init, ...this.#main]) runner.removeLogs();
    rmSync(this.#options.directory, { recursive: true, force: true });
  }

  /** The node goes down: the processes end, the Pod's object stays as it is. */
  async abandon(graceMs: number): Promise<void> {
    this.#isAbandoned = true;
    this.#stop(graceMs);
    await this.#ended;
  }

  #runner(spec: Container, isInit: boolean, hasInit: boolean): ContainerRunner {
    const { restartPolicy } = this.#pod.spec;
    // An init container runs until it succeeds, but never again after that.
    const policy = isInit && restartPolicy === 'Always' ? 'OnFailure' : restartPolicy;
    const directory = path.join(this.#options.directory, spec.name);
    return new ContainerRunner(this.#host(), initialRecord(spec, isInit, hasInit), directory, policy);
  }

  #host(): ContainerHost {
    const { clock, watchdog, images, store, recorder } = this.#options;
    return {
      clock,
      watchdog,
      images,
      readConfigMap: (name) => {
        const found = store.find(configMaps, this.#pod.metadata.namespace ?? '', name);
        return found === undefined ? undefined : objectField(found, 'data');
      },
      pod: () => this.#pod,
      changed: () => this.#publish(),
      tell: (event) => {
        if (!this.#isAbandoned) recorder.record(this.#pod, { ...event, component: 'kubelet' });
      },
    };
  }

  async #run(): Promise<void> {
    // The constructor must have returned before anything is reported.
    await Promise.resolve();
    for (const runner of [...this.#init, ...this.#main])
      mkdirSync(path.join(this.#options.directory, runner.name), { recursive: true });
    this.#publish();
    this.#armDeadline();
    if (await this.#initialize()) await Promise.all(this.#main.map((runner) => runner.run()));
    clearTimeout(this.#deadline);
    if (!this.#isAbandoned) this.#conclude();
  }

  async #initialize(): Promise<boolean> {
    for (const runner of this.#init) {
      if (this.#isStopping) return false;
      await runner.run();
      const { state } = runner.record;
      if (!('terminated' in state) || state.terminated.exitCode !== 0) return false;
    }
    return true;
  }

  #stop(graceMs: number): void {
    if (!this.#isStopping && !this.#isAbandoned) this.#tellKilling();
    this.#isStopping = true;
    for (const runner of [...this.#init, ...this.#main]) runner.stop(graceMs);
  }

  #tellKilling(): void {
    for (const runner of [...this.#init, ...this.#main])
      if ('running' in runner.record.state)
        this.#options.recorder.record(this.#pod, {
          type: 'Normal',
          reason: 'Killing',
          message: `Stopping container ${runner.name}`,
          component: 'kubelet',
          container: runner.name,
        });
  }

  #armDeadline(): void {
    clearTimeout(this.#deadline);
    const { activeDeadlineSeconds, terminationGracePeriodSeconds } = this.#pod.spec;
    if (activeDeadlineSeconds === undefined || this.#isStopping) return;
    const leftMs = this.#startedMs + activeDeadlineSeconds * 1000 - this.#options.clock.nowMs();
    // A timer holds at most 2^31 ms; a longer deadline is looked at again when that has passed.
    const waitMs = Math.min(Math.max(0, leftMs), 2_147_483_647);
    this.#deadline = setTimeout(() => {
      if (this.#startedMs + activeDeadlineSeconds * 1000 > this.#options.clock.nowMs())
        return this.#armDeadline();
      if (phaseOf(this.#progress(), this.#pod.spec.restartPolicy) === 'Succeeded') return undefined;
      const message = 'Pod was active on the node longer than the specified deadline';
      this.#options.recorder.record(this.#pod, {
        type: 'Normal',
        reason: 'DeadlineExceeded',
        message,
        component: 'kubelet',
      });
      this.#stop(terminationGracePeriodSeconds * 1000);
      this.#failure = { reason: 'DeadlineExceeded', message };
      return undefined;
    }, waitMs);
  }

  /** All processes are gone. */
  #conclude(): void {
    this.#publish(true);
    if (this.#pod.metadata.deletionTimestamp === undefined) return;
    const { namespace = '', name, uid } = this.#pod.metadata;
    this.#write(() => this.#options.store.delete(pods, namespace, name, { uid, graceSeconds: 0 }));
  }

  #progress(): PodProgress {
    return {
      init: this.#init.map((runner) => runner.record),
      main: this.#main.map((runner) => runner.record),
      startedMs: this.#startedMs,
    };
  }

  /** A phase that is final, and why it came to it, is told only once all processes are gone: it never changes again. */
  #publish(isOver = false): void {
    if (this.#isAbandoned || isTerminal(this.#pod)) return;
    const phase = phaseOf(this.#progress(), this.#pod.spec.restartPolicy);
    if (!isOver && (phase === 'Succeeded' || phase === 'Failed')) return;
    const failure = isOver && this.#failure !== undefined ? { failure: this.#failure } : {};
    const { namespace = '', name, uid } = this.#pod.metadata;
    const { store, clock } = this.#options;
    this.#write(() =>
      store.update(
        pods,
        namespace,
        name,
        (current) => {
          const pod = asPod(current);
          if (pod.metadata.uid !== uid) throw new ApiError('NotFound', 'another Pod has this name');
          return { ...pod, status: podStatus(pod, { ...this.#progress(), ...failure }, clock.nowMs()) };
        },
        { part: 'status' },
      ),
    );
  }

  #write(change: () => unknown): void {
    try {
      change();
    } catch (error) {
      // Deleted by force in between: the watch tells the node, which removes this Pod.
      if (!(error instanceof ApiError)) throw error;
    }
  }
}
