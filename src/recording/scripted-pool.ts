/**
 * The pool without a world: its effects begin and say nothing, its timers are set and never fire, until whoever
 * replays says so.
 */
import { createActor, fromPromise, type ActorRefFrom, type AnyActorRef } from 'xstate';
import { installIndexedScheduler, type TimerClock } from '../machines/indexed-scheduler.ts';
import type { NameAttempt } from '../machines/pipeline/record.ts';
import { pipelineMachine } from '../machines/pipeline/pipeline.machine.ts';
import { poolMachine } from '../machines/pool/pool.machine.ts';
import { scaleDownMachine } from '../machines/scale/scale-down.machine.ts';
import { scaleUpMachine } from '../machines/scale/scale-up.machine.ts';
import { stageMachine } from '../machines/stage/stage.machine.ts';
import { workerMachine } from '../machines/worker/worker.machine.ts';
import type { LifeLine } from './format.ts';
import { overhear, parentOf, tapPool, type WatchStates } from './tap-pool.ts';

type PoolRef = ActorRefFrom<typeof poolMachine>;

/** An effect that an actor asked for. */
export interface Begun {
  readonly slot: string;
  /** Id of the actor. */
  readonly actor: string;
  readonly ref: AnyActorRef;
  /** What it was given. */
  readonly input: unknown;
}

/** A timer that is set. */
export interface SetTimer {
  readonly actor: string;
  readonly timer: string;
  readonly delayMs: number;
}

/** Timers that are set, by actor and name. */
export class ScriptedTimers implements TimerClock {
  readonly #set = new Map<string, SetTimer & { readonly fire: () => void }>();
  readonly #onSet: (timer: SetTimer) => void;
  readonly #onUnset: (timer: SetTimer) => void;

  constructor(onSet: (timer: SetTimer) => void, onUnset: (timer: SetTimer) => void) {
    this.#onSet = onSet;
    this.#onUnset = onUnset;
  }

  setTimeout(fire: () => void, delayMs: number, actor: string, timer: string): unknown {
    const set = { actor, timer, delayMs, fire };
    this.#set.set(keyOf(actor, timer), set);
    this.#onSet(set);
    return set;
  }

  clearTimeout(id: unknown): void {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- ids come from setTimeout above
    const set = id as SetTimer;
    const key = keyOf(set.actor, set.timer);
    if (this.#set.get(key) === set) this.#set.delete(key);
    this.#onUnset(set);
  }

  /** Delay in ms of a timer that is set. */
  delayOf(actor: string, timer: string): number | undefined {
    return this.#set.get(keyOf(actor, timer))?.delayMs;
  }

  /** Those that an actor waits for. */
  of(actor: string): readonly SetTimer[] {
    return [...this.#set.values()].filter((set) => set.actor === actor);
  }

  /** Fires a timer that is set. */
  fire(actor: string, timer: string): void {
    const key = keyOf(actor, timer);
    const set = this.#set.get(key);
    if (!set) return;
    this.#set.delete(key);
    this.#onUnset(set);
    set.fire();
  }
}

const keyOf = (actorId: string, timerId: string) => JSON.stringify([actorId, timerId]);

export interface ScriptedPoolOptions {
  readonly pool: LifeLine['pool'];
  readonly nameOf: NameAttempt;
  readonly timers: ScriptedTimers;
  readonly begins: (begun: Begun) => void;
  readonly watch: WatchStates;
  /** An actor has thrown. */
  readonly crashed: (actorId: string, error: unknown) => void;
}

/** @returns the pool, not started yet. */
export function scriptedPool(options: ScriptedPoolOptions): PoolRef {
  const { pool, nameOf, timers, begins, watch } = options;
  const { infrastructureMax, ...limits } = pool;
  const actions = {
    crashed: (_args: unknown, { actorId, error }: { actorId: string; error: unknown }) =>
      options.crashed(actorId, error),
  };
  const logic = {
    worker: workerMachine,
    scaleUp: scaleUpMachine,
    scaleDown: scaleDownMachine,
    pipeline: pipelineMachine.provide({ actions }),
  };
  const stages = { logic: stageMachine, nameOf, infrastructureMax };
  const silent = fromPromise<unknown, unknown>(() => new Promise(() => {}));
  const scripted = tapPool(
    { machine: poolMachine.provide({ actions }), input: { logic, stages, ...limits } },
    {
      fill: (slot) =>
        overhear(silent, (ref, given) => {
          begins({ slot, actor: parentOf(ref)?.id ?? '', ref, input: given });
          return { settles: (_how, _value, pass) => pass(), tells: (_event, pass) => pass() };
        }),
      watch,
    },
  );
  const ref = createActor(scripted.machine, { input: scripted.input, id: 'pool' });
  installIndexedScheduler(ref, timers);
  return ref;
}
