/** What a former process promised is read back; what cannot be understood disturbs nobody. */
import { expect, test } from 'vitest';
import { recoverLedgers } from '../../../../src/actors/ledger/recover-ledgers.ts';
import { EffectBench } from '../../../simulation/model/effect-bench.ts';
import { inTurn, refused } from '../../../simulation/model/fault-plan.ts';
import {
  event,
  pipelineLedger,
  scaleDownLedger,
  scaleUpLedger,
  writeLedger,
  writeRun,
} from '../../../support/ledgers.ts';
import { endedWorker, scaleUpCommand } from '../../../support/orders.ts';
import { pipelineCommand, stageCommand } from '../../../support/pipelines.ts';

const forever = new AbortController().signal;
const recover = (b: EffectBench) => b.end(recoverLedgers(b, forever));

test('an empty cluster has nothing to recover', async () => {
  expect(await recover(new EffectBench())).toEqual({
    scaleUps: [],
    scaleDowns: [],
    finished: [],
    pipelines: [],
    endedPipelines: [],
  });
});

test('open commands come back with how far they came', { tags: ['F36'] }, async () => {
  const b = new EffectBench();
  const record = await writeLedger(b.cluster, 'up', scaleUpLedger(), {
    created: true,
    ended: { 1: endedWorker() },
  });
  await writeLedger(b.cluster, 'down', scaleDownLedger({ podNames: ['x'] }));
  const { scaleUps, scaleDowns } = await recover(b);
  expect(scaleUps).toHaveLength(1);
  expect(scaleUps[0]).toMatchObject({
    command: scaleUpLedger().command,
    work: { created: true, order: { ledger: { name: 'up', uid: record.uid } } },
  });
  expect(scaleUps[0]?.work.slots.map(({ ended }) => ended)).toEqual([undefined, endedWorker()]);
  expect(scaleDowns).toMatchObject([{ work: { ledgerName: 'down', podNames: ['x'] } }]);
});

test('closed commands are remembered while their history lasts, oldest first, and not begun again', async () => {
  const b = new EffectBench();
  const at = (minutes: number) => new Date(b.clock.now() - minutes * 60_000).toISOString();
  const ended = { 0: endedWorker() };
  const one = (taskId: string) => scaleUpLedger({ command: scaleUpCommand({ taskId }) });
  await writeLedger(b.cluster, 'a', one('younger'), { closedAt: at(5), ended });
  await writeLedger(b.cluster, 'b', one('older'), { closedAt: at(50), ended });
  await writeLedger(b.cluster, 'c', one('forgotten'), { closedAt: at(61), ended });
  await writeLedger(b.cluster, 'd', scaleDownLedger(), { closedAt: at(1) });
  const { scaleUps, scaleDowns, finished } = await recover(b);
  expect([scaleUps, scaleDowns]).toEqual([[], []]);
  expect(finished.map(({ order }) => order.taskId)).toEqual(['older', 'younger']);
});

const run = (pipelineId: string) =>
  pipelineLedger({ command: pipelineCommand([stageCommand('a', { workerCount: 2 })], { pipelineId }) });
const progress = [event(), event({ stage: 0, status: 'running' })];
const attempts = [{ stage: 0, index: 1, attempt: 1, ended: endedWorker() }];

test('open runs come back with what is durable, and the Pods that may exist', { tags: ['G4'] }, async () => {
  const b = new EffectBench();
  const { uid } = await writeRun(b.cluster, 'run', run('r'), { progress, attempts });
  const { pipelines, endedPipelines, finished } = await recover(b);
  expect(pipelines).toHaveLength(1);
  expect(pipelines[0]?.open).toMatchObject({
    command: run('r').command,
    ledger: { name: 'run', uid },
    record: { progress, attempts },
    atMs: b.clock.now(),
  });
  expect(
    pipelines[0]?.attempts.map(({ slot, created, ended }) => [slot.index, created, ended !== undefined]),
  ).toEqual([
    [1, true, true],
    [0, false, false],
  ]);
  expect([endedPipelines, finished]).toEqual([[], []]);
});

test('what an open run has written is known: its next change reads nothing', async () => {
  const b = new EffectBench();
  await writeRun(b.cluster, 'run');
  await recover(b);
  await b.end(b.runs.change('run', (state) => ({ ...state, record: { ...state.record, closedAt: 'now' } })));
  expect(b.calls('records.read')).toBe(0);
});

test('closed runs are summed up while tombstones last, and their workers remembered while history does', async () => {
  const b = new EffectBench();
  const at = (minutes: number) => new Date(b.clock.now() - minutes * 60_000).toISOString();
  const { cluster, book, runs, clock, random, log, policy, tombstoneMs } = b;
  const short = { cluster, book, runs, clock, random, log, policy, tombstoneMs, historyMs: 20 * 60_000 };
  const closed = (minutes: number) => {
    const ended = event({ status: 'completed', completedAt: at(minutes) });
    return { attempts, progress: [...progress, ended], closedAt: at(minutes) };
  };
  await writeRun(b.cluster, 'a', run('younger'), closed(5));
  await writeRun(b.cluster, 'b', run('older'), closed(50));
  await writeRun(b.cluster, 'c', run('forgotten'), closed(61));
  const { pipelines, endedPipelines, finished } = await b.end(recoverLedgers(short, forever));
  expect(pipelines).toEqual([]);
  expect(endedPipelines.map(({ pipelineId, status }) => [pipelineId, status])).toEqual([
    ['older', 'completed'],
    ['younger', 'completed'],
  ]);
  expect(finished.map(({ order, slot }) => [order.taskId, order.stage?.stageId, slot.index])).toEqual([
    ['younger', 'a', 1],
  ]);
});

test('a run that cannot be understood disturbs no other', async () => {
  const b = new EffectBench();
  await writeRun(b.cluster, 'bad', run('bad'), { progress: [event({ stage: 7 })] });
  await writeRun(b.cluster, 'good', run('good'));
  expect((await recover(b)).pipelines.map(({ open }) => open.command.pipelineId)).toEqual(['good']);
  expect(b.said.join()).toMatch(/a ledger is left alone .*"ledger":"bad"/);
});

test('a record that cannot be understood is left alone and named; the others come back', async () => {
  const b = new EffectBench();
  await b.cluster.records.create({ name: 'bad', labels: {}, data: { version: '1', state: '{}' } });
  await writeLedger(b.cluster, 'good');
  expect((await recover(b)).scaleUps).toHaveLength(1);
  expect(b.said.join()).toMatch(/a ledger is left alone .*"ledger":"bad"/);
  expect(await b.cluster.records.read('bad')).toBeDefined();
});

test.each(['unavailable', 'expired', 'throttled', 'timeout', 'unauthorized'] as const)(
  'a list that fails with %s is begun again, and nothing comes back twice',
  { tags: ['F6', 'F7', 'F8', 'F19'] },
  async (code) => {
    const b = new EffectBench(inTurn('records.list', { kind: 'served' }, refused(code)));
    // More than a page, so that the second call is the second page.
    for (let index = 0; index < 501; index++) await writeLedger(b.cluster, `l-${index}`);
    const { scaleUps } = await recover(b);
    expect(new Set(scaleUps.map(({ work }) => work.order.ledger.name)).size).toBe(501);
    expect(scaleUps).toHaveLength(501);
  },
);

test('gives up when nobody waits any more', async () => {
  const b = new EffectBench(() => refused('unavailable'));
  const patience = new AbortController();
  b.clock.setTimeout(() => patience.abort(), 10_000);
  await expect(b.end(recoverLedgers(b, patience.signal))).rejects.toMatchObject({ code: 'unavailable' });
});
