/** Which states of a chart are lit, and which way it has just gone. */
import type { ActorHappening, ChartState, ChartTransition } from '../../src/inspector/protocol.ts';

/**
 * @param value the machine's state value; null of an actor that is over, of which its row tells where it ended
 * @returns ids of all states that it is in, the root too
 */
export function litStates(value: unknown, state: string): ReadonlySet<string> {
  return value === null ? litBy(leavesIn(state)) : litByValue(value);
}

function litBy(leaves: readonly string[]): ReadonlySet<string> {
  const lit = new Set(['']);
  for (const leaf of leaves) {
    const path = leaf.split('.');
    path.forEach((_, index) => lit.add(path.slice(0, index + 1).join('.')));
  }
  return lit;
}

function litByValue(value: unknown): ReadonlySet<string> {
  const lit = new Set(['']);
  const light = (part: unknown, path: string) => {
    if (typeof part === 'string') lit.add(join(path, part));
    if (typeof part !== 'object' || part === null) return;
    for (const [key, inner] of Object.entries(part)) {
      lit.add(join(path, key));
      light(inner, join(path, key));
    }
  };
  light(value, '');
  return lit;
}

/** The newest happening that changed the state. */
export function lastChange(happenings: readonly ActorHappening[]): ActorHappening | undefined {
  return happenings.findLast(({ stateBefore, stateAfter }) => stateBefore !== stateAfter);
}

/** One event may be followed by so many `always`. */
const stepsMax = 6;

/**
 * The arrows from one leaf to the other: one that the event takes, then what follows of itself. Found on the chart, as
 * the shortest way; empty where there is none.
 *
 * @returns ids of arrows, as in `<from>→<to>`
 */
export function takenArrows(
  states: ReadonlyMap<string, ChartState>,
  { event, stateBefore, stateAfter }: ActorHappening,
): ReadonlySet<string> {
  const [before, after] = [leavesIn(stateBefore), leavesIn(stateAfter)];
  const left = before.filter((leaf) => !after.includes(leaf));
  const entered = new Set(after.filter((leaf) => !before.includes(leaf)));
  const taken = new Set<string>();
  for (const leaf of left) for (const arrow of shortestWay(states, leaf, entered, event)) taken.add(arrow);
  return taken;
}

function shortestWay(
  states: ReadonlyMap<string, ChartState>,
  from: string,
  to: ReadonlySet<string>,
  event: string,
): readonly string[] {
  let ways: ReadonlyArray<{ readonly leaf: string; readonly arrows: readonly string[] }> = [
    { leaf: from, arrows: [] },
  ];
  const seen = new Set([from]);
  for (let step = 0; step < stepsMax; step++) {
    const next: Array<(typeof ways)[number]> = [];
    for (const { leaf, arrows } of ways) {
      for (const { id, transition, target } of transitionsFrom(states, leaf)) {
        const isFirst = arrows.length === 0;
        const isOfItself = transition.event === 'always' || transition.event === 'done';
        if (!isOfItself && !(isFirst && transition.event === event)) continue;
        const way = [...arrows, id];
        const entered = leavesOf(states, target);
        if (entered.some((one) => to.has(one))) return way;
        for (const one of entered.filter((other) => !seen.has(other))) {
          seen.add(one);
          next.push({ leaf: one, arrows: way });
        }
      }
    }
    ways = next;
  }
  return [];
}

function* transitionsFrom(states: ReadonlyMap<string, ChartState>, leaf: string) {
  for (let id = leaf; ; id = id.slice(0, Math.max(0, id.lastIndexOf('.')))) {
    const transitions: readonly ChartTransition[] = states.get(id)?.transitions ?? [];
    for (const transition of transitions)
      for (const target of transition.targets) yield { id: `${id}→${target}`, transition, target };
    if (id === '') return;
  }
}

/** Of a row's state, in which regions are joined by a comma. */
function leavesIn(state: string): readonly string[] {
  return state.split(/,\s*/);
}

/** Where one stands who enters the state: its initial leaf, or that of each of its regions. */
function leavesOf(states: ReadonlyMap<string, ChartState>, id: string): readonly string[] {
  const state = states.get(id);
  if (!state || state.children.length === 0) return [id];
  if (state.kind === 'parallel') return state.children.flatMap((region) => leavesOf(states, region.id));
  return state.initial === undefined ? [id] : leavesOf(states, state.initial);
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
