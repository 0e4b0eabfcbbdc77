/** A scheduler and a kubelet that do with each Pod what its script says, in virtual time. */
import { asPod, type ContainerState, type Pod } from '../../../src/cluster/local/pod.ts';
import { bindPodToNode } from '../../../src/cluster/local/pod-binding.ts';
import { pods } from '../../../src/cluster/local/resources/registry.ts';
import { rfc3339Seconds, type KubeObject } from '../../../src/cluster/local/kube-object.ts';
import type { World } from './world.ts';

export interface PodScript {
  /** From the Pod's creation until it is on a node; `Infinity` leaves it unscheduled. */
  readonly bindMs: number;
  /** From there until its container runs. */
  readonly startMs: number;
  /** From there until its container ends by itself. */
  readonly runMs: number;
  readonly exitCode: number;
  /** From the request to delete a bound Pod until it is gone. */
  readonly stopMs: number;
  /** What becomes of it instead of an end by its own exit code. */
  readonly ending?: Ending;
  /** It has ended before anybody saw it run. */
  readonly isUnseen?: boolean;
  /** A container beside ours, which fails. */
  readonly hasFailingSidecar?: boolean;
}

export type Ending =
  /** It never runs: what its container waits for does not come. */
  | 'image-missing'
  | 'registry-away'
  | 'config-error'
  /** After `runMs`. */
  | 'oom-killed'
  | 'evicted'
  | 'node-lost'
  /** Somebody deletes it. */
  | 'deleted'
  /** It is gone from one moment to the next. */
  | 'vanished';

/** Why a container waits that will never run, by its script's ending. */
const obstacles: Partial<Record<Ending, { readonly reason: string; readonly message: string }>> = {
  'image-missing': { reason: 'ErrImagePull', message: 'manifest unknown' },
  'registry-away': { reason: 'ErrImagePull', message: 'dial tcp: connection refused' },
  'config-error': { reason: 'CreateContainerConfigError', message: 'secret "key" not found' },
};

const failed: ContainerState = {
  terminated: { exitCode: 1, reason: 'Error', message: '', startedAt: '', finishedAt: '' },
};

export const briefly: PodScript = { bindMs: 100, startMs: 200, runMs: 1_000, exitCode: 0, stopMs: 300 };
export const forGood: PodScript = { ...briefly, runMs: Infinity };

/** @param script decides by name; undefined leaves the Pod to the test. */
export type Scripts = (podName: string) => PodScript | undefined;

export class ScriptedKubelet {
  readonly #world: World;
  readonly #scripts: Scripts;
  readonly #stopping = new Set<string>();

  constructor(world: World, scripts: Scripts) {
    this.#world = world;
    this.#scripts = scripts;
    world.store.watch({ resource: pods }, { after: 0 }, ({ type, object }) => {
      if (type === 'ADDED') this.#added(object);
      else if (type === 'MODIFIED' && object.metadata.deletionTimestamp !== undefined) this.#deleted(object);
    });
  }

  #added({ metadata: { name, uid } }: KubeObject): void {
    const script = this.#scripts(name);
    if (!script || script.bindMs === Infinity) return;
    const { store, clock, namespace } = this.#world;
    const storeClock = { nowMs: () => clock.now() };
    this.#after(script.bindMs, uid, () => {
      bindPodToNode(store, storeClock, { namespace, name, uid, node: 'model-node' });
      this.#after(script.startMs, uid, () => {
        const waiting = script.ending && obstacles[script.ending];
        if (waiting) return this.#set(name, 'Pending', { waiting });
        const startedAt = this.#now();
        this.#world.logs.begin(name, uid);
        if (!script.isUnseen) this.#set(name, 'Running', { running: { startedAt } });
        if (script.runMs === Infinity) return;
        this.#after(script.runMs, uid, () => this.#finish(name, uid, script, startedAt));
      });
    });
  }

  #deleted({ metadata: { name, uid } }: KubeObject): void {
    const script = this.#scripts(name);
    if (!script || this.#stopping.has(uid)) return;
    this.#stopping.add(uid);
    const { store, clock, namespace } = this.#world;
    clock.setTimeout(() => {
      const pod = store.findByUid(uid);
      if (!pod) return;
      this.#world.logs.end(uid);
      if (asPod(pod).status.phase === 'Running') this.#end(name, 143, this.#now());
      store.delete(pods, namespace, name, { uid, graceSeconds: 0 });
    }, script.stopMs);
  }

  /** Unless the Pod is gone, or on its way out, by then. */
  #after(ms: number, uid: string, act: () => void): void {
    const { store, clock } = this.#world;
    clock.setTimeout(() => {
      const pod = store.findByUid(uid);
      if (pod && pod.metadata.deletionTimestamp === undefined) act();
    }, ms);
  }

  #finish(name: string, uid: string, { ending, exitCode }: PodScript, startedAt: string): void {
    const { store, namespace, audit, logs } = this.#world;
    if (ending === 'node-lost') logs.lose(uid);
    else if (ending !== 'deleted') logs.end(uid);
    switch (ending) {
      case 'oom-killed':
        return this.#end(name, 137, startedAt, 'OOMKilled');
      case 'evicted':
        return this.#world.setStatus(name, {
          phase: 'Failed',
          reason: 'Evicted',
          message: 'the node was low on memory',
        });
      case 'node-lost':
        return this.#world.setStatus(name, { reason: 'NodeLost', message: 'the node does not answer' });
      case 'deleted':
        audit.takenAway.add(uid);
        store.delete(pods, namespace, name, { uid });
        return undefined;
      case 'vanished':
        audit.takenAway.add(uid);
        return this.#world.remove(name);
      case 'image-missing':
      case 'registry-away':
      case 'config-error':
      case undefined:
        return this.#end(name, exitCode, startedAt);
    }
  }

  #end(name: string, exitCode: number, startedAt: string, cause = ''): void {
    const reason = cause || (exitCode === 0 ? 'Completed' : 'Error');
    const terminated = { exitCode, reason, message: '', startedAt, finishedAt: this.#now() };
    const isWell = exitCode === 0 && !this.#scripts(name)?.hasFailingSidecar;
    this.#set(name, isWell ? 'Succeeded' : 'Failed', { terminated });
  }

  #set(name: string, phase: Pod['status']['phase'], state: ContainerState): void {
    const image = {
      image: 'model',
      imageID: '',
      ready: false,
      started: true,
      restartCount: 0,
      lastState: {},
    };
    const worker = { name: 'worker', ...image, state };
    const beside = this.#scripts(name)?.hasFailingSidecar
      ? [{ name: 'sidecar', ...image, state: failed } as const]
      : [];
    this.#world.setStatus(name, { phase, containerStatuses: [...beside, worker] });
  }

  #now(): string {
    return rfc3339Seconds(this.#world.clock.now());
  }
}
