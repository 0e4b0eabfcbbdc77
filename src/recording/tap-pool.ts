/**
 * The places at which the actor tree touches the world, found on the charts themselves.
 *
 * Every effect fills a typed slot, whoever filled it; so the slots of the pool and of all charts below it are
 * one place to listen to effects, or to put scripted ones. All that an effect ever says goes through its
 * system's relay: to itself where it settles, to its parent where it tells an event.
 *
 * It trusts parts of xstate that are not in its public types; `test/unit/recording/tap-pool.test.ts` fails
 * where a release changes them.
 */
import type { AnyActorLogic, AnyActorRef, AnyStateMachine, EventObject } from 'xstate';
import type { PoolInput } from '../machines/pool/events.ts';
import type { poolMachine } from '../machines/pool/pool.machine.ts';

/** The pool's chart and what it is started with. */
export interface ProvidedPool {
  readonly machine: typeof poolMachine;
  readonly input: PoolInput;
}

/** A chart's actor has changed its state. Absent `to`: it is over. */
export type WatchStates = (actor: AnyActorRef, to: object | string | undefined, event?: EventObject) => void;

export interface Taps {
  /** @returns what fills this slot instead of `logic`. */
  readonly fill: (slot: string, logic: AnyActorLogic) => AnyActorLogic;
  readonly watch: WatchStates;
}

export const settledEvents = { output: 'xstate.promise.resolve', error: 'xstate.promise.reject' } as const;

/** @returns the same pool with every slot filled anew and every chart watched. */
export function tapPool({ machine, input }: ProvidedPool, taps: Taps): ProvidedPool {
  const { worker, scaleUp, scaleDown, pipeline } = input.logic;
  return {
    machine: tapChart(machine, taps),
    input: {
      ...input,
      logic: {
        worker: tapChart(worker, taps),
        scaleUp: tapChart(scaleUp, taps),
        scaleDown: tapChart(scaleDown, taps),
        pipeline: tapChart(pipeline, taps),
      },
      stages: { ...input.stages, logic: tapChart(input.stages.logic, taps) },
    },
  };
}

function tapChart<Chart extends AnyStateMachine>(chart: Chart, { fill, watch }: Taps): Chart {
  const actors = Object.fromEntries(
    Object.entries(chart.implementations.actors).map(([slot, filled]) => [
      slot,
      fill(slot, 'src' in filled ? filled.src : filled),
    ]),
  );
  const tapped: AnyStateMachine = chart.provide({ actors });
  // Both are properties of this copy alone, bound to it.
  // oxlint-disable-next-line typescript/unbound-method -- see above
  const { transition, getInitialSnapshot } = tapped;
  tapped.getInitialSnapshot = (scope, input) => {
    const first = getInitialSnapshot(scope, input);
    if (first.status === 'active') watch(scope.self, first.value);
    return first;
  };
  tapped.transition = (before, event, scope) => {
    try {
      const after = transition(before, event, scope);
      if (after.status !== 'active') watch(scope.self, undefined, event);
      // The set of active states is the same object until a state is left or entered.
      // oxlint-disable-next-line no-underscore-dangle -- xstate's own name
      else if (before._nodes === undefined || before._nodes !== after._nodes)
        watch(scope.self, after.value, event);
      return after;
    } catch (error) {
      watch(scope.self, undefined, event);
      throw error;
    }
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `provide` changes no type
  return tapped as Chart;
}

/** What an effect says while it runs. Nobody hears it before `pass` is called. */
export interface Overheard {
  /** It has an output, or an error. */
  settles(how: 'output' | 'error', value: unknown, pass: () => void): void;
  /** It tells its parent an event. */
  tells(event: EventObject, pass: () => void): void;
}

/** @param begins is called when the effect does, with its actor and what it was given */
export function overhear(
  logic: AnyActorLogic,
  begins: (effect: AnyActorRef, input: unknown) => Overheard,
): AnyActorLogic {
  return {
    ...logic,
    start: (state, scope) => {
      const { self } = scope;
      const overheard = begins(self, inputOf(state));
      const real = relaying(scope.system);
      const relaySpied: RelayingSystem['_relay'] = (source, target, event) => {
        // oxlint-disable-next-line no-underscore-dangle -- xstate's own name
        const pass = () => real._relay(source, target, event);
        if (target !== self) overheard.tells(event, pass);
        else if (event.type === settledEvents.output) overheard.settles('output', dataOf(event), pass);
        else if (event.type === settledEvents.error) overheard.settles('error', dataOf(event), pass);
        else pass();
      };
      const system: AnyActorRef['system'] = Object.create(scope.system, { _relay: { value: relaySpied } });
      logic.start?.(state, { ...scope, system });
    },
  };
}

const inputOf = (state: unknown): unknown =>
  typeof state === 'object' && state !== null && 'input' in state ? state.input : undefined;

const dataOf = (event: EventObject): unknown => ('data' in event ? event.data : undefined);

/** Says to `target`, in an effect's name. */
export function relay(effect: AnyActorRef, target: AnyActorRef, event: EventObject): void {
  // oxlint-disable-next-line no-underscore-dangle -- xstate's own name
  relaying(effect.system)._relay(effect, target, event);
}

/** Whose effect it is. */
export function parentOf(effect: AnyActorRef): AnyActorRef | undefined {
  // oxlint-disable-next-line no-underscore-dangle -- xstate's own name
  return effect._parent;
}

/** The part of xstate's system that is not in its public types. */
interface RelayingSystem {
  _relay(source: AnyActorRef | undefined, target: AnyActorRef, event: EventObject): void;
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
const relaying = (system: AnyActorRef['system']) => system as unknown as RelayingSystem;
