/** The pool on a model cluster, one random step at a time, with all that must hold after each of them. */
import { expect } from 'vitest';
import type { PodFact } from '../../src/cluster/port.ts';
import type { ScaleAnswer } from '../../src/machines/scale/replies.ts';
import { pick, type ClusterStep } from './arbitraries.ts';
import { ModelCluster } from './model-cluster.ts';
import { scaleDownCommand, scaleUpCommand } from './orders.ts';
import { poisonedPod } from './poison.ts';
import { PoolHarness, type PoolOptions } from './pool-harness.ts';

export type PoolStep =
  | ClusterStep
  | { readonly kind: 'up'; readonly task: string; readonly request: string; readonly count: number }
  | { readonly kind: 'down'; readonly task: string; readonly request: string; readonly target: number }
  /** A fact that the worker which is told it cannot look at. */
  | { readonly kind: 'crash'; readonly which: number };

/** A caller that waits for its answer, as the rpc layer does: the first snapshot that holds one. */
interface Caller {
  readonly id: string;
  answer?: ScaleAnswer | 'crashed';
}

export class PoolWorld {
  readonly cluster = new ModelCluster();
  readonly pool: PoolHarness;
  readonly callers: Caller[] = [];
  readonly #delivered: PodFact[] = [];
  readonly #liveMax: number;
  /** Position in line by Pod name, given when a worker is first seen there. */
  readonly #places = new Map<string, number>();
  readonly #crashed = new Set<string>();
  readonly #givenUp = new Set<string>();

  constructor(liveMax: number, options: PoolOptions = {}) {
    this.#liveMax = liveMax;
    const patient = { intensity: 1_000, periodMs: 1 };
    this.pool = new PoolHarness(this.cluster, {
      liveMax,
      childRestarts: patient,
      poolRestarts: patient,
      ...options,
    }).list();
  }

  take(step: PoolStep): void {
    const before = new Set(this.cluster.admitted);
    this.#make(step);
    this.#noteLine();
    this.#check(before);
  }

  /** A fair environment from here on. @returns true where all came to rest within the bound. */
  settle(): boolean {
    const isAtRest = this.cluster.settle(this.pool);
    this.#check(new Set(this.cluster.admitted));
    return isAtRest;
  }

  /** What has not come to its end, for the message of a failure. */
  get unsettled(): string {
    const { workers, scaleUps, scaleDowns } = this.pool.registry;
    const actors = [...workers.values(), ...scaleUps.values(), ...scaleDowns.values()];
    return JSON.stringify(actors.map((ref) => [ref.id, ref.getSnapshot().value]));
  }

  #make(step: PoolStep): void {
    const { cluster, pool } = this;
    const names = [...cluster.pods.keys()];
    switch (step.kind) {
      case 'up':
        return this.#scaleUp(step);
      case 'down':
        return this.#scaleDown(step);
      case 'crash':
        return this.#crash(step.which);
      case 'answer': {
        const asked = pick(cluster.open, step.which);
        return asked && cluster.answer(asked, step.answer);
      }
      case 'progress':
        return cluster.progress(pick(names, step.which) ?? '', step.exitCode);
      case 'change': {
        const live = pick(cluster.live, step.which);
        return live && cluster.change(live.name, step.change);
      }
      case 'remove':
        return cluster.remove(pick(names, step.which) ?? '');
      case 'deliver':
        return this.#tell(cluster.take(step.count));
      case 'repeat': {
        const fact = pick(this.#delivered, step.which);
        return fact && void pool.send({ type: 'pods.changed', facts: [fact] });
      }
      case 'reorder':
        cluster.facts.push(...cluster.facts.splice(0, 1));
        return;
      case 'relist':
        return this.#tell(cluster.takeRelist());
      case 'createLate':
        return cluster.applyLate();
      case 'advance':
        pool.clock.advance(step.ms);
        return void pool.send({ type: 'clock.ticked', atMs: pool.atMs });
    }
  }

  #scaleUp({ task, request, count }: Extract<PoolStep, { kind: 'up' }>): void {
    const ref = this.pool.scaleUp(scaleUpCommand({ taskId: task, requestId: request, workerCount: count }));
    if (ref) this.#wait(ref);
  }

  #scaleDown({ task, request, target }: Extract<PoolStep, { kind: 'down' }>): void {
    const isNew = [...this.pool.registry.scaleDowns.keys()];
    const living = this.#candidates(task);
    const ref = this.pool.scaleDown(scaleDownCommand({ taskId: task, requestId: request, target }));
    if (!ref) return;
    this.#wait(ref);
    if (isNew.includes(ref.id)) return;
    const { podNames } = ref.getSnapshot().context;
    expect(podNames).toHaveLength(Math.max(0, living.length - target));
    this.#checkVictims(podNames, living);
  }

  /** Workers that a scale-down may end, as a client sees them. */
  #candidates(task: string) {
    return this.pool.views().filter(({ podName, taskId, errorMessage, status }) => {
      const context = this.pool.registry.workers.get(podName)?.getSnapshot().context;
      const isEnding = context?.termination !== undefined || status === 'succeeded' || errorMessage !== '';
      return context !== undefined && !isEnding && (task === '' || taskId === task);
    });
  }

  #checkVictims(victims: readonly string[], living: ReturnType<PoolWorld['views']>): void {
    const spared = living.filter(({ podName }) => !victims.includes(podName));
    const chosen = living.filter(({ podName }) => victims.includes(podName));
    for (const victim of chosen.filter(({ status }) => status === 'running')) {
      expect(spared.filter(({ status }) => status === 'pending')).toEqual([]);
      const younger = spared.filter(({ createdAt }) => createdAt > victim.createdAt);
      expect(younger).toEqual([]);
    }
  }

  views() {
    return this.pool.views();
  }

  #wait(ref: {
    readonly id: string;
    getSnapshot(): { readonly context: { readonly answer?: ScaleAnswer } };
    subscribe(observer: {
      next: (snapshot: { readonly context: { readonly answer?: ScaleAnswer } }) => void;
      error: () => void;
    }): unknown;
  }): void {
    const caller: Caller = { id: ref.id };
    this.callers.push(caller);
    const take = (answer: ScaleAnswer | undefined) => {
      if (answer) caller.answer ??= answer;
    };
    take(ref.getSnapshot().context.answer);
    ref.subscribe({
      next: ({ context }) => take(context.answer),
      error: () => (caller.answer ??= 'crashed'),
    });
  }

  #crash(which: number): void {
    const podName = pick(this.pool.registry.workers.keys(), which);
    const own = podName === undefined ? undefined : this.cluster.pods.get(podName);
    if (!own || podName === undefined) return;
    this.#crashed.add(podName);
    this.pool.send({ type: 'pods.changed', facts: [{ type: 'pod.observed', pod: poisonedPod(own) }] });
  }

  #tell(facts: readonly PodFact[]): void {
    this.#delivered.push(...facts);
    if (facts.length > 0) this.pool.send({ type: 'pods.changed', facts });
  }

  #noteLine(): void {
    for (const id of [...this.cluster.admitted, ...this.pool.registry.waiting]) {
      if (!this.#places.has(id)) this.#places.set(id, this.#places.size);
    }
  }

  #check(admittedBefore: ReadonlySet<string>): void {
    const { pool, cluster } = this;
    expect(pool.state).toBe('operating.serving');
    expect(pool.drift).toBe(0);
    expect(pool.alarms.filter((reason) => reason.includes('drifted'))).toEqual([]);
    this.#checkCapacity();
    for (const id of cluster.admitted.difference(admittedBefore)) {
      const place = this.#places.get(id) ?? -1;
      const earlier = [...pool.registry.waiting].filter((other) => (this.#places.get(other) ?? -1) < place);
      expect(
        earlier.filter((other) => !this.#crashed.has(other)),
        `${id} was let in before them`,
      ).toEqual([]);
    }
  }

  /**
   * I14: Pods that use resources. Not counted are those that a worker gave up as stuck, and strays: Pods of a
   * create that was applied after its worker was over, or after that worker's first Pod was gone.
   */
  #checkCapacity(): void {
    const counted = this.cluster.live.filter(({ name, uid }) => {
      const snapshot = this.pool.registry.workers.get(name)?.getSnapshot();
      if (!snapshot) return false;
      const isStuck = snapshot.matches({ cleanup: 'stuck' }) || snapshot.matches({ cleanup: 'verifying' });
      if (isStuck) this.#givenUp.add(name);
      const { presence } = snapshot.context;
      const isStray = presence.kind === 'gone' || (presence.kind === 'seen' && presence.pod.uid !== uid);
      return !isStray && !this.#givenUp.has(name);
    });
    expect(counted.length).toBeLessThanOrEqual(this.#liveMax);
  }
}
