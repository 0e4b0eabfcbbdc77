/** FAULTS 61 and G2, G7: a run is opened once, found again as often as one likes, and repeated under another id. */
import { describe, expect, test } from 'vitest';
import type { PipelineCommand } from '../../src/machines/pipeline/command.ts';
import { unanswered, inTurn } from '../simulation/model/fault-plan.ts';
import { PipelineBench } from '../simulation/model/pipeline-bench.ts';
import { readRun } from '../simulation/oracle/run-ledger.ts';
import { pipelineCommand, stageCommand } from '../support/pipelines.ts';

const command = pipelineCommand([stageCommand('build'), stageCommand('test', { dependsOn: ['build'] })]);
const other = pipelineCommand([stageCommand('build')]);

describe('the same id', { tags: ['G2', 'F61'] }, () => {
  test('sent twice at once is one run, and both read it', async () => {
    const bench = new PipelineBench(command);
    const readings = await Promise.all([bench.open(), bench.open()]);
    for (const reading of readings) expect(reading).toMatchObject({ phase: 'under way', open: { command } });
    expect(await bench.judge()).toEqual([]);
    expect(bench.world.audit.created).toHaveLength(2);
  });

  test('is one run also where the answer to the first was lost', async () => {
    const bench = new PipelineBench(command, undefined, { plan: inTurn('records.create', unanswered()) });
    expect(await bench.open()).toMatchObject({ phase: 'under way', resumed: false });
    expect(await bench.judge()).toEqual([]);
  });

  test('with other content is shown the run as it was accepted: whoever asks compares', async () => {
    const bench = new PipelineBench(command);
    await bench.open();
    expect(await bench.open({ command: other })).toMatchObject({ phase: 'under way', open: { command } });
    expect(await bench.judge()).toEqual([]);
  });

  test.each([
    ['after its end', 300_000, false],
    ['in the next process', 60_000, true],
  ])('with other content, %s, is refused, and nothing is written', async (_what, ms, isNext) => {
    const bench = new PipelineBench(command);
    await bench.open();
    await bench.world.pass(ms);
    if (isNext) await bench.restart();
    const before = bench.run;
    expect(await bench.open({ command: other })).toMatchObject({
      phase: 'refused',
      refusal: { code: 'differs' },
    });
    expect(await bench.judge()).toEqual([]);
    expect(bench.run).toEqual(before);
  });
});

describe('a run that has ended', () => {
  test.each([
    ['right after its end', 0, false],
    ['long after its end', 600_000, false],
    ['in the next process', 0, true],
  ])('is read to its end by who attaches %s', { tags: ['G7'] }, async (_what, ms, isNext) => {
    const bench = new PipelineBench(command);
    await bench.open();
    await bench.world.run(() => bench.otto.isIdle);
    const shown = [...(bench.otto.reading('p')?.progress ?? [])];
    await bench.world.pass(ms);
    if (isNext) await bench.restart();
    const reading = await bench.open({ kind: 'attach' });
    expect(reading).toMatchObject({ phase: 'ended' });
    expect(reading === 'no answer' ? [] : reading.progress).toEqual(shown);
    expect(shown.at(-1)).toMatchObject({ stage: -1, status: 'completed', percentage: 100 });
    const written = bench.otto.network.trace.filter(({ write }) => write > 0).length;
    expect(await bench.judge()).toEqual([]);
    expect(bench.otto.network.trace.filter(({ write }) => write > 0)).toHaveLength(written);
  });

  test('that nobody knows is absent, and nothing is written', async () => {
    const bench = new PipelineBench(command);
    expect(await bench.open({ kind: 'attach' })).toMatchObject({ phase: 'absent' });
    expect(bench.otto.network.trace.filter(({ write }) => write > 0)).toEqual([]);
    expect(await bench.open()).toMatchObject({ phase: 'under way' });
  });
});

describe('a run that is repeated', () => {
  const graph: PipelineCommand = pipelineCommand([
    stageCommand('build'),
    stageCommand('lint'),
    stageCommand('test', { dependsOn: ['build'] }),
    stageCommand('deploy', { dependsOn: ['lint', 'test'] }),
    stageCommand('finally', { runWhen: 'always' }),
  ]);
  const again = { kind: 'retry', pipelineId: 'p2', earlierId: 'p', triggeredBy: 'bob' } as const;

  async function failedOnce(): Promise<PipelineBench> {
    const bench = new PipelineBench(graph, (stageId) => (stageId === 'test' ? { exitCode: 1 } : {}));
    await bench.open();
    expect(await bench.judge()).toEqual([]);
    expect(bench.statuses).toMatchObject({
      '': 'failed',
      build: 'completed',
      test: 'failed',
      deploy: 'skipped',
    });
    return bench;
  }

  test('does again only what did not complete, what depends on it, and what comes at the end', async () => {
    const bench = await failedOnce();
    expect(await bench.open(again)).toMatchObject({ phase: 'under way' });
    expect(await bench.judge(undefined, ['p', 'p2'])).toEqual([]);
    const run = readRun(bench.world, 'p2');
    const first = run?.record.progress.slice(0, 3);
    expect(first).toMatchObject([
      { stage: -1, status: 'running' },
      { stage: 0, status: 'completed', message: expect.stringMatching(/^reused from p, digest /) },
      { stage: 1, status: 'completed', message: expect.stringMatching(/^reused from p, digest /) },
    ]);
    expect(run?.command.retryOf?.reused.map(({ stageId }) => stageId)).toEqual(['build', 'lint']);
    const stagesRun = bench.world.audit.created.filter(({ ownerUid }) => ownerUid === run?.uid);
    expect(stagesRun.map(({ stageId }) => stageId)).toEqual(['test', 'deploy', 'finally']);
    expect(run?.record.progress.at(-1)).toMatchObject({ status: 'completed' });
  });

  test(
    'is one run however often it is asked for, also by the next process',
    { tags: ['G2', 'F61'] },
    async () => {
      const bench = await failedOnce();
      await Promise.all([bench.open(again), bench.open(again)]);
      await bench.restart();
      expect(await bench.open(again)).toMatchObject({ resumed: true });
      expect(await bench.judge(undefined, ['p', 'p2'])).toEqual([]);
      expect(bench.world.audit.created.filter(({ stageId }) => stageId === 'deploy')).toHaveLength(1);
    },
  );

  test('has to have ended, not to have completed, and to exist', async () => {
    const bench = new PipelineBench(graph);
    await bench.open();
    expect(await bench.open(again)).toMatchObject({ refusal: { code: 'precondition' } });
    expect(await bench.judge()).toEqual([]);
    expect(await bench.open(again)).toMatchObject({ refusal: { code: 'precondition' } });
    expect(await bench.open({ ...again, earlierId: 'nobody' })).toMatchObject({ phase: 'absent' });
  });
});
