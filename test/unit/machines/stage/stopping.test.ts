/** A stage that is stopped: its workers are terminated, and it ends once none of their Pods exists. */
import { describe, expect, test } from 'vitest';
import { exitCode, podName, StageHarness } from '../../../support/stage-harness.ts';

const cancel = { type: 'stage.stop', verdict: 'cancelled', reason: 'the run was cancelled' } as const;
const expire = { type: 'stage.stop', verdict: 'failed', reason: 'the run took longer than 9 s' } as const;

describe('a cancel', { tags: ['G12', 'F60'] }, () => {
  test('before the start is durable leaves a stage that never started', () => {
    const stage = new StageHarness().send({ type: 'stage.start' }, cancel);
    expect(stage.told.at(-1)).toBe('skipped: skipped: the run was cancelled');
    expect(stage.wanted).toEqual([]);
  });

  test('ends every worker that is alive, and is over when the last Pod is gone', () => {
    const stage = new StageHarness({ workerCount: 3 })
      .start()
      .run(podName(0))
      .record(podName(0))
      .send(cancel);
    expect(stage.heard).toContainEqual({
      type: 'stage.terminates',
      ids: [podName(1), podName(2)],
      reason: 'the run was cancelled',
    });
    stage.finish(podName(1), exitCode(143)).finish(podName(0));
    expect(stage.state).toBe('cancelling');
    expect(stage.results).toEqual([]);
    stage.finish(podName(2), exitCode(143));
    expect(stage.told.at(-1)).toBe('cancelled: cancelled: the run was cancelled');
    expect(stage.results).toEqual(['cancelled']);
  });

  test('while a failed worker rests begins no other try', () => {
    const retry = {
      retriesMax: 2,
      delaySeconds: 5,
      backoffFactor: 1,
      delaySecondsMax: 0,
      failures: [],
      exitCodes: [],
    };
    const stage = new StageHarness({ retry }).start().record(podName(0), exitCode(1)).send(cancel);
    expect(stage.state).toBe('cancelling');
    stage.finish(podName(0), exitCode(1));
    stage.clock.advance(60_000);
    expect(stage.wanted).toEqual([podName(0)]);
    expect(stage.results).toEqual(['cancelled']);
  });

  test('of a stage that has ended changes nothing', () => {
    const stage = new StageHarness().start().record(podName(0)).send(cancel).recorded().finish(podName(0));
    expect(stage.results).toEqual(['completed']);
  });

  test('that takes long is alarmed and asked for again, and told once', () => {
    const stage = new StageHarness().start().run(podName(0)).send(cancel);
    stage.clock.advance(200_000);
    expect(stage.alarms.length).toBe(2);
    expect(stage.heardTypes.filter((type) => type === 'stage.terminates')).toHaveLength(3);
    expect(stage.told.filter((text) => text.startsWith('running: ending'))).toHaveLength(1);
  });
});

describe("the run's deadline", () => {
  test('fails what runs, by name', () => {
    const stage = new StageHarness().start().run(podName(0)).send(expire).finish(podName(0), exitCode(143));
    expect(stage.drafts.at(-1)).toMatchObject({
      status: 'failed',
      errorMessage: 'deadline: the run took longer than 9 s',
    });
  });

  test('gives way to a cancel, and not the other way round', () => {
    const one = new StageHarness().start().send(expire, cancel).finish(podName(0), exitCode(143));
    const two = new StageHarness().start().send(cancel, expire).finish(podName(0), exitCode(143));
    expect([one.results, two.results]).toEqual([['cancelled'], ['cancelled']]);
  });
});
