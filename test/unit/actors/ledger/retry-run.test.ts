/** A run is repeated: what completed and is the same is taken over, all else is done again. */
import { describe, expect, test } from 'vitest';
import { openPipelineLedger } from '../../../../src/actors/ledger/open-pipeline.ts';
import { closePipeline, writeJournal } from '../../../../src/actors/ledger/write-journal.ts';
import type { StageCommand } from '../../../../src/machines/pipeline/command.ts';
import { thePipeline, type StageStatus } from '../../../../src/machines/pipeline/progress.ts';
import type { OpenPipeline, OpenPipelineReply } from '../../../../src/machines/pipeline/record.ts';
import { EffectBench } from '../../../simulation/model/effect-bench.ts';
import { inTurn, unanswered } from '../../../simulation/model/fault-plan.ts';
import { pipelineCommand, stageCommand } from '../../../support/pipelines.ts';

const forever = new AbortController().signal;
const stages = [
  stageCommand('build'),
  stageCommand('unit', { dependsOn: ['build'] }),
  stageCommand('lint'),
  stageCommand('deploy', { dependsOn: ['unit', 'lint'] }),
];
const asFailed: Readonly<Record<string, StageStatus>> = {
  build: 'completed',
  unit: 'failed',
  lint: 'completed',
  deploy: 'skipped',
};

interface Earlier {
  readonly stages?: readonly StageCommand[];
  readonly ends?: Readonly<Record<string, StageStatus>>;
  /** Of the run itself; absent: it has not ended. */
  readonly status?: StageStatus | 'open';
}

async function ran(
  b: EffectBench,
  { stages: of = stages, ends = asFailed, status = 'failed' }: Earlier = {},
) {
  const command = pipelineCommand(of, { pipelineId: 'r-1', triggeredBy: 'alice', name: 'nightly' });
  const { ledger } = open(
    await b.end(openPipelineLedger(b, { kind: 'submit', pipelineId: 'r-1', command }, forever)),
  );
  await end(b, ledger, of, ends, status);
}

async function end(
  b: EffectBench,
  ledger: OpenPipeline['ledger'],
  of: readonly StageCommand[],
  ends: Readonly<Record<string, StageStatus>>,
  status: StageStatus | 'open',
  base = 1,
): Promise<void> {
  const draft = (stage: number, as: StageStatus) => ({
    stage,
    status: as,
    message: '',
    percentage: 0,
    errorMessage: '',
    workers: { succeeded: 0, failed: 0, total: 1 },
    attempt: 1,
  });
  const drafts = of.flatMap(({ stageId }, index) => {
    const as = ends[stageId];
    return as ? [draft(index, as)] : [];
  });
  if (status !== 'open') drafts.push(draft(thePipeline, status));
  await b.end(writeJournal(b, { ledger, base, drafts, created: [] }));
  if (status !== 'open') await b.end(closePipeline(b, { ledgerName: ledger.name }));
}

const retry = (b: EffectBench, pipelineId = 'r-2', triggeredBy = 'bob', earlierId = 'r-1') =>
  b.end(openPipelineLedger(b, { kind: 'retry', pipelineId, earlierId, triggeredBy }, forever));

function open(reply: OpenPipelineReply): OpenPipeline {
  if (reply.kind !== 'opened' && reply.kind !== 'resumed') throw new Error(JSON.stringify(reply));
  return reply;
}

const reusedBy = (reply: OpenPipelineReply) =>
  open(reply).command.retryOf?.reused.map(({ stageId }) => stageId);

describe('a run that failed', () => {
  test('is repeated as another run of the same stages, which tells what it takes over', async () => {
    const b = new EffectBench();
    await ran(b);
    const reply = await retry(b);
    expect(reply.kind).toBe('opened');
    const { command, record, stages: orders } = open(reply);
    const [build, , lint] = orders.map(({ digest }) => digest);
    expect(command).toEqual(
      pipelineCommand(stages, {
        pipelineId: 'r-2',
        triggeredBy: 'bob',
        name: 'nightly',
        retryOf: {
          pipelineId: 'r-1',
          reused: [
            { stageId: 'build', digest: build ?? '' },
            { stageId: 'lint', digest: lint ?? '' },
          ],
        },
      }),
    );
    expect(record.progress.map(({ stage, status, message }) => [stage, status, message])).toEqual([
      [-1, 'running', 'accepted: 4 stages'],
      [0, 'completed', `reused from r-1, digest ${build}`],
      [2, 'completed', `reused from r-1, digest ${lint}`],
    ]);
  });

  test('can be repeated once more from its repetition, which took things over itself', async () => {
    const b = new EffectBench();
    await ran(b);
    const { ledger } = open(await retry(b));
    await end(b, ledger, stages, { unit: 'completed', deploy: 'failed' }, 'failed', 3);
    expect(reusedBy(await retry(b, 'r-3', 'bob', 'r-2'))).toEqual(['build', 'unit', 'lint']);
  });

  test('and was cancelled can be repeated as well', async () => {
    const b = new EffectBench();
    await ran(b, { ends: { build: 'completed', unit: 'cancelled', lint: 'skipped' }, status: 'cancelled' });
    expect(reusedBy(await retry(b))).toEqual(['build']);
  });
});

describe('taken over is', () => {
  test.each<[string, readonly StageCommand[], Readonly<Record<string, StageStatus>>, readonly string[]]>([
    [
      'nothing that depends on what is done again',
      [stageCommand('a'), stageCommand('b', { dependsOn: ['a'] })],
      { a: 'failed', b: 'completed' },
      [],
    ],
    [
      'no stage that runs in any case or after a failure',
      [
        stageCommand('a'),
        stageCommand('f', { runWhen: 'failure' }),
        stageCommand('z', { runWhen: 'always' }),
      ],
      { a: 'completed', f: 'completed', z: 'completed' },
      ['a'],
    ],
    [
      'what does not depend on the order in which stages are listed',
      [stageCommand('b', { dependsOn: ['a'] }), stageCommand('a')],
      { a: 'completed', b: 'completed' },
      ['b', 'a'],
    ],
    ['no stage that was let fail', [stageCommand('a', { allowFailure: true })], { a: 'failed' }, []],
  ])('%s', async (_what, of, ends, reused) => {
    const b = new EffectBench();
    await ran(b, { stages: of, ends });
    expect(reusedBy(await retry(b))).toEqual(reused);
  });

  test('no stage that the configuration of now makes another one, nor what depends on it', async () => {
    const b = new EffectBench();
    await ran(b);
    b.policy = { ...b.policy, image: 'busybox:2' };
    expect(reusedBy(await retry(b))).toEqual([]);
  });

  test('a stage although the configuration of now lets it run for longer', async () => {
    const b = new EffectBench();
    await ran(b);
    b.policy = { ...b.policy, timeoutSecondsMax: 7_200, cpuLimit: '2' };
    expect(reusedBy(await retry(b))).toEqual(['build', 'lint']);
  });
});

describe('a run cannot be repeated', () => {
  test('that is not there', async () => {
    expect(await retry(new EffectBench())).toEqual({ kind: 'absent', pipelineId: 'r-1' });
  });

  test('that has not ended', async () => {
    const b = new EffectBench();
    await ran(b, { status: 'open' });
    const reason = 'pipeline_id "r-1" has not ended: only a run that has ended can be retried';
    expect(await retry(b)).toEqual({ kind: 'refused', code: 'precondition', reason });
  });

  test('of which all went well, also where a stage for failures was not needed', async () => {
    const b = new EffectBench();
    const of = [stageCommand('a'), stageCommand('f', { runWhen: 'failure' })];
    await ran(b, { stages: of, ends: { a: 'completed', f: 'skipped' }, status: 'completed' });
    const reason = 'pipeline_id "r-1" has completed: there is nothing to retry';
    expect(await retry(b)).toEqual({ kind: 'refused', code: 'precondition', reason });
  });

  test('under the id of a run that is another', async () => {
    const b = new EffectBench();
    await ran(b);
    expect(await retry(b, 'r-1')).toMatchObject({ kind: 'refused', code: 'differs' });
  });

  test('by somebody else under the same id', async () => {
    const b = new EffectBench();
    await ran(b);
    await retry(b);
    expect(await retry(b, 'r-2', 'carol')).toMatchObject({ kind: 'refused', code: 'differs' });
  });
});

describe('asked again, it is the same repetition', { tags: ['G2', 'I7'] }, () => {
  test.each<[string, (b: EffectBench) => void]>([
    ['as it is', () => undefined],
    [
      'although the configuration would take other stages over',
      (b) => (b.policy = { ...b.policy, image: 'x' }),
    ],
  ])('%s', async (_what, change) => {
    const b = new EffectBench();
    await ran(b);
    const first = await retry(b);
    change(b);
    expect(await retry(b)).toEqual({ ...first, kind: 'resumed' });
  });

  test('although the earlier run is gone by now', async () => {
    const b = new EffectBench();
    await ran(b);
    const first = await retry(b);
    for (const name of b.world.ledgers.keys()) {
      const record = await b.cluster.records.read(name);
      if (record && name !== open(first).ledger.name) await b.cluster.records.delete(record);
    }
    expect(await retry(b)).toEqual({ ...first, kind: 'resumed' });
  });

  test('where the first answer was lost', async () => {
    const b = new EffectBench(inTurn('records.create', { kind: 'served' }, unanswered()));
    await ran(b);
    expect((await retry(b)).kind).toBe('opened');
    expect(b.world.ledgers.size).toBe(2);
  });
});
