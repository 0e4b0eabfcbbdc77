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
}

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
        const startedAt = this.#now();
        this.#set(name, 'Running', { running: { startedAt } });
        if (script.runMs === Infinity) return;
        this.#after(script.runMs, uid, () => this.#end(name, script.exitCode, startedAt));
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

  #end(name: string, exitCode: number, startedAt: string): void {
    const reason = exitCode === 0 ? 'Completed' : 'Error';
    const terminated = { exitCode, reason, message: '', startedAt, finishedAt: this.#now() };
    this.#set(name, exitCode === 0 ? 'Succeeded' : 'Failed', { terminated });
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
    this.#world.setStatus(name, { phase, containerStatuses: [{ name: 'worker', ...image, state }] });
  }

  #now(): string {
    return rfc3339Seconds(this.#world.clock.now());
  }
}
