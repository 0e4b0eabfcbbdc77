/** What happened to a run is written once and in order, whatever the API server does. */
import { describe, expect, test } from 'vitest';
import { recordOutcome } from '../../../../src/actors/ledger/record-outcome.ts';
import { closePipeline, writeJournal } from '../../../../src/actors/ledger/write-journal.ts';
import { configMaps } from '../../../../src/cluster/local/resources/registry.ts';
import { failure } from '../../../../src/machines/failure.ts';
import type { Cancel, CancelMode } from '../../../../src/machines/pipeline/command.ts';
import type { ProgressDraft } from '../../../../src/machines/pipeline/progress.ts';
import type { JournalEntry, PipelineRecord } from '../../../../src/machines/pipeline/record.ts';
import type { StoredRecord } from '../../../../src/cluster/port.ts';
import { EffectBench } from '../../../simulation/model/effect-bench.ts';
import { inTurn, refused, unanswered, type FaultPlan } from '../../../simulation/model/fault-plan.ts';
import { freshRun, pipelineLedger, writeRun } from '../../../support/ledgers.ts';
import { order, slot } from '../../../support/orders.ts';
import { pipelineCommand, stageCommand } from '../../../support/pipelines.ts';
import { decodePipelineState } from '../../../../src/actors/ledger/pipeline-state.ts';
import { attemptName } from '../../../../src/actors/ledger/pipeline-order.ts';

const command = pipelineCommand([stageCommand('a', { workerCount: 3 }), stageCommand('b')]);
const ledger = pipelineLedger({ command });
const at = (seconds: number) => new Date(Date.parse(ledger.acceptedAt) + seconds * 1_000).toISOString();

async function bench(plan?: FaultPlan): Promise<{ b: EffectBench; record: StoredRecord }> {
  const b = new EffectBench(plan);
  return { b, record: await writeRun(b.cluster, 'l', ledger) };
}

async function recordOf({ cluster }: EffectBench): Promise<PipelineRecord> {
  const stored = await cluster.records.read('l');
  if (!stored) throw new Error('the ledger is gone');
  return decodePipelineState(stored, ledger, attemptName('default')).record;
}

const ignoredTimers = { setTimeout: () => 0, clearTimeout: () => undefined };

const draft = (overrides: Partial<ProgressDraft> = {}): ProgressDraft => ({
  stage: 0,
  status: 'running',
  message: '',
  percentage: 0,
  errorMessage: '',
  workers: { succeeded: 0, failed: 0, total: 3 },
  attempt: 1,
  ...overrides,
});

const entry = (overrides: Partial<JournalEntry> = {}): JournalEntry => ({
  ledger: { name: 'l', uid: '' },
  base: 1,
  drafts: [],
  created: [],
  ...overrides,
});

const write = (b: EffectBench, overrides: Partial<JournalEntry>) => b.end(writeJournal(b, entry(overrides)));

describe('an event', () => {
  test('is stamped with its time and what its stage had told before, and then durable', async () => {
    const { b } = await bench();
    await b.world.pass(1_000);
    const [first] = await write(b, { drafts: [draft({ podNames: ['x'] })] });
    await b.world.pass(1_000);
    const end = draft({ status: 'completed', percentage: 100 });
    const [second] = await write(b, { base: 2, drafts: [end] });
    expect(first).toMatchObject({ at: at(1), startedAt: at(1), completedAt: '', podNames: ['x'] });
    expect(second).toEqual({ ...end, at: at(2), startedAt: at(1), completedAt: at(2), podNames: ['x'] });
    expect((await recordOf(b)).progress).toEqual([...freshRun.progress, first, second]);
  });

  test('follows an earlier one of the same entry, and of its own stage only', async () => {
    const { b } = await bench();
    const drafts = [
      draft({ podNames: ['x'] }),
      draft({ stage: 1, status: 'pending' }),
      draft({ status: 'failed' }),
    ];
    const [, other, last] = await write(b, { drafts });
    expect(other).toMatchObject({ podNames: [], startedAt: '' });
    expect(last).toMatchObject({ podNames: ['x'], startedAt: at(0), completedAt: at(0) });
  });

  test('is never older than the one before, although the clock went back', { tags: ['F42'] }, async () => {
    const { b } = await bench();
    await b.world.pass(3_600_000);
    await write(b, { drafts: [draft()] });
    const late = { runs: b.runs, clock: { ...ignoredTimers, now: () => Date.parse(at(60)) } };
    const [event] = await b.end(
      writeJournal(late, entry({ base: 2, drafts: [draft({ status: 'failed' })] })),
    );
    expect(event).toMatchObject({ at: at(3_600), completedAt: at(3_600) });
  });
});

describe('an entry', { tags: ['G7', 'I12'] }, () => {
  const full = {
    drafts: [draft(), draft({ stage: 1, status: 'pending' })],
    created: [{ stage: 0, index: 2, attempt: 1 }],
    cancel: { mode: 'now', by: 'alice', reason: 'enough' } as const,
  };

  test('is one write', async () => {
    const { b } = await bench();
    await write(b, full);
    expect(b.calls('records.update')).toBe(1);
    expect(await recordOf(b)).toMatchObject({
      attempts: full.created,
      cancel: full.cancel,
      progress: [{}, { status: 'running' }, { status: 'pending' }],
    });
  });

  const plans: readonly [string, FaultPlan][] = [
    ['refused', inTurn('records.update', refused('unavailable'))],
    ['not answered', inTurn('records.update', unanswered())],
    ['met by another writer', inTurn('records.update', refused('conflict'))],
  ];
  test.each(plans)('that is %s at first is written once', async (_what, plan) => {
    const { b } = await bench(plan);
    const events = await write(b, full);
    expect(events).toHaveLength(2);
    expect((await recordOf(b)).progress.slice(1)).toEqual(events);
    expect((await recordOf(b)).attempts).toEqual(full.created);
  });

  test('that is sent again answers what was written then, and writes nothing', async () => {
    const { b } = await bench();
    const first = await write(b, full);
    await b.world.pass(60_000);
    const other = new EffectBench(undefined, b.world);
    expect(await write(b, full)).toEqual(first);
    expect(await write(other, full)).toEqual(first);
    expect([b.calls('records.update'), other.calls('records.update')]).toEqual([1, 0]);
  });

  test('that is sent again while the first is under way is one write', async () => {
    const { b } = await bench(inTurn('records.update', { kind: 'slow', beforeMs: 500, afterMs: 500 }));
    const [first, second] = await b.end(
      Promise.all([writeJournal(b, entry(full)), writeJournal(b, entry(full))]),
    );
    expect(second).toEqual(first);
    expect(b.calls('records.update')).toBe(1);
    expect((await recordOf(b)).progress).toHaveLength(3);
  });

  test('for a ledger that has lost events is refused, and disturbs no other change', async () => {
    const { b } = await bench();
    const lost = writeJournal(b, entry({ base: 5, drafts: [draft()] }));
    const other = writeJournal(b, entry({ created: full.created }));
    await expect(b.end(lost)).rejects.toThrow('the ledger l has lost events: it has 1 of 5');
    await b.end(other);
    expect(await recordOf(b)).toMatchObject({ attempts: full.created, progress: [{}] });
  });

  test('for a ledger that is gone is answered, so that its run can end', async () => {
    const { b } = await bench();
    b.world.store.delete(configMaps, b.world.namespace, 'l');
    expect(await write(b, { drafts: [draft({ status: 'completed' })] })).toMatchObject([
      { completedAt: at(0) },
    ]);
  });
});

describe('a mark', () => {
  test('is written once, and does not take an end back', { tags: ['I5'] }, async () => {
    const { b, record } = await bench();
    const mark = { stage: 0, index: 1, attempt: 1 };
    await write(b, { created: [mark, mark] });
    await b.end(recordOutcome(b, ending(record.uid, 1)));
    await write(b, { created: [mark] });
    const { attempts } = await recordOf(b);
    expect(attempts).toHaveLength(1);
    expect(attempts[0]?.ended?.outcome.kind).toBe('succeeded');
  });
});

describe('a cancel', () => {
  const cancel = (mode: CancelMode): Cancel => ({ mode, by: mode, reason: '' });
  test.each<[CancelMode, CancelMode, CancelMode]>([
    ['finish-running', 'now', 'now'],
    ['finish-running', 'run-finally', 'run-finally'],
    ['run-finally', 'now', 'now'],
    ['run-finally', 'finish-running', 'run-finally'],
    ['now', 'finish-running', 'now'],
    ['now', 'run-finally', 'now'],
  ])('%s, then %s, is %s', async (first, second, kept) => {
    const { b } = await bench();
    await write(b, { cancel: cancel(first) });
    await write(b, { cancel: cancel(second) });
    expect((await recordOf(b)).cancel).toEqual(cancel(kept));
  });

  test('stays the first where both are equal', async () => {
    const { b } = await bench();
    await write(b, { cancel: cancel('now') });
    await write(b, { cancel: { ...cancel('now'), by: 'another' } });
    expect((await recordOf(b)).cancel?.by).toBe('now');
  });
});

const place = { pipelineId: 'p', stageId: 'a', stageIndex: 0, matrix: [], endsBy: '' };
const ending = (uid: string, index: number, attempt = 1) => ({
  order: order({ ledger: { name: 'l', uid }, stage: place }),
  slot: { ...slot(index), attempt },
  outcome: { kind: 'succeeded' as const },
  refusal: undefined,
  pod: undefined,
});

describe('the outcome of a stage worker', { tags: ['F37', 'I5'] }, () => {
  test('is recorded beside its stage, index and attempt', async () => {
    const { b, record } = await bench();
    const first = await b.end(recordOutcome(b, ending(record.uid, 2)));
    const second = await b.end(recordOutcome(b, ending(record.uid, 2, 2)));
    expect((await recordOf(b)).attempts).toEqual([
      { stage: 0, index: 2, attempt: 1, ended: first },
      { stage: 0, index: 2, attempt: 2, ended: second },
    ]);
  });

  test('is recorded once: what is there is answered and stays', async () => {
    const { b, record } = await bench();
    const first = await b.end(recordOutcome(b, ending(record.uid, 0)));
    await b.world.pass(5_000);
    const lost = { kind: 'failed', failure: failure('unknown', 'vanished') } as const;
    const other = new EffectBench(undefined, b.world);
    for (const process of [b, other]) {
      expect(await process.end(recordOutcome(process, { ...ending(record.uid, 0), outcome: lost }))).toEqual(
        first,
      );
    }
    expect((await recordOf(b)).attempts).toEqual([{ stage: 0, index: 0, attempt: 1, ended: first }]);
  });

  test('of a hundred that end at once is one write', async () => {
    const { b, record } = await bench();
    const many = Array.from({ length: 100 }, (_, attempt) =>
      recordOutcome(b, ending(record.uid, 0, attempt + 1)),
    );
    await b.end(Promise.all(many));
    expect((await recordOf(b)).attempts).toHaveLength(100);
    expect(b.calls('records.update')).toBe(1);
  });
});

describe('the tombstone', () => {
  test('is set once', async () => {
    const { b } = await bench();
    await b.end(closePipeline(b, { ledgerName: 'l' }));
    await b.world.pass(60_000);
    await b.end(closePipeline(b, { ledgerName: 'l' }));
    expect((await recordOf(b)).closedAt).toBe(at(0));
  });
});

describe('a ledger that has become large', { tags: ['I11'] }, () => {
  const news = (base: number) => ({
    base,
    drafts: [
      draft({ message: '1 of 3 workers succeeded', isOptional: true }),
      draft({ status: 'completed', message: 'succeeded' }),
    ],
  });
  const messagesAfter = async (chars: number) => {
    const { b } = await bench();
    await write(b, { drafts: [draft({ message: '.'.repeat(chars) })] });
    const { progress } = await recordOf(b);
    return (await write(b, news(progress.length))).map(({ message }) => message);
  };

  test('still takes every change of status, and leaves out what is none', async () => {
    expect(await messagesAfter(100)).toEqual(['1 of 3 workers succeeded', 'succeeded']);
    expect(await messagesAfter(600_000)).toEqual(['succeeded']);
  });
});
