/** One stage: its workers side by side, what is told of them, and its end. */
import { describe, expect, test } from 'vitest';
import { exitCode, podName, StageHarness } from '../../../support/stage-harness.ts';

describe('the start', () => {
  test('waits to be told, and says for what', () => {
    const stage = new StageHarness({ dependsOn: ['lint', 'test'] });
    expect(stage.state).toBe('pending.blocked');
    expect(
      Object.values(stage.ref.getSnapshot().getMeta()).map((meta) =>
        meta?.reason(stage.ref.getSnapshot().context),
      ),
    ).toContain('waiting for lint, test');
  });

  test('is written down before a single Pod is asked for', { tags: ['G1', 'G4'] }, () => {
    const stage = new StageHarness({ workerCount: 2 }).send({ type: 'stage.start' });
    expect(stage.told).toEqual(['pending: starting 2 workers']);
    expect(stage.wanted).toEqual([]);
    stage.recorded();
    expect(stage.state).toBe('pending.waiting.quiet');
    expect(stage.wanted).toEqual([podName(0), podName(1)]);
  });

  test('that does not come is a skip with its reason, and leaves nothing to see off', () => {
    const stage = new StageHarness().send({ type: 'stage.skip', reason: '"lint" failed' });
    expect(stage.told).toEqual(['skipped: skipped: "lint" failed']);
    expect(stage.results).toEqual(['skipped']);
    stage.recorded();
    expect(stage.heard.at(-1)).toEqual({ type: 'stage.cleared', stage: 3 });
  });
});

describe('workers', () => {
  test('make the stage run with the first of them, and complete with the last', () => {
    const stage = new StageHarness({ workerCount: 2 }).start().run(podName(0));
    expect(stage.state).toBe('running');
    stage.run(podName(1)).record(podName(0));
    expect(stage.state).toBe('running');
    expect(stage.results).toEqual([]);
    stage.record(podName(1));
    expect(stage.told).toEqual([
      'pending: starting 2 workers',
      'running: 1 of 2 workers run',
      'running: 1 of 2 workers succeeded',
      'completed: all 2 workers succeeded',
    ]);
    expect(stage.drafts.map((draft) => draft.percentage)).toEqual([0, 0, 50, 100]);
    expect(stage.results).toEqual(['completed']);
  });

  test('that were never seen running may still complete it', () => {
    const stage = new StageHarness().start().record(podName(0));
    expect(stage.told).toEqual(['pending: starting 1 worker', 'completed: succeeded']);
  });

  test('that run may finish after one has failed for good', () => {
    const stage = new StageHarness({ workerCount: 2 }).start().run(podName(0), podName(1));
    stage.record(podName(0), exitCode(7));
    expect(stage.state).toBe('running');
    stage.record(podName(1));
    expect(stage.told.at(-1)).toBe('failed: 1 of 2 workers failed');
    expect(stage.drafts.at(-1)).toMatchObject({
      errorMessage: 'exit-code: container worker exited with 7',
      workers: { succeeded: 1, failed: 1, total: 2 },
    });
    expect(stage.results).toEqual(['failed']);
  });

  test('of one combination of the matrix are as many as there are combinations', () => {
    const matrix = [
      { name: 'A', values: ['1', '2'] },
      { name: 'B', values: ['x', 'y', 'z'] },
    ];
    const stage = new StageHarness({ workerCount: 2, matrix }).start();
    expect(stage.wanted).toHaveLength(12);
  });

  test('that report twice, or of a try that is over, change nothing', { tags: ['F13'] }, () => {
    const stage = new StageHarness().start().run(podName(0)).run(podName(0)).record('pod-of-others');
    const told = stage.told.length;
    stage.record(podName(0)).record(podName(0), exitCode(1)).finish(podName(0), exitCode(1));
    expect(stage.results).toEqual(['completed']);
    expect(stage.told).toHaveLength(told + 1);
  });

  test('are marked as created, each try once it is seen', () => {
    const stage = new StageHarness({ workerCount: 2 }).start().run(podName(1));
    expect(stage.heard).toContainEqual({
      type: 'stage.created',
      attempt: { stage: 3, index: 1, attempt: 1 },
    });
  });
});

describe('a failure that is allowed', () => {
  test('is shown as one and lets what depends on the stage go on', () => {
    const stage = new StageHarness({ allowFailure: true }).start().record(podName(0), exitCode(1));
    expect(stage.told.at(-1)).toBe('failed: failed, which it may');
    expect(stage.results).toEqual(['tolerated']);
  });
});

describe('why it waits', () => {
  const reason = '0/1 nodes are available: 1 Insufficient cpu.';

  test('is asked of its workers, told once, and told anew when it changes', () => {
    const stage = new StageHarness().start();
    stage.clock.advance(2_000);
    expect(stage.heard.at(-1)).toEqual({ type: 'stage.asks', ids: [podName(0)] });
    stage.send(
      { type: 'workers.waiting', reasons: [reason] },
      { type: 'workers.waiting', reasons: [reason] },
    );
    stage.send({ type: 'workers.waiting', reasons: ['starting on node-1'] });
    expect(stage.told.slice(1)).toEqual([
      `pending: pending: ${reason}`,
      'pending: pending: starting on node-1',
    ]);
  });

  test('is not told without end', () => {
    const stage = new StageHarness().start();
    stage.clock.advance(2_000);
    for (let i = 0; i < 100; i++) stage.send({ type: 'workers.waiting', reasons: [`reason ${i}`] });
    expect(stage.told.length).toBeLessThanOrEqual(21);
  });

  test('takes nothing back: what has run does not wait again', () => {
    const stage = new StageHarness({}, { resume: { status: 'running', attempts: [], atMs: 0 } });
    stage.clock.advance(2_000);
    stage.send({ type: 'workers.waiting', reasons: [reason] });
    expect(stage.told).toEqual([]);
  });
});

describe('the end', () => {
  test('is written down before its Pods are seen off, and comes when none is left', () => {
    const stage = new StageHarness({ workerCount: 2 }).start().record(podName(0)).record(podName(1));
    expect(stage.state).toBe('succeeded');
    stage.finish(podName(0)).recorded();
    expect(stage.state).toBe('cleanup');
    stage.finish(podName(1));
    expect(stage.heard.at(-1)).toEqual({ type: 'stage.cleared', stage: 3 });
    expect(stage.ref.getSnapshot().status).toBe('done');
  });

  test('raises an alarm where a Pod is still there long after it', () => {
    const stage = new StageHarness().start().record(podName(0)).recorded();
    stage.clock.advance(71_000);
    expect(stage.alarms).toEqual(['some Pods are still there long after their end']);
  });
});

describe('usage', () => {
  test('is told as the mean of what was sampled', () => {
    const stage = new StageHarness().start().run(podName(0));
    const sample = (cpuCores: number, memoryBytes: number) => ({
      podName: podName(0),
      cpuCores,
      memoryBytes,
    });
    stage.send(
      { type: 'usage.sampled', samples: [sample(1, 2e6), sample(3, 4e6)] },
      { type: 'usage.sampled', samples: [] },
    );
    stage.record(podName(0));
    expect(stage.drafts.at(-1)?.usage).toEqual({ cpuCores: 2, memoryMb: 3 });
  });
});
