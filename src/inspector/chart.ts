/** A machine's definition as the chart that the page draws. Pure. */
import type { AnyStateMachine } from 'xstate';
import type { Chart, ChartState, ChartTransition } from './protocol.ts';
import { eventName } from './words.ts';

type Node = AnyStateMachine['root'];
type Transition = Node['always'] extends readonly (infer T)[] | undefined ? T : never;

export function chartFrom(machine: AnyStateMachine): Chart {
  return { name: machine.id, root: stateFrom(machine.root, effectsOf(machine)) };
}

/** Names of a machine's effects by the ids under which it invokes them. */
export function effectsOf(machine: AnyStateMachine): (invokeId: string) => string | undefined {
  const names = new Map<string, string>();
  const look = (node: Node): void => {
    for (const { id, src } of node.invoke) names.set(id, typeof src === 'string' ? src : id);
    for (const child of childrenOf(node)) look(child);
  };
  look(machine.root);
  return (invokeId) => names.get(invokeId);
}

function stateFrom(node: Node, effectOf: (invokeId: string) => string | undefined): ChartState {
  const initial = node.initial?.target?.[0];
  return {
    id: pathOf(node),
    name: node.path.length === 0 ? node.machine.id : node.key,
    kind: node.type,
    ...(node.type === 'compound' && initial ? { initial: pathOf(initial) } : {}),
    invokes: node.invoke.map(({ src, id }) => (typeof src === 'string' ? src : id)),
    tags: node.tags,
    ...(node.description === undefined ? {} : { description: node.description }),
    children: childrenOf(node).map((child) => stateFrom(child, effectOf)),
    transitions: [...[...node.transitions.values()].flat(), ...(node.always ?? [])].map((one) =>
      transitionFrom(one, effectOf),
    ),
  };
}

function transitionFrom(
  { eventType, target, guard }: Transition,
  effectOf: (invokeId: string) => string | undefined,
): ChartTransition {
  return {
    event: eventName(eventType, effectOf),
    targets: (target ?? []).map(pathOf),
    ...(guard === undefined ? {} : { guard: guardName(guard) }),
  };
}

function guardName(guard: unknown): string {
  if (typeof guard === 'string') return guard;
  if (typeof guard === 'object' && guard !== null && 'type' in guard) return String(guard.type);
  // Of what combines others, such as `and`, the others are told.
  if (typeof guard === 'function' && 'guards' in guard && Array.isArray(guard.guards))
    return guard.guards.map(guardName).join(' and ');
  return 'a condition';
}

const pathOf = ({ path }: { readonly path: readonly string[] }) => path.join('.');

function childrenOf(node: Node): readonly Node[] {
  return Object.values<Node>(node.states);
}
