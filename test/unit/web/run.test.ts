import { describe, expect, test } from 'vitest';
import type { AttemptPicture, RunPicture, StagePicture } from '../../../src/inspector/protocol.ts';
import { criticalEdges, dagGraph, edgeId, shapeOf } from '../../../web/run/dag-graph.ts';
import { ganttOf, stageMs } from '../../../web/run/gantt-bars.ts';
import { withFinallyWaits } from '../../../web/run/waits.ts';

const attempt = (more: Partial<AttemptPicture>): AttemptPicture => ({
  worker: 'w',
  attempt: 1,
  index: 0,
  phase: 'running',
  ...more,
});

const stage = (stageId: string, more: Partial<StagePicture> = {}): StagePicture => ({
  stageId,
  name: stageId,
  dependsOn: [],
  runWhen: 'success',
  phase: 'running',
  message: '',
  attempts: [],
  ...more,
});

const run = (stages: readonly StagePicture[], more: Partial<RunPicture> = {}): RunPicture => ({
  pipelineId: 'run',
  name: 'run',
  phase: 'running',
  message: '',
  startedMs: 0,
  canCancel: true,
  canRetry: false,
  stages,
  criticalPath: [],
  ...more,
});

describe('the Gantt', () => {
  test('parts an attempt into queue, run and cleaning up', () => {
    const whole = attempt({
      phase: 'succeeded',
      createdMs: 1_000,
      startedMs: 3_000,
      endedMs: 8_000,
      goneMs: 10_000,
    });
    const { rows, now } = ganttOf(run([stage('a', { attempts: [whole] })], { endedMs: 10_000 }), 99_000);
    expect(rows[0]?.bars[0]?.shares).toEqual([
      { kind: 'queue', from: 0.1, to: 0.3, ms: 2_000 },
      { kind: 'work', from: 0.3, to: 0.8, ms: 5_000 },
      { kind: 'cleaning', from: 0.8, to: 1, ms: 2_000 },
    ]);
    expect(now).toBeUndefined();
  });

  test('lets what is not over last until now', () => {
    const queued = attempt({ phase: 'pending', createdMs: 5_000 });
    const { rows, now } = ganttOf(run([stage('a', { attempts: [queued] })]), 10_000);
    expect(rows[0]?.bars[0]?.shares).toEqual([{ kind: 'queue', from: 0.5, to: 1, ms: 5_000 }]);
    expect(now).toBe(1);
  });

  test('does not let an attempt run on whose end is not known', () => {
    const lost = attempt({ phase: 'failed', createdMs: 1_000, startedMs: 2_000 });
    const { rows } = ganttOf(run([stage('a', { attempts: [lost] })]), 10_000);
    expect(rows[0]?.bars[0]?.shares.map(({ kind }) => kind)).toEqual(['queue']);
  });

  test('has no bar of an attempt that is in line', () => {
    const { rows } = ganttOf(run([stage('a', { attempts: [attempt({ phase: 'pending' })] })]), 10_000);
    expect(rows[0]?.bars[0]?.shares).toEqual([]);
  });

  test('spans a second at least, and a run that has not started stands at its beginning', () => {
    const { startedMs: _none, ...unstarted } = run([stage('a')]);
    const gantt = ganttOf(unstarted, 5_000);
    expect([gantt.startMs, gantt.endMs, gantt.now]).toEqual([5_000, 6_000, 0]);
  });

  test('marks times that are whole, a handful of them, however long it takes', () => {
    for (const spanMs of [1_000, 42_000, 3_000_000, 400_000_000]) {
      const { ticks } = ganttOf(run([], { endedMs: spanMs }), spanMs);
      expect(ticks.length).toBeGreaterThan(1);
      expect(ticks.length).toBeLessThan(8);
      expect(ticks[0]).toEqual({ at: 0, ms: 0 });
    }
  });
});

describe('the graph of stages', () => {
  const diamond = run(
    [
      stage('a'),
      stage('b', { dependsOn: ['a'] }),
      stage('c', { dependsOn: ['a'] }),
      stage('d', { dependsOn: ['b', 'c'] }),
    ],
    { criticalPath: ['a', 'c', 'd'] },
  );

  test('has an arrow for each dependency', () => {
    const { edges } = dagGraph(diamond, (text) => text.length * 7);
    expect(edges?.map(({ sources, targets }) => [sources[0], targets[0]])).toEqual([
      ['a', 'b'],
      ['a', 'c'],
      ['b', 'd'],
      ['c', 'd'],
    ]);
  });

  test('leaves out a dependency on what is not there', () => {
    expect(dagGraph(run([stage('b', { dependsOn: ['gone'] })]), () => 10).edges).toEqual([]);
  });

  test('marks the arrows along the critical path, and those only', () => {
    expect(criticalEdges(diamond)).toEqual(new Set([edgeId('a', 'c'), edgeId('c', 'd')]));
  });

  test('keeps its places while only phases and times change', () => {
    const later = { ...diamond, stages: diamond.stages.map((one) => ({ ...one, phase: 'failed' as const })) };
    expect(shapeOf(later)).toBe(shapeOf(diamond));
    expect(shapeOf(run([stage('a')]))).not.toBe(shapeOf(diamond));
  });
});

test('a stage lasts from its start to its end, or to now', () => {
  expect(stageMs(stage('a'), 10)).toBeUndefined();
  expect(stageMs(stage('a', { startedMs: 2 }), 10)).toBe(8);
  expect(stageMs(stage('a', { startedMs: 2, endedMs: 5 }), 10)).toBe(3);
});

describe('a finally', () => {
  const ran = (id: string, endedMs: number, dependsOn: readonly string[] = []) =>
    stage(id, { dependsOn, startedMs: 0, endedMs });
  const cleanup = { ...ran('cleanup', 9), runWhen: 'always' as const };

  test('waits for all ordinary stages, drawn as those that nobody else waits for', () => {
    const told = withFinallyWaits(run([ran('a', 1), ran('b', 5, ['a']), ran('c', 4, ['a']), cleanup]));
    expect(told.stages.at(-1)?.dependsOn).toEqual(['b', 'c']);
  });

  test('has the critical path go on through whichever ended last', () => {
    const stages = [ran('a', 1), ran('b', 5, ['a']), ran('c', 4, ['a']), cleanup];
    const told = withFinallyWaits(run(stages, { criticalPath: ['cleanup'] }));
    expect(told.criticalPath).toEqual(['a', 'b', 'cleanup']);
  });

  test('that says what it depends on is left as it is', () => {
    const told = run([ran('a', 1), { ...cleanup, dependsOn: ['a'] }], { criticalPath: ['a', 'cleanup'] });
    expect(withFinallyWaits(told)).toBe(told);
  });
});
