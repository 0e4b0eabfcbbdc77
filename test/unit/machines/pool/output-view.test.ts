/** Whose output the pool knows of, and whether more of it may come. */
import { describe, expect, test } from 'vitest';
import { knowsOutput, readWriters, type OutputQuery } from '../../../../src/machines/pool/output-view.ts';
import { ModelCluster } from '../../../support/model-cluster.ts';
import { exited, order, scaleUpCommand } from '../../../support/orders.ts';
import { openPipeline } from '../../../support/pipeline-harness.ts';
import { pipelineCommand, stageCommand } from '../../../support/pipelines.ts';
import { PoolHarness, type PoolCall } from '../../../support/pool-harness.ts';

const nothing: OutputQuery = { taskId: '', pipelineId: '', stageId: '', workerId: '' };
const only = 'otto-task-a--0';

/** As a row: is it known, who may write, may there be more. */
function seen(pool: PoolHarness, query: Partial<OutputQuery>) {
  const snapshot = pool.ref.getSnapshot();
  const { workerIds, mayGrow } = readWriters(snapshot, { ...nothing, ...query });
  return [knowsOutput(snapshot, { ...nothing, ...query }), workerIds, mayGrow];
}

describe('a task', () => {
  test('may get workers until its command is placed, and is known until its last worker is forgotten', () => {
    const cluster = new ModelCluster();
    const pool = new PoolHarness(cluster, { historyMs: 60_000 }).list();
    expect(seen(pool, { taskId: 'task-a' })).toEqual([false, [], false]);
    pool.scaleUp(scaleUpCommand());
    expect(seen(pool, { taskId: 'task-a' })).toEqual([true, [], true]);
    cluster.serve(pool);
    expect(seen(pool, { taskId: 'task-a' })).toEqual([true, [only], false]);
    expect(seen(pool, { workerId: only })).toEqual([true, [only], false]);
    expect(seen(pool, { taskId: 'task-b', workerId: only })).toEqual([false, [], false]);
    expect(seen(pool, { taskId: 'task-b' })).toEqual([false, [], false]);
    cluster.change(only, exited(0));
    cluster.serve(pool);
    cluster.remove(only);
    cluster.serve(pool);
    expect(seen(pool, { taskId: 'task-a' })).toEqual([true, [], false]);
    expect(seen(pool, { workerId: only })).toEqual([true, [], false]);
    pool.clock.advance(120_000);
    pool.send({ type: 'clock.ticked', atMs: pool.atMs });
    expect(seen(pool, { taskId: 'task-a' })).toEqual([false, [], false]);
  });
});

describe('a run', () => {
  const command = pipelineCommand([stageCommand('unit'), stageCommand('lint')]);

  function submitted() {
    const calls: PoolCall[] = [];
    const pool = new PoolHarness({ asked: (call) => calls.push(call), reap: () => {} }).list();
    pool.send({ type: 'pipeline.open', opening: { kind: 'submit', pipelineId: 'p', command } });
    const open = () => {
      const opened = openPipeline(command);
      const stages = command.stages.map(({ stageId }, stageIndex) => ({
        order: order({
          taskId: 'p',
          stage: { pipelineId: 'p', stageId, stageIndex, matrix: [], endsBy: '' },
        }),
        workers: 1,
        digest: '',
      }));
      for (const { slot, call } of calls)
        if (slot === 'openPipeline') call.reply({ kind: 'opened', ...opened, stages });
      for (const { slot, call } of calls)
        if (slot === 'writeJournal')
          call.reply(
            call.input.drafts.map((draft) => ({
              ...draft,
              podNames: [],
              at: '',
              startedAt: '',
              completedAt: '',
            })),
          );
    };
    return { pool, open };
  }

  test('may get workers from its submission on, under its own name and as a task', () => {
    const { pool, open } = submitted();
    expect(seen(pool, { pipelineId: 'p' })).toEqual([true, [], true]);
    open();
    const workerIds = ['otto-p-unit-0-1', 'otto-p-lint-0-1'];
    expect(seen(pool, { pipelineId: 'p' })).toEqual([true, workerIds, true]);
    expect(seen(pool, { taskId: 'p' })).toEqual([true, workerIds, true]);
    expect(seen(pool, { taskId: 'p', pipelineId: 'p' })).toEqual([true, workerIds, true]);
    expect(seen(pool, { taskId: 'other', pipelineId: 'p' })).toEqual([false, [], false]);
  });

  test('has the stages that it has, and single workers that end alone', () => {
    const { pool, open } = submitted();
    open();
    expect(seen(pool, { pipelineId: 'p', stageId: 'lint' })).toEqual([true, ['otto-p-lint-0-1'], true]);
    expect(seen(pool, { pipelineId: 'p', stageId: 'deploy' })).toEqual([false, [], false]);
    const workerId = 'otto-p-unit-0-1';
    expect(seen(pool, { pipelineId: 'p', workerId })).toEqual([true, [workerId], false]);
    expect(seen(pool, { pipelineId: 'p', stageId: 'lint', workerId })).toEqual([false, [], false]);
  });

  test('that is over is known while it is remembered', () => {
    const summary = {
      pipelineId: 'old',
      name: '',
      status: 'completed',
      percentage: 100,
      message: '',
      errorMessage: '',
      acceptedAt: '',
      completedAt: '',
      stagesTotal: 1,
      stagesCompleted: 1,
      stagesFailed: 0,
      stagesRunning: 0,
      lastSequence: 3,
      triggeredBy: '',
    } as const;
    const environment = { asked: () => {}, reap: () => {} };
    const pool = new PoolHarness(environment, { recovered: { endedPipelines: [summary] } }).list();
    expect(seen(pool, { pipelineId: 'old', stageId: 'any' })).toEqual([true, [], false]);
    expect(seen(pool, { pipelineId: 'older' })).toEqual([false, [], false]);
  });
});
