/**
 * One container of a Pod, from waiting for its image to its last run.
 *
 * It decides by itself when to start again (restart policy, back-off) and reports each change of its record; the
 * Pod decides what the changes mean together. Stopping is final: nothing starts afterwards.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { messageOf } from '../../../error-message.ts';
import type { Clock } from '../clock.ts';
import { rfc3339Seconds } from '../kube-object.ts';
import type { Container, ContainerState, ContainerStateTerminated, Pod, RestartPolicy } from '../pod.ts';
import { ContainerLog } from './container-log.ts';
import { startProcess, StartError, type ContainerProcess } from './container-process.ts';
import {
  ConfigError,
  containerEnvironment,
  expand,
  ownVariables,
  type ReadConfigMap,
} from './environment.ts';
import type { PodEvent } from './event-recorder.ts';
import { argumentsOf, resolveImage, type Image } from './image.ts';
import type { ContainerRecord } from './pod-status.ts';
import type { Watchdog } from './watchdog.ts';

export interface ContainerHost {
  readonly clock: Clock;
  readonly watchdog: Watchdog;
  readonly images: readonly string[];
  readonly readConfigMap: ReadConfigMap;
  /** The newest state of the Pod. */
  pod(): Pod;
  changed(): void;
  tell(event: Omit<PodEvent, 'component'>): void;
}

/** The kubelet's back-off for images and restarts: 10 s, doubled up to 5 min, forgotten after 10 good minutes. */
const backOffFirstMs = 10_000;
const backOffMaxMs = 300_000;
const backOffForgetMs = 600_000;

export class ContainerRunner {
  record: ContainerRecord;
  log: ContainerLog | undefined;
  previousLog: ContainerLog | undefined;
  readonly #host: ContainerHost;
  readonly #directory: string;
  readonly #policy: RestartPolicy;
  readonly #stopping = new AbortController();
  #process: ContainerProcess | undefined;
  #kill: { readonly atMs: number; readonly timer: NodeJS.Timeout } | undefined;

  constructor(host: ContainerHost, record: ContainerRecord, directory: string, policy: RestartPolicy) {
    this.#host = host;
    this.record = record;
    this.#directory = directory;
    this.#policy = policy;
  }

  get name(): string {
    return this.record.spec.name;
  }

  /** Undefined while it does not run. */
  get process(): Pick<ContainerProcess, 'pid' | 'startedMs'> | undefined {
    return this.#process;
  }

  /** Resolves when the container will never run again. */
  async run(): Promise<void> {
    for (let delayMs = 0; ; delayMs = nextBackOff(delayMs)) {
      const image = await this.#pullImage();
      if (image === undefined) return;
      const startedMs = this.#host.clock.nowMs();
      await this.#runOnce(image);
      if (!this.#mustRestart()) return;
      if (this.#host.clock.nowMs() - startedMs > backOffForgetMs) delayMs = 0;
      if (!(await this.#backOff(delayMs))) return;
    }
  }

  /** SIGTERM now and SIGKILL after the grace; a second call may only shorten it. */
  stop(graceMs: number): void {
    this.#stopping.abort();
    const running = this.#process;
    if (running === undefined) return;
    const atMs = performance.now() + graceMs;
    if (this.#kill !== undefined && this.#kill.atMs <= atMs) return;
    if (this.#kill === undefined) running.signal('SIGTERM');
    clearTimeout(this.#kill?.timer);
    this.#kill = { atMs, timer: setTimeout(() => running.signal('SIGKILL'), graceMs) };
  }

  removeLogs(): void {
    this.log?.remove();
    this.previousLog?.remove();
  }

  get #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  #set(change: Partial<ContainerRecord>): void {
    this.record = { ...this.record, ...change };
    this.#host.changed();
  }

  #wait(reason: string, message?: string): void {
    const terminated = 'terminated' in this.record.state ? this.record.state.terminated : this.record.last;
    const waiting = message === undefined ? { reason } : { reason, message };
    this.#set({ state: { waiting }, last: terminated });
  }

  /** Undefined where the container was stopped before it got its image. */
  async #pullImage(): Promise<Extract<Image, { kind: 'known' }> | undefined> {
    for (let delayMs = backOffFirstMs; !this.#isStopping; delayMs = nextBackOff(delayMs)) {
      const { image } = this.#spec;
      const resolved = resolveImage(image, this.#host.images);
      if (resolved.kind === 'known') {
        this.#tell('Normal', 'Pulled', `Container image ${JSON.stringify(image)} already present on machine`);
        return resolved;
      }
      if (resolved.kind === 'malformed') {
        const message = `Failed to apply default image tag ${JSON.stringify(image)}: couldn't parse image reference ${JSON.stringify(image)}: invalid reference format`;
        this.#tell('Warning', 'InspectFailed', message);
        this.#wait('InvalidImageName', message);
      } else await this.#failPull(image);
      if (!(await this.#pause(delayMs))) return undefined;
    }
    return undefined;
  }

  async #failPull(image: string): Promise<void> {
    const message = `rpc error: code = NotFound desc = failed to pull and unpack image ${JSON.stringify(image)}: the local node has only a few known images`;
    this.#tell('Normal', 'Pulling', `Pulling image ${JSON.stringify(image)}`);
    this.#tell('Warning', 'Failed', `Failed to pull image ${JSON.stringify(image)}: ${message}`);
    this.#tell('Warning', 'Failed', 'Error: ErrImagePull');
    this.#wait('ErrImagePull', message);
    if (!(await this.#pause(1000))) return;
    this.#tell('Normal', 'BackOff', `Back-off pulling image ${JSON.stringify(image)}`);
    this.#tell('Warning', 'Failed', 'Error: ImagePullBackOff');
    this.#wait('ImagePullBackOff', `Back-off pulling image ${JSON.stringify(image)}`);
  }

  async #runOnce(image: Extract<Image, { kind: 'known' }>): Promise<void> {
    const containerId = `process://${randomBytes(32).toString('hex')}`;
    const startedMs = this.#host.clock.nowMs();
    this.previousLog?.remove();
    this.previousLog = this.log;
    try {
      const launch = this.#prepare(image);
      this.log = new ContainerLog(path.join(this.#directory, `log-${this.record.restartCount}`));
      this.#tell('Normal', 'Created', `Created container ${this.name}`);
      this.#process = await startProcess({ ...launch, log: this.log, watchdog: this.#host.watchdog });
    } catch (error) {
      return this.#startFailed(error, containerId, startedMs);
    }
    this.#tell('Normal', 'Started', `Started container ${this.name}`);
    this.#set({ state: { running: { startedAt: rfc3339Seconds(startedMs) } }, containerId });
    // A stop that came while the process was being started has not reached it.
    if (this.#isStopping) this.stop(0);
    const exitCode = await this.#process.exited;
    clearTimeout(this.#kill?.timer);
    this.#process = undefined;
    const reason = exitCode === 0 ? 'Completed' : 'Error';
    this.#set({ state: { terminated: this.#terminated(exitCode, reason, startedMs, containerId) } });
  }

  #prepare(image: Extract<Image, { kind: 'known' }>): {
    argv: readonly string[];
    environment: ReadonlyMap<string, string>;
    directory: string;
  } {
    const directory = path.join(this.#directory, 'work');
    mkdirSync(directory, { recursive: true });
    const environment = containerEnvironment(
      this.#host.pod(),
      this.#spec,
      directory,
      this.#host.readConfigMap,
      image.directories,
    );
    const own = ownVariables(this.#spec, environment);
    const { command = [], args = [] } = this.#spec;
    const expanded = (list: readonly string[]): string[] => list.map((word) => expand(word, own));
    return { argv: argumentsOf(image, expanded(command), expanded(args)), environment, directory };
  }

  #startFailed(error: unknown, containerId: string, startedMs: number): void {
    const message = messageOf(error);
    this.log?.finish();
    this.#tell('Warning', 'Failed', `Error: ${message}`);
    if (error instanceof ConfigError) return this.#wait('CreateContainerConfigError', message);
    const exitCode = error instanceof StartError ? 128 : 127;
    const terminated = { ...this.#terminated(exitCode, 'StartError', startedMs, containerId), message };
    return this.#set({
      state: { terminated: { ...terminated, startedAt: '1970-01-01T00:00:00Z' } },
      containerId,
    });
  }

  #terminated(
    exitCode: number,
    reason: string,
    startedMs: number,
    containerID: string,
  ): ContainerStateTerminated {
    const finishedAt = rfc3339Seconds(this.#host.clock.nowMs());
    return { exitCode, reason, startedAt: rfc3339Seconds(startedMs), finishedAt, containerID };
  }

  #mustRestart(): boolean {
    if (this.#isStopping) return false;
    const { state } = this.record;
    // A container that could not be configured has not run yet.
    if (!('terminated' in state) || this.#policy === 'Always') return true;
    return this.#policy === 'OnFailure' && state.terminated.exitCode !== 0;
  }

  async #backOff(delayMs: number): Promise<boolean> {
    const hasRun = 'terminated' in this.record.state;
    if (hasRun && delayMs > 0) {
      const { name, uid, namespace } = this.#host.pod().metadata;
      this.#tell('Warning', 'BackOff', 'Back-off restarting failed container');
      this.#wait(
        'CrashLoopBackOff',
        `back-off ${delayMs / 1000}s restarting failed container=${this.name} pod=${name}_${namespace}(${uid})`,
      );
    }
    if (!(await this.#pause(hasRun ? delayMs : backOffFirstMs))) return false;
    if (hasRun) {
      const last = 'terminated' in this.record.state ? this.record.state.terminated : this.record.last;
      const state: ContainerState = { waiting: { reason: 'ContainerCreating' } };
      this.record = { ...this.record, last, restartCount: this.record.restartCount + 1, state };
    }
    return true;
  }

  /** False where the container was stopped meanwhile. */
  async #pause(delayMs: number): Promise<boolean> {
    try {
      await sleep(delayMs, undefined, { signal: this.#stopping.signal });
      return true;
    } catch {
      return false;
    }
  }

  get #spec(): Container {
    const { containers, initContainers = [] } = this.#host.pod().spec;
    return [...containers, ...initContainers].find(({ name }) => name === this.name) ?? this.record.spec;
  }

  #tell(type: PodEvent['type'], reason: string, message: string): void {
    this.#host.tell({ type, reason, message, container: this.name });
  }
}

/** The first restart is immediate, the next ones wait longer and longer. */
function nextBackOff(delayMs: number): number {
  return delayMs === 0 ? backOffFirstMs : Math.min(delayMs * 2, backOffMaxMs);
}
