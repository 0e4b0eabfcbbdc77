/** Failed workers are tried again: only they, under new attempt numbers, never while the former may be alive. */
import { describe, expect, test } from 'vitest';
import type { RetryRule } from '../../../../src/machines/pipeline/command.ts';
import type { Outcome } from '../../../../src/machines/worker/order.ts';
import { endedWorker } from '../../../support/orders.ts';
import { noRetry } from '../../../support/pipelines.ts';
import { exitCode, podName, StageHarness } from '../../../support/stage-harness.ts';

const retry: RetryRule = { ...noRetry, retriesMax: 2, delaySeconds: 5 };
const evicted: Outcome = { kind: 'failed', failure: { name: 'evicted', evidence: 'low on memory' } };

describe('a failed worker', () => {
  test('is tried again alone, after its delay, and the stage completes', () => {
    const stage = new StageHarness({ workerCount: 2, retry }).start().run(podName(0), podName(1));
    stage.record(podName(0)).record(podName(1), exitCode(7));
    expect(stage.state).toBe('retrying.quiet');
    stage.clock.advance(4_999);
    expect(stage.wanted).toEqual([podName(0), podName(1)]);
    stage.clock.advance(1);
    expect(stage.wanted).toEqual([podName(0), podName(1), podName(1, 2)]);
    stage.run(podName(1, 2));
    expect(stage.state).toBe('running');
    stage.record(podName(1, 2));
    expect(stage.told).toEqual([
      'pending: starting 2 workers',
      'running: 1 of 2 workers run',
      'running: 1 of 2 workers succeeded',
      'retrying: worker 1 failed; attempt 2 in 5 s',
      'running: 1 of 2 workers succeeded',
      'completed: all 2 workers succeeded',
    ]);
    expect(stage.drafts.at(-1)).toMatchObject({ attempt: 2, podNames: [podName(0), podName(1, 2)] });
  });

  test('whose Pod may be alive is tried again only once that is gone', { tags: ['G3', 'I2'] }, () => {
    const stage = new StageHarness({ retry }).start().run(podName(0)).record(podName(0), exitCode(1), false);
    stage.clock.advance(60_000);
    expect(stage.wanted).toEqual([podName(0)]);
    stage.finish(podName(0), exitCode(1));
    expect(stage.wanted).toEqual([podName(0), podName(0, 2)]);
  });

  test('is not tried more often than the policy says', { tags: ['I8'] }, () => {
    const stage = new StageHarness({ retry }).start();
    for (const attempt of [1, 2, 3]) {
      stage.record(podName(0, attempt), exitCode(1)).finish(podName(0, attempt), exitCode(1));
      stage.clock.advance(5_000);
    }
    expect(stage.wanted).toEqual([podName(0), podName(0, 2), podName(0, 3)]);
    expect(stage.results).toEqual(['failed']);
  });

  test('is not tried again once another one has failed for good', () => {
    const rule = { ...retry, exitCodes: [1] };
    const stage = new StageHarness({ workerCount: 3, retry: rule }).start();
    stage.record(podName(0), exitCode(1)).record(podName(1), exitCode(2));
    stage.clock.advance(60_000);
    expect(stage.wanted).toHaveLength(3);
    stage.record(podName(2), exitCode(1));
    expect(stage.results).toEqual(['failed']);
    expect(stage.drafts.at(-1)?.workers).toEqual({ succeeded: 0, failed: 3, total: 3 });
  });

  test('of the infrastructure does not cost the user a try', { tags: ['F26'] }, () => {
    const stage = new StageHarness({ retry: { ...retry, retriesMax: 1, delaySeconds: 0 } }).start();
    for (const [attempt, outcome] of [evicted, evicted, evicted, exitCode(1)].entries()) {
      stage.record(podName(0, attempt + 1), outcome);
      stage.clock.advance(30_000);
    }
    expect(stage.wanted).toHaveLength(5);
    stage.record(podName(0, 5), exitCode(1));
    expect(stage.results).toEqual(['failed']);
  });
});

describe('after a restart', { tags: ['G4'] }, () => {
  const failed = {
    stage: 3,
    index: 0,
    attempt: 1,
    ended: { ...endedWorker(exitCode(1)), endedAt: '2026-01-01T00:00:00Z' },
  };
  const resumed = (sinceMs: number) =>
    new StageHarness(
      { retry },
      {
        resume: {
          status: 'retrying',
          attempts: [failed],
          atMs: Date.parse('2026-01-01T00:00:00Z') + sinceMs,
        },
      },
    );

  test('a delay goes on from where it was, and nothing is told twice', () => {
    const stage = resumed(3_000).finish(podName(0), exitCode(1));
    stage.clock.advance(1_999);
    expect(stage.wanted).toEqual([podName(0)]);
    stage.clock.advance(1);
    expect(stage.wanted).toEqual([podName(0), podName(0, 2)]);
    expect(stage.told).toEqual([]);
  });

  test('a delay that passed meanwhile is over', () => {
    const stage = resumed(60_000).finish(podName(0), exitCode(1));
    stage.clock.advance(0);
    expect(stage.wanted).toEqual([podName(0), podName(0, 2)]);
  });

  test('a former try that may be alive still holds up the next', () => {
    const stage = resumed(60_000);
    stage.clock.advance(60_000);
    expect(stage.wanted).toEqual([podName(0)]);
  });

  test('tries that were made count', () => {
    const records = [1, 2, 3].map((attempt) => ({ ...failed, attempt }));
    const stage = new StageHarness({ retry }, { resume: { status: 'retrying', attempts: records, atMs: 0 } });
    expect(stage.results).toEqual(['failed']);
  });

  test('a try that runs is asked about, not begun again', () => {
    const stage = new StageHarness(
      { retry },
      { resume: { status: 'running', attempts: [failed, { stage: 3, index: 0, attempt: 2 }], atMs: 0 } },
    );
    expect(stage.heard).toEqual([
      {
        type: 'stage.wants',
        stage: 3,
        attempts: [{ slot: { podName: podName(0), index: 0, attempt: 1 }, ended: failed.ended }],
      },
      {
        type: 'stage.wants',
        stage: 3,
        attempts: [{ slot: { podName: podName(0, 2), index: 0, attempt: 2 } }],
      },
    ]);
  });
});
