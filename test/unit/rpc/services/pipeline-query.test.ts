/**
 * GetPipeline and ListPipelines before a scripted pool, over real gRPC.
 */
import { describe, expect, test } from 'vitest';
import type { PipelineSummary } from '../../../../src/machines/pipeline/record.ts';
import { defaultLimits } from '../../../../src/rpc/validate/limits.ts';
import { validatePipeline } from '../../../../src/rpc/validate/pipeline.ts';
import { progressEvent, scriptedPool, ScriptedRun } from '../../../support/scripted-pool.ts';
import { serveScripted } from '../../../support/scripted-pool-server.ts';
import { pipelineRequest, stagesOf } from '../validate/requests.ts';

const request = { pipeline_id: 'p-1', name: 'nightly', triggered_by: 'alice', stages: stagesOf(3) };
const command = validatePipeline(pipelineRequest(request), defaultLimits);

describe('one run', () => {
  test('is shown with the latest event of each stage, those that have not begun included', async () => {
    const run = new ScriptedRun().open(command).tell(
      progressEvent({ stage: -1 }),
      progressEvent({ stage: 2, message: 'runs' }),
      progressEvent({ stage: 0 }),
      progressEvent({
        stage: 2,
        status: 'completed',
        message: 'done',
        workers: { succeeded: 1, failed: 0, total: 1 },
      }),
    );
    const pool = scriptedPool();
    pool.runs.set('p-1', run);
    await using served = await serveScripted(pool);
    const status = await served.client.getPipeline({ pipeline_id: 'p-1' });
    expect(status.summary).toMatchObject({
      pipeline_id: 'p-1',
      name: 'nightly',
      status: 'STAGE_RUNNING',
      accepted_at: '2025-01-02T03:04:05Z',
      stages_total: 3,
      stages_completed: 1,
      stages_running: 1,
      last_sequence: 4,
      triggered_by: 'alice',
    });
    expect(
      status.stages.map(({ stage_id, status: name, sequence, digest }) => [stage_id, name, sequence, digest]),
    ).toEqual([
      ['s0', 'STAGE_RUNNING', 3, 'digest-0'],
      ['s1', 'STAGE_PENDING', 0, 'digest-1'],
      ['s2', 'STAGE_COMPLETED', 4, 'digest-2'],
    ]);
    expect(status.stages[1]?.metrics).toMatchObject({ total_workers: 1 });
    expect(status.request).toMatchObject(request);
    expect(pool.sent).toEqual([{ type: 'pipeline.open', opening: { kind: 'attach', pipelineId: 'p-1' } }]);
    expect(run.observers).toBe(0);
  });

  test('that has told nothing yet runs', async () => {
    const pool = scriptedPool();
    pool.runs.set('p-1', new ScriptedRun().open(command));
    await using served = await serveScripted(pool);
    expect(await served.client.getPipeline({ pipeline_id: 'p-1' })).toMatchObject({
      summary: { status: 'STAGE_RUNNING', last_sequence: 0, completed_at: '' },
    });
  });

  test('that is not there is NOT_FOUND', async () => {
    const pool = scriptedPool((_, { runs }) =>
      runs.set('p-1', new ScriptedRun().change({ phase: 'absent' })),
    );
    await using served = await serveScripted(pool);
    await expect(served.client.getPipeline({ pipeline_id: 'p-1' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

describe('the list', () => {
  /** A run that was accepted at this second. */
  function summary(second: number, fields: Partial<PipelineSummary> = {}): PipelineSummary {
    return {
      pipelineId: `p-${second}`,
      name: '',
      status: 'running',
      percentage: 0,
      message: '',
      errorMessage: '',
      acceptedAt: new Date(second * 1_000).toISOString(),
      completedAt: '',
      stagesTotal: 1,
      stagesCompleted: 0,
      stagesFailed: 0,
      stagesRunning: 1,
      lastSequence: 1,
      triggeredBy: '',
      ...fields,
    };
  }
  const summaries = (count: number, fields: Partial<PipelineSummary> = {}) =>
    Array.from({ length: count }, (_, second) => summary(second, fields));

  async function withRuns(runs: PipelineSummary[]) {
    const pool = scriptedPool();
    pool.summaries = runs;
    const served = await serveScripted(pool);
    return { pool, served };
  }

  test('has the latest first, a hundred on a page', async () => {
    const { served } = await withRuns(summaries(101));
    await using _ = served;
    const page = await served.client.listPipelines({});
    expect(page.pipelines).toHaveLength(100);
    expect(page.pipelines[0]).toMatchObject({ pipeline_id: 'p-100', status: 'STAGE_RUNNING' });
    const rest = await served.client.listPipelines({ page_token: page.next_page_token });
    expect(rest).toMatchObject({ pipelines: [{ pipeline_id: 'p-0' }], next_page_token: '' });
  });

  test('of exactly one page has no other', async () => {
    const { served } = await withRuns(summaries(3));
    await using _ = served;
    expect(await served.client.listPipelines({ page_size: 3 })).toMatchObject({ next_page_token: '' });
    expect(await served.client.listPipelines({ status_filter: 'failed' })).toEqual({
      pipelines: [],
      next_page_token: '',
    });
  });

  test('is paged right while runs come and go', async () => {
    const { pool, served } = await withRuns(summaries(6));
    await using _ = served;
    const first = await served.client.listPipelines({ page_size: 2 });
    // One that was shown goes, the next one to show goes, and a new one comes.
    pool.summaries = [summary(9), ...summaries(6).filter((_run, index) => index !== 4 && index !== 3)];
    const second = await served.client.listPipelines({ page_size: 2, page_token: first.next_page_token });
    const ids = [...first.pipelines, ...second.pipelines].map(({ pipeline_id }) => pipeline_id);
    expect(ids).toEqual(['p-5', 'p-4', 'p-2', 'p-1']);
  });

  test('shows each of the runs that were accepted at the same moment once', async () => {
    const moment = summary(0).acceptedAt;
    const { served } = await withRuns(summaries(5, { acceptedAt: moment }).toReversed());
    await using _ = served;
    const ids: string[] = [];
    let page_token = '';
    do {
      const page = await served.client.listPipelines({ page_size: 2, page_token });
      ids.push(...page.pipelines.map(({ pipeline_id }) => pipeline_id));
      page_token = page.next_page_token;
    } while (page_token !== '');
    expect(ids).toEqual(['p-0', 'p-1', 'p-2', 'p-3', 'p-4']);
  });

  test.each([
    ['running', ['p-3', 'p-0']],
    ['completed', ['p-1']],
    ['cancelled', ['p-2']],
    ['failed', []],
  ])('takes %s as a filter', async (status_filter, ids) => {
    const statuses = ['pending', 'completed', 'cancelled', 'running'] as const;
    const { served } = await withRuns(statuses.map((status, second) => summary(second, { status })));
    await using _ = served;
    const { pipelines } = await served.client.listPipelines({ status_filter });
    expect(pipelines.map(({ pipeline_id }) => pipeline_id)).toEqual(ids);
  });

  test('has shorter pages where runs are wordy, and loses none', async () => {
    const { served } = await withRuns(summaries(1_000, { errorMessage: '語'.repeat(3_000) }));
    await using _ = served;
    let seen = 0;
    let page_token = '';
    do {
      const page = await served.client.listPipelines({ page_size: 1_000, page_token });
      seen += page.pipelines.length;
      page_token = page.next_page_token;
    } while (page_token !== '');
    expect(seen).toBe(1_000);
  });

  test(
    'is UNAVAILABLE until the runs of former processes are known, and there while the pool drains',
    { tags: ['G11'] },
    async () => {
      const { pool, served } = await withRuns(summaries(1));
      await using _ = served;
      pool.state = 'recovering';
      await expect(served.client.listPipelines({})).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      pool.state = 'draining';
      expect(await served.client.listPipelines({})).toMatchObject({ pipelines: [{ pipeline_id: 'p-0' }] });
    },
  );

  test('names the field that breaks a rule', async () => {
    const { served } = await withRuns([]);
    await using _ = served;
    await expect(served.client.listPipelines({ page_token: 'x' })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(/^page_token: /),
    });
  });
});
