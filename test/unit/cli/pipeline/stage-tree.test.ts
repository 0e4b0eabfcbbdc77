/** The graph as a tree: each stage once, below what everything of it goes through. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { runPlan } from '../../../../src/cli/pipeline/run-plan.ts';
import { stageTree } from '../../../../src/cli/pipeline/stage-tree.ts';
import type { PipelineStage } from '../../../../src/rpc/generated/ottoscaler/v1/PipelineStage.ts';
import { stage } from './progress.ts';

function drawn(...stages: readonly PipelineStage[]): string {
  const plan = runPlan(stages);
  const lines = stageTree(plan.graph).map(({ stage: at, branch }) => branch + plan.stages[at]?.stageId);
  return `\n${lines.join('\n')}\n`;
}

test('a chain goes deeper with each stage', () => {
  expect(drawn(stage('build'), stage('test', ['build']), stage('deploy', ['test']))).toBe(`
build
└─ test
   └─ deploy
`);
});

test('the legs of a fan stand below what opens it, and after them what joins them', () => {
  expect(
    drawn(
      stage('setup'),
      stage('unit', ['setup']),
      stage('e2e', ['setup']),
      stage('e2e-report', ['e2e']),
      stage('deploy', ['unit', 'e2e-report']),
      stage('notify', ['deploy']),
    ),
  ).toBe(`
setup
├─ unit
├─ e2e
│  └─ e2e-report
└─ deploy
   └─ notify
`);
});

test('what waits for nothing, for stages without a common origin or for everything stands at the margin', () => {
  expect(
    drawn(
      stage('api'),
      stage('web'),
      stage('both', ['api', 'web']),
      stage('cleanup', [], { run_when: 'always' }),
    ),
  ).toBe(`
api
web
both
cleanup
`);
});

test('a graph that cannot be run is a list', () => {
  expect(drawn(stage('a', ['b']), stage('b', ['a']))).toBe(`
a
b
`);
});

test('whatever the graph, each stage stands once and below all that it waits for', () => {
  const edges = fc.array(fc.tuple(fc.nat(29), fc.nat(29)), { maxLength: 60 });
  fc.assert(
    fc.property(edges, (pairs) => {
      const stages = Array.from({ length: 30 }, (_, to) =>
        stage(`s${to}`, [
          ...new Set(pairs.filter(([from, end]) => end === to && from < to).map(([from]) => `s${from}`)),
        ]),
      );
      const { graph } = runPlan(stages);
      const lines = stageTree(graph).map((line) => line.stage);
      expect(lines.toSorted((a, b) => a - b)).toEqual([...stages.keys()]);
      const isBelow = (to: number) =>
        (graph.dependencies[to] ?? []).every((from) => lines.indexOf(from) < lines.indexOf(to));
      expect(lines.filter((to) => !isBelow(to))).toEqual([]);
    }),
  );
});

test('ten thousand stages in a row are no stack too deep', () => {
  const stages = Array.from({ length: 10_000 }, (_, i) => stage(`s${i}`, i === 0 ? [] : [`s${i - 1}`]));
  const { graph } = runPlan(stages);
  expect(stageTree(graph)).toHaveLength(10_000);
});
