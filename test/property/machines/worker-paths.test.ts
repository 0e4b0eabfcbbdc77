/** Every path that the graph of the worker chart offers, walked by a real worker. */
import {
  adjacencyMapToArray,
  getAdjacencyMap,
  getShortestPaths,
  getSimplePaths,
  type StatePath,
} from 'xstate/graph';
import { expect, test } from 'vitest';
import { WorkerHarness, statePath } from '../../support/worker-harness.ts';
import { WorkerInvariants } from '../../support/worker-invariants.ts';
import {
  bringAbout,
  eventsOf,
  facts,
  mainFacts,
  placeOf,
  pureWorker,
  type GraphEvent,
  type Snapshot,
} from '../../support/worker-graph.ts';

const logic = pureWorker();
const describeEvent = (event: GraphEvent) =>
  JSON.stringify(event, (_, value: unknown) => (value instanceof Error ? String(value) : value));
const options = (deep: boolean) => ({
  events: eventsOf(deep ? facts : mainFacts, deep),
  serializeState: placeOf,
  serializeEvent: describeEvent,
});

/** @returns the worker at the end of the path; at each step it is where the graph says, and all invariants hold. */
function walk({ steps }: StatePath<Snapshot, GraphEvent>): WorkerHarness {
  const w = new WorkerHarness();
  const invariants = new WorkerInvariants(w);
  const taken: string[] = [];
  for (const { event, state } of steps) {
    if (event.type !== 'xstate.init') bringAbout(w, event);
    taken.push(event.type);
    expect(w.state, taken.join(' → ')).toBe(statePath(state.value));
    invariants.check();
  }
  return w;
}

const deepPaths = getShortestPaths(logic, options(true));

test('the shortest path to every place in the graph leads a real worker there', () => {
  for (const path of deepPaths) walk(path);
  console.log(`worker: ${deepPaths.length} shortest paths`);
  expect(deepPaths.length).toBeGreaterThan(500);
});

test('every edge of the graph, from every place, leads a real worker where the graph says', () => {
  const edges = adjacencyMapToArray(getAdjacencyMap(logic, options(true)));
  const pathTo = new Map(deepPaths.map((path) => [placeOf(path.state), path]));
  for (const { state, event, nextState } of edges) {
    const w = new WorkerHarness();
    const invariants = new WorkerInvariants(w);
    for (const step of pathTo.get(placeOf(state))?.steps.slice(1) ?? []) bringAbout(w, step.event);
    invariants.check();
    bringAbout(w, event);
    invariants.check();
    expect(w.state, describeEvent(event)).toBe(statePath(nextState.value));
  }
  console.log(`worker: ${edges.length} edges`);
  expect(edges.length).toBeGreaterThan(5_000);
});

test('every state of the chart is on some path', () => {
  const seen = new Set(deepPaths.map(({ state }) => statePath(state.value)));
  expect([...seen].toSorted()).toEqual([
    'cleanup.backingOff',
    'cleanup.confirming',
    'cleanup.deleting',
    'cleanup.draining',
    'cleanup.stuck',
    'cleanup.verifying',
    'done',
    'failed.recording',
    'pending.admitted.backingOff',
    'pending.admitted.creating',
    'pending.admitted.starting',
    'pending.queued',
    'running.active',
    'running.unreachable',
    'succeeded.recording',
  ]);
});

test('every simple path of facts and answers from the first moment to the end is walked', () => {
  const paths = getSimplePaths(logic, { ...options(false), toState: ({ status }) => status === 'done' });
  for (const path of paths) expect(walk(path).state).toBe('done');
  console.log(`worker: ${paths.length} simple paths`);
  expect(paths.length).toBeGreaterThan(400);
});
