/** Names of states, events and timers as people read them, from those that xstate gives. Pure. */
import type { StateValue } from 'xstate';

/** Paths of all states that are active and have none below them, as in `cleanup.deleting`, joined by a comma. */
export function stateNames(value: StateValue): string {
  return leavesOf(value).join(', ');
}

function leavesOf(value: StateValue): readonly string[] {
  if (typeof value === 'string') return [value];
  return Object.entries(value).flatMap(([state, below]) =>
    below === undefined ? [state] : leavesOf(below).map((leaf) => (leaf === '' ? state : `${state}.${leaf}`)),
  );
}

const ofEffect = /^xstate\.(done|error)\.actor\.(.+)$/;
const afterDelay = /^xstate\.after\.([^.]+)\./;

/** @param effectOf name of the effect that the chart invokes under this id; undefined where it invokes none */
export function eventName(type: string, effectOf: (invokeId: string) => string | undefined): string {
  if (type === '') return 'always';
  if (type === 'xstate.init') return 'made';
  if (type === 'xstate.stop') return 'stopped';
  const [, how, invokeId = ''] = ofEffect.exec(type) ?? [];
  if (how !== undefined) {
    const effect = effectOf(invokeId) ?? invokeId;
    return how === 'done' ? `${effect} done` : `${effect} failed`;
  }
  if (type.startsWith('xstate.done.state.')) return 'done';
  const [, delay] = afterDelay.exec(type) ?? [];
  return delay === undefined ? type : `after ${delay}`;
}

/** Name of the delay of a timer's id; the id itself where it is none of a chart's. */
export function timerName(id: string): string {
  return afterDelay.exec(id)?.[1] ?? id;
}
