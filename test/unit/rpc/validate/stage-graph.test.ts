/**
 * The graph of stages, held against references that are slow and plainly right.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  criticalPath,
  type GraphProblem,
  type GraphStage,
  readStageGraph,
  type StageGraph,
} from '../../../../src/rpc/validate/stage-graph.ts';

/** `{ a: ['b'] }`: a depends on b. */
const stages = (dependencies: Record<string, readonly string[]>): GraphStage[] =>
  Object.entries(dependencies).map(([stageId, dependsOn]) => ({ stageId, dependsOn }));

function graphOf(list: readonly GraphStage[]): StageGraph {
  const reading = readStageGraph(list);
  if (reading.kind === 'broken') throw new Error(JSON.stringify(reading.problem));
  return reading.graph;
}

function problemOf(list: readonly GraphStage[]): GraphProblem | undefined {
  const reading = readStageGraph(list);
  return reading.kind === 'broken' ? reading.problem : undefined;
}

describe('what is wrong with a graph', { tags: ['F62'] }, () => {
  test('a repeated id names both of its stages', () => {
    const list = [...stages({ a: [], b: [] }), { stageId: 'a', dependsOn: [] }];
    expect(problemOf(list)).toEqual({ kind: 'duplicate id', stage: 2, stageId: 'a', first: 0 });
  });

  test.each<[string, Record<string, string[]>, GraphProblem]>([
    ['no such stage', { a: [], b: ['a', 'c'] }, { kind: 'unknown dependency', stage: 1, dependency: 'c' }],
    ['the stage itself', { a: ['a'] }, { kind: 'own dependency', stage: 0, dependency: 'a' }],
    ['the same twice', { a: [], b: ['a', 'a'] }, { kind: 'repeated dependency', stage: 1, dependency: 'a' }],
  ])('a dependency that is %s names stage and dependency', (_, dependencies, problem) => {
    expect(problemOf(stages(dependencies))).toEqual(problem);
  });

  test.each<[string, Record<string, string[]>, string[]]>([
    ['of two', { a: ['b'], b: ['a'] }, ['a', 'b', 'a']],
    ['of three', { a: ['c'], b: ['a'], c: ['b'] }, ['a', 'c', 'b', 'a']],
    ['behind stages that only depend on it', { z: ['y'], y: ['a'], a: ['b'], b: ['a'] }, ['a', 'b', 'a']],
    ['before stages that it depends on', { x: [], a: ['x', 'b'], b: ['a'] }, ['a', 'b', 'a']],
  ])('a cycle %s is told as the path back to its first stage', (_, dependencies, path) => {
    expect(problemOf(stages(dependencies))).toEqual({ kind: 'cycle', path });
  });

  test('ids that objects inherit are ids like others', () => {
    expect(problemOf(stages({ a: ['constructor'] }))).toMatchObject({ kind: 'unknown dependency' });
    expect(problemOf(stages({ constructor: [], a: ['constructor'] }))).toBeUndefined();
  });
});

describe('the order', () => {
  test('of stages that are free at the same time is that of the request', () => {
    expect(graphOf(stages({ c: [], a: [], b: ['c'] })).order).toEqual([0, 1, 2]);
  });

  test('puts stages that wait for all others, and what depends on these, at the end', () => {
    const list: GraphStage[] = [
      { stageId: 'notify', dependsOn: ['clean'], runWhen: 'always' },
      { stageId: 'clean', dependsOn: [], runWhen: 'always' },
      { stageId: 'undo', dependsOn: ['deploy'], runWhen: 'failure' },
      { stageId: 'deploy', dependsOn: [] },
    ];
    const { order, closing } = graphOf(list);
    expect(order.map((stage) => list[stage]?.stageId)).toEqual(['deploy', 'undo', 'clean', 'notify']);
    expect(closing).toEqual(new Set([0, 1]));
  });
});

describe('the critical path', () => {
  const path = (list: readonly GraphStage[], weights: readonly number[]) => {
    const { stages: indices, weight } = criticalPath(graphOf(list), weights);
    return { path: indices.map((stage) => list[stage]?.stageId), weight };
  };

  test('is the heaviest chain', () => {
    const list = stages({ a: [], b: ['a'], c: ['a'], d: ['b', 'c'] });
    expect(path(list, [1, 5, 2, 1])).toEqual({ path: ['a', 'b', 'd'], weight: 7 });
    expect(path(list, [1, 2, 5, 1])).toEqual({ path: ['a', 'c', 'd'], weight: 7 });
  });

  test('goes through the last ordinary stage to one that waits for all', () => {
    const list: GraphStage[] = [
      { stageId: 'clean', dependsOn: [], runWhen: 'always' },
      ...stages({ a: [], b: [] }),
    ];
    expect(path(list, [2, 3, 4])).toEqual({ path: ['b', 'clean'], weight: 6 });
  });

  test('of nothing is nothing', () => {
    expect(criticalPath(graphOf([]), [])).toEqual({ stages: [], weight: 0 });
  });
});

describe('ten thousand stages in a row', { tags: ['F63'] }, () => {
  const chain = (last: string) =>
    Array.from({ length: 10_000 }, (_, index): GraphStage => {
      const before = index === 0 ? last : `s${index - 1}`;
      return { stageId: `s${index}`, dependsOn: before === '' ? [] : [before] };
    });

  test('are ordered, also told backwards', () => {
    expect(graphOf(chain('')).order).toHaveLength(10_000);
    expect(graphOf(chain('').toReversed()).order.at(0)).toBe(9_999);
    expect(
      criticalPath(
        graphOf(chain('')),
        Array.from({ length: 10_000 }, () => 1),
      ).weight,
    ).toBe(10_000);
  });

  test('are a cycle where the first depends on the last', () => {
    const problem = problemOf(chain('s9999'));
    expect(problem).toMatchObject({ kind: 'cycle' });
    expect(problem?.kind === 'cycle' && problem.path).toHaveLength(10_001);
  });
});

test('work grows with stages and dependencies, not with their product', { tags: ['F63'] }, () => {
  // Each of the first thousand is looked at by each of the second: a million dependencies in all.
  const wide = Array.from({ length: 1_000 }, (_, index): GraphStage => ({
    stageId: `a${index}`,
    dependsOn: [],
  }));
  const dependsOn = wide.map(({ stageId }) => stageId);
  let reads = 0;
  const counted = new Proxy(dependsOn, {
    get(target, key, receiver): unknown {
      if (typeof key === 'string' && /^\d+$/.test(key)) reads++;
      return Reflect.get(target, key, receiver);
    },
  });
  const list = [...wide, ...wide.map(({ stageId }) => ({ stageId: `b${stageId}`, dependsOn: counted }))];
  graphOf(list);
  expect(reads).toBe(1_000_000);
});

describe('random graphs', () => {
  /** Mostly graphs that could run: a few stages, edges to any of them. */
  const dependencyLists = fc.integer({ min: 0, max: 8 }).chain((count) =>
    fc.array(fc.uniqueArray(fc.nat({ max: Math.max(0, count - 1) }), { maxLength: 4 }), {
      minLength: count,
      maxLength: count,
    }),
  );
  const runWhen = fc.constantFrom('success', 'failure', 'always');
  const graphs = fc
    .tuple(dependencyLists, fc.array(runWhen, { minLength: 8, maxLength: 8 }))
    .map(([lists, when]) =>
      lists.map((own, index): GraphStage => {
        const condition = when[index] ?? 'success';
        return {
          stageId: `s${index}`,
          dependsOn: own.filter((dependency) => dependency !== index).map((dependency) => `s${dependency}`),
          runWhen: condition,
        };
      }),
    );

  /** Everything that a stage waits for by its dependencies, found by asking again until nothing is new. */
  function reachable(list: readonly GraphStage[], from: string): Set<string> {
    const found = new Set<string>();
    for (let size = -1; size !== found.size;) {
      size = found.size;
      for (const { stageId, dependsOn } of list)
        if (stageId === from || found.has(stageId)) for (const id of dependsOn) found.add(id);
    }
    return found;
  }

  test(
    'are refused if and only if a stage waits for itself, and the path told is one of the graph',
    { tags: ['F62'] },
    () => {
      const property = fc.property(graphs, (list) => {
        const isCyclic = list.some(({ stageId }) => reachable(list, stageId).has(stageId));
        const problem = problemOf(list);
        expect(problem?.kind).toBe(isCyclic ? 'cycle' : undefined);
        if (problem?.kind !== 'cycle') return;
        expect(problem.path.length).toBeGreaterThan(2);
        expect(problem.path.at(-1)).toBe(problem.path[0]);
        expect(new Set(problem.path).size).toBe(problem.path.length - 1);
        for (const [at, stageId] of problem.path.slice(0, -1).entries())
          expect(list.find((stage) => stage.stageId === stageId)?.dependsOn).toContain(problem.path[at + 1]);
      });
      fc.assert(property, { numRuns: 1_000 });
    },
  );

  test('are ordered so that every stage comes after all that it waits for', () => {
    const property = fc.property(graphs, (list) => {
      const reading = readStageGraph(list);
      fc.pre(reading.kind === 'runnable');
      const { order, closing } = reading.graph;
      const placeOf = new Map(order.map((stage, place) => [list[stage]?.stageId, place]));
      expect(order.toSorted((a, b) => a - b)).toEqual([...list.keys()]);
      const waitsForAll = ({ runWhen: when, dependsOn }: GraphStage) =>
        when !== 'success' && dependsOn.length === 0;
      for (const [index, stage] of list.entries()) {
        const place = placeOf.get(stage.stageId) ?? -1;
        for (const id of stage.dependsOn) expect(placeOf.get(id)).toBeLessThan(place);
        const isClosing =
          waitsForAll(stage) ||
          list.some((other) => waitsForAll(other) && reachable(list, stage.stageId).has(other.stageId));
        expect(closing.has(index)).toBe(isClosing);
      }
      const firstClosing = order.findIndex((stage) => closing.has(stage));
      const end = firstClosing === -1 ? [] : order.slice(firstClosing);
      expect(end.every((stage) => closing.has(stage))).toBe(true);
    });
    fc.assert(property, { numRuns: 1_000 });
  });

  test('have a critical path that is a chain, and no chain is heavier', () => {
    const weights = fc.array(fc.nat({ max: 9 }), { minLength: 8, maxLength: 8 });
    const property = fc.property(graphs, weights, (list, given) => {
      const reading = readStageGraph(list);
      fc.pre(reading.kind === 'runnable');
      const { dependencies, closing } = reading.graph;
      const waitsFor = (stage: number) => {
        const own = dependencies[stage] ?? [];
        return closing.has(stage) && own.length === 0 ? [...list.keys()].filter((s) => !closing.has(s)) : own;
      };
      const heaviest = (stage: number): number =>
        (given[stage] ?? 0) + Math.max(0, ...waitsFor(stage).map(heaviest));
      const path = criticalPath(reading.graph, given);
      expect(path.weight).toBe(Math.max(0, ...[...list.keys()].map(heaviest)));
      expect(path.stages.reduce((sum, stage) => sum + (given[stage] ?? 0), 0)).toBe(path.weight);
      for (const [at, stage] of path.stages.slice(1).entries())
        expect(waitsFor(stage)).toContain(path.stages[at]);
    });
    fc.assert(property, { numRuns: 1_000 });
  });
});
