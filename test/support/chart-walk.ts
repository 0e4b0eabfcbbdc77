/** Walks a chart and says where a state could wait for ever, or without a word on why. */
import type { AnyStateMachine, AnyStateNode } from 'xstate';

/**
 * @returns one line per defect: an atomic state that neither itself nor an ancestor below the root leaves
 * after a time, or a state without a reason. Final states wait for nothing, and a state that an `always`
 * without a guard leaves at once is never seen.
 */
export function walk(machine: AnyStateMachine, context: unknown): readonly string[] {
  return statesOf(machine.root).flatMap((state) => [
    ...(state.type !== 'atomic' || hasDeadline(state) ? [] : [`${state.id} has no deadline`]),
    ...(reasonOf(state, context) ? [] : [`${state.id} gives no reason`]),
  ]);
}

/** Every state below this one that an actor can rest in. */
export function statesOf(node: AnyStateNode): readonly AnyStateNode[] {
  return Object.values(node.states).flatMap((state) => [
    ...(canRest(state) ? [state] : []),
    ...statesOf(state),
  ]);
}

/** A state tagged `idle` awaits nothing: its region has nothing to do. */
const canRest = (state: AnyStateNode) =>
  state.type !== 'final' &&
  !state.tags.includes('idle') &&
  !(state.always ?? []).some(({ guard }) => guard === undefined);

function hasDeadline(state: AnyStateNode): boolean {
  if (!state.parent) return false;
  return state.after.length > 0 || hasDeadline(state.parent);
}

export function reasonOf(state: AnyStateNode, context: unknown): string {
  const meta: unknown = state.meta;
  if (typeof meta !== 'object' || meta === null || !('reason' in meta)) return '';
  const reason: unknown = typeof meta.reason === 'function' ? meta.reason(context) : '';
  return typeof reason === 'string' ? reason.trim() : '';
}
