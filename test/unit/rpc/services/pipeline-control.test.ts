/**
 * CancelPipeline and RetryPipeline before a scripted pool, over real gRPC.
 */
import { describe, expect, test, vi } from 'vitest';
import type { Cancel, CancelMode, PipelineCommand } from '../../../../src/machines/pipeline/command.ts';
import type { CancelPipelineRequest } from '../../../../src/rpc/generated/ottoscaler/v1/CancelPipelineRequest.ts';
import { defaultLimits } from '../../../../src/rpc/validate/limits.ts';
import { validatePipeline } from '../../../../src/rpc/validate/pipeline.ts';
import { scriptedPool, ScriptedRun } from '../../../support/scripted-pool.ts';
import { serveScripted } from '../../../support/scripted-pool-server.ts';
import { pipelineRequest, stagesOf } from '../validate/requests.ts';

const command = validatePipeline(pipelineRequest({ stages: stagesOf(3) }), defaultLimits);
const cancelOf = (mode: CancelMode): Cancel => ({ mode, by: '', reason: '' });

describe('cancelling', () => {
  const wireModes = {
    now: 'CANCEL_NOW',
    'run-finally': 'CANCEL_RUN_FINALLY',
    'finish-running': 'CANCEL_FINISH_RUNNING',
  } as const;

  /** Asks for a cancel of a run that `prepare` brought somewhere; `onCancel` plays what the run makes of it. */
  async function cancel(
    fields: CancelPipelineRequest,
    prepare: (run: ScriptedRun) => void,
    onCancel: (run: ScriptedRun, cancel: Cancel) => void = () => {},
  ) {
    const run = new ScriptedRun().open(command);
    prepare(run);
    const pool = scriptedPool((event) => {
      if (event.type === 'pipeline.cancel') onCancel(run, event.cancel);
    });
    pool.runs.set('p-1', run);
    await using served = await serveScripted(pool);
    const [outcome] = await Promise.allSettled([
      served.client.cancelPipeline({ pipeline_id: 'p-1', ...fields }),
    ]);
    expect(run.observers).toBe(0);
    const asked = pool.sent.filter(({ type }) => type === 'pipeline.cancel');
    return { outcome, asked };
  }

  test.each([
    ['now', 'the run "p-1" is being cancelled: what runs is terminated and nothing else starts'],
    [
      'run-finally',
      'the run "p-1" is being cancelled: what runs is terminated, then the stages that run always do',
    ],
    ['finish-running', 'the run "p-1" is being cancelled: what runs may finish and nothing else starts'],
  ] as const)('%s is answered once it is durable', async (mode, message) => {
    const { outcome, asked } = await cancel(
      { mode: wireModes[mode], reason: 'late', triggered_by: 'alice' },
      () => {},
      (run, wanted) => void setImmediate(() => run.change().change({ cancel: wanted })),
    );
    expect(outcome).toEqual({ status: 'fulfilled', value: { pipeline_id: 'p-1', message } });
    expect(asked).toEqual([
      { type: 'pipeline.cancel', pipelineId: 'p-1', cancel: { mode, by: 'alice', reason: 'late' } },
    ]);
  });

  test.each([
    ['finish-running', 'run-finally'],
    ['run-finally', 'now'],
    ['finish-running', 'now'],
  ] as const)('goes further, from %s to %s', async (from, to) => {
    const { outcome, asked } = await cancel(
      { mode: wireModes[to] },
      (run) => run.change({ cancel: cancelOf(from) }),
      (run, wanted) => void setImmediate(() => run.change({ cancel: wanted })),
    );
    expect(outcome).toMatchObject({ value: { message: expect.stringContaining('is being cancelled: ') } });
    expect(asked).toHaveLength(1);
  });

  test.each([
    ['now', 'finish-running'],
    ['now', 'run-finally'],
    ['run-finally', 'finish-running'],
    ['now', 'now'],
  ] as const)('where %s is in force, %s asks nothing and says what is', async (inForce, wanted) => {
    const { outcome, asked } = await cancel({ mode: wireModes[wanted] }, (run) =>
      run.change({ cancel: cancelOf(inForce) }),
    );
    expect(outcome).toMatchObject({
      value: { message: expect.stringContaining(`is being cancelled already (${inForce}): `) },
    });
    expect(asked).toEqual([]);
  });

  test('a cancel of somebody else that is weaker does not answer a stronger one', async () => {
    const { outcome } = await cancel(
      { mode: 'CANCEL_NOW' },
      () => {},
      (run, wanted) =>
        void setImmediate(() => {
          run.change({ cancel: cancelOf('finish-running') });
          setImmediate(() => run.change({ cancel: wanted }));
        }),
    );
    expect(outcome).toMatchObject({ value: { message: expect.stringContaining('what runs is terminated') } });
  });

  test('a run that was cancelled already is fine', async () => {
    const { outcome, asked } = await cancel({}, (run) => run.end('cancelled'));
    expect(outcome).toMatchObject({ value: { message: 'the run "p-1" was cancelled already' } });
    expect(asked).toEqual([]);
  });

  test.each(['completed', 'failed'] as const)('a run that has %s is FAILED_PRECONDITION', async (status) => {
    const { outcome, asked } = await cancel({}, (run) => run.end(status));
    expect(outcome).toMatchObject({
      reason: {
        code: 'FAILED_PRECONDITION',
        message: `pipeline_id: the run "p-1" has ended as ${status}`,
      },
    });
    expect(asked).toEqual([]);
  });

  test('a run that ends before the cancel is durable has ended as it did', { tags: ['F60'] }, async () => {
    const { outcome } = await cancel(
      {},
      () => {},
      (run) => void setImmediate(() => run.end('completed')),
    );
    expect(outcome).toMatchObject({ reason: { code: 'FAILED_PRECONDITION' } });
  });

  test('a run whose actor stops before the cancel is durable is UNAVAILABLE', async () => {
    const { outcome } = await cancel(
      {},
      () => {},
      (run) => void setImmediate(() => run.complete()),
    );
    expect(outcome).toMatchObject({
      reason: { code: 'UNAVAILABLE', message: expect.stringContaining('send the call again') },
    });
  });

  test('a run that is not at hand is opened first', async () => {
    const run = new ScriptedRun();
    const pool = scriptedPool((event, { runs }) => {
      if (event.type === 'pipeline.open') runs.set('p-1', run);
      else run.change({ cancel: cancelOf('now') });
    });
    await using served = await serveScripted(pool);
    const call = served.client.cancelPipeline({ pipeline_id: 'p-1' });
    await vi.waitUntil(() => run.observers === 1);
    run.open(command);
    expect(await call).toMatchObject({ pipeline_id: 'p-1' });
    expect(pool.sent.map(({ type }) => type)).toEqual(['pipeline.open', 'pipeline.cancel']);
  });

  test('a run that is not there is NOT_FOUND', async () => {
    const pool = scriptedPool((_, { runs }) =>
      runs.set('p-1', new ScriptedRun().change({ phase: 'absent' })),
    );
    await using served = await serveScripted(pool);
    await expect(served.client.cancelPipeline({ pipeline_id: 'p-1' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

describe('retrying', () => {
  const retried: PipelineCommand = {
    ...command,
    pipelineId: 'p-1-retry-1',
    retryOf: { pipelineId: 'p-1', reused: [{ stageId: 's1', digest: 'd1' }] },
  };

  /** A pool in which opening leaves `run` behind, under the id that was opened. */
  const poolMaking = (run: ScriptedRun) =>
    scriptedPool((event, { runs }) => {
      if (event.type === 'pipeline.open') runs.set(event.opening.pipelineId, run);
    });

  test('opens a run of its own and tells what it takes over', async () => {
    const pool = poolMaking(new ScriptedRun().open(retried));
    await using served = await serveScripted(pool);
    expect(await served.client.retryPipeline({ pipeline_id: 'p-1', triggered_by: 'bob' })).toEqual({
      pipeline_id: 'p-1-retry-1',
      reused: [{ stage_id: 's1', digest: 'd1' }],
      rerun_stage_ids: ['s0', 's2'],
      already_accepted: false,
    });
    const opening = {
      kind: 'retry',
      pipelineId: 'p-1-retry-1',
      earlierId: 'p-1',
      triggeredBy: 'bob',
    };
    expect(pool.sent).toEqual([{ type: 'pipeline.open', opening }]);
  });

  test(
    'twice is once, whether a former process accepted it or this one',
    { tags: ['G2', 'F61'] },
    async () => {
      const resumed = poolMaking(new ScriptedRun().open(retried, { resumed: true }));
      await using former = await serveScripted(resumed);
      expect(await former.client.retryPipeline({ pipeline_id: 'p-1' })).toMatchObject({
        already_accepted: true,
      });
      const atHand = scriptedPool();
      atHand.runs.set('p-1-retry-1', new ScriptedRun().open(retried));
      await using same = await serveScripted(atHand);
      expect(await same.client.retryPipeline({ pipeline_id: 'p-1' })).toMatchObject({
        already_accepted: true,
      });
    },
  );

  test.each([
    ['a run of its own', command],
    ['a retry of another run', { ...retried, retryOf: { pipelineId: 'p-2', reused: [] } }],
  ])('under the id of %s is ALREADY_EXISTS', async (_, taken) => {
    await using served = await serveScripted(poolMaking(new ScriptedRun().open(taken)));
    await expect(
      served.client.retryPipeline({ pipeline_id: 'p-1', new_pipeline_id: 'p-3' }),
    ).rejects.toMatchObject({
      code: 'ALREADY_EXISTS',
      message:
        'new_pipeline_id "p-3" was accepted before and is no retry of "p-1"; choose another new_pipeline_id',
    });
  });

  test('of a run that is not there names that run', async () => {
    await using served = await serveScripted(poolMaking(new ScriptedRun().change({ phase: 'absent' })));
    await expect(served.client.retryPipeline({ pipeline_id: 'p-1' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('there is no run "p-1"'),
    });
  });

  test('of a run that has not ended is FAILED_PRECONDITION', async () => {
    const refusal = { kind: 'refused', code: 'precondition', reason: 'it has not ended' } as const;
    const run = new ScriptedRun().change({ phase: 'refused', refusal });
    await using served = await serveScripted(poolMaking(run));
    await expect(served.client.retryPipeline({ pipeline_id: 'p-1' })).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      message: 'it has not ended',
    });
    expect(run.observers).toBe(0);
  });
});
