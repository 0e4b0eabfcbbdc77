/** A run becomes durable, is found again, or is refused; never twice. */
import { describe, expect, test } from 'vitest';
import { openPipelineLedger } from '../../../../src/actors/ledger/open-pipeline.ts';
import { closePipeline, writeJournal } from '../../../../src/actors/ledger/write-journal.ts';
import { decodePipeline } from '../../../../src/actors/ledger/pipeline-record.ts';
import { configMaps } from '../../../../src/cluster/local/resources/registry.ts';
import type { PipelineCommand } from '../../../../src/machines/pipeline/command.ts';
import type { OpenPipeline, OpenPipelineReply } from '../../../../src/machines/pipeline/record.ts';
import { EffectBench } from '../../../simulation/model/effect-bench.ts';
import {
  always,
  fails,
  inTurn,
  refused,
  together,
  unanswered,
  type FaultPlan,
} from '../../../simulation/model/fault-plan.ts';
import { seeded } from '../../../simulation/model/seeded.ts';
import { pipelineCommand, stageCommand } from '../../../support/pipelines.ts';

const command = pipelineCommand(
  [stageCommand('a', { workerCount: 2 }), stageCommand('b', { dependsOn: ['a'] })],
  { pipelineId: 'build-42', triggeredBy: 'alice' },
);
const forever = new AbortController().signal;

const submit = (b: EffectBench, sent: PipelineCommand = command, signal = forever) =>
  b.end(openPipelineLedger(b, { kind: 'submit', pipelineId: sent.pipelineId, command: sent }, signal));
const attach = (b: EffectBench, pipelineId = 'build-42', signal = forever) =>
  b.end(openPipelineLedger(b, { kind: 'attach', pipelineId }, signal));

/** Another process on the same cluster, which draws other random numbers. */
class OtherProcess extends EffectBench {
  override readonly random = seeded(2);
}

function open(reply: OpenPipelineReply): OpenPipeline {
  if (reply.kind !== 'opened' && reply.kind !== 'resumed') throw new Error(JSON.stringify(reply));
  return reply;
}

describe('a run that is new', () => {
  test(
    'is durable before it is answered, with what the configuration said and its first event',
    { tags: ['G1'] },
    async () => {
      const b = new EffectBench();
      const reply = await submit(b);
      expect(reply.kind).toBe('opened');
      const { ledger, record, remainingMs, acceptedAt } = open(reply);
      const stored = await b.cluster.records.read(ledger.name);
      expect(stored?.uid).toBe(ledger.uid);
      expect(stored?.labels).toMatchObject({ 'ottoscaler.io/record': 'pipeline' });
      expect(stored && decodePipeline(stored)).toMatchObject({
        command,
        acceptedAt,
        defaults: { image: 'busybox' },
      });
      expect(record).toEqual({
        attempts: [],
        closedAt: '',
        progress: [
          {
            stage: -1,
            status: 'running',
            message: 'accepted: 2 stages',
            percentage: 0,
            errorMessage: '',
            workers: { succeeded: 0, failed: 0, total: 0 },
            attempt: 0,
            podNames: [],
            at: acceptedAt,
            startedAt: acceptedAt,
            completedAt: '',
          },
        ],
      });
      expect(remainingMs).toBe(86_400_000);
      expect(open(await attach(new OtherProcess(undefined, b.world))).record).toEqual(record);
    },
  );

  test('is written to without being read again', async () => {
    const b = new EffectBench();
    const { ledger } = open(await submit(b));
    await b.end(closePipeline(b, { ledgerName: ledger.name }));
    expect(b.calls('records.read')).toBe(0);
  });
});

describe('a run that was accepted before', { tags: ['G2', 'G7'] }, () => {
  test('is resumed with its time, its defaults and what is durable, and less time to go', async () => {
    const first = new EffectBench();
    const opened = open(await submit(first));
    await first.world.pass(60_000);
    const second = new OtherProcess(undefined, first.world);
    second.policy = { ...second.policy, image: 'another', pipelineSecondsMax: 5 };
    const atMs = second.clock.now();
    const resumed = { ...opened, kind: 'resumed', atMs, remainingMs: opened.remainingMs - 60_000 };
    expect(await submit(second)).toEqual(resumed);
    expect(await attach(second)).toEqual(resumed);
    expect(first.world.ledgers.size).toBe(1);
  });

  test('is resumed also when it is over, and says so', async () => {
    const b = new EffectBench();
    const { ledger } = open(await submit(b));
    await b.end(closePipeline(b, { ledgerName: ledger.name }));
    expect(await submit(b)).toMatchObject({
      kind: 'resumed',
      record: { closedAt: expect.stringContaining('2026') },
    });
  });

  test.each<[string, Partial<PipelineCommand>]>([
    ['another stage', { stages: [...command.stages, stageCommand('c')] }],
    ['somebody else', { triggeredBy: 'bob' }],
  ])('with %s is refused, and the message says what to do', async (_what, change) => {
    const b = new EffectBench();
    await submit(b);
    expect(await submit(b, { ...command, ...change })).toEqual({
      kind: 'refused',
      code: 'differs',
      reason: 'pipeline_id "build-42" was accepted before with other content; choose another pipeline_id',
    });
    expect(b.world.ledgers.size).toBe(1);
  });

  test('and was spoiled by somebody is refused with a sentence that names it', async () => {
    const b = new EffectBench();
    const { name } = open(await submit(b)).ledger;
    b.world.store.update(configMaps, b.world.namespace, name, (record) => ({
      ...record,
      data: { version: '1' },
    }));
    const reason = expect.stringContaining(`the ledger ${name} cannot be read`);
    expect(await submit(b)).toEqual({ kind: 'refused', code: 'differs', reason });
    expect(await attach(b)).toEqual({ kind: 'refused', code: 'precondition', reason });
  });

  test('is found with what was written although its answer is not there yet', async () => {
    const b = new EffectBench(inTurn('records.update', { kind: 'slow', beforeMs: 500, afterMs: 500 }));
    const { ledger } = open(await submit(b));
    const told = { stage: 0, status: 'pending', message: '', percentage: 0, errorMessage: '' } as const;
    const draft = { ...told, workers: { succeeded: 0, failed: 0, total: 2 }, attempt: 1 };
    void writeJournal(b, { ledger, base: 1, drafts: [draft], created: [] });
    expect(open(await attach(b)).record.progress).toHaveLength(2);
  });
});

describe('a run that is not there', () => {
  test('is absent', async () => {
    expect(await attach(new EffectBench(), 'none')).toEqual({ kind: 'absent', pipelineId: 'none' });
  });

  test('is not taken for a scale command of its name', async () => {
    const b = new EffectBench();
    await submit(b);
    expect(await attach(b, 'build-4')).toEqual({ kind: 'absent', pipelineId: 'build-4' });
  });
});

describe('a run whose record would not fit', () => {
  const long = 'x'.repeat(9 * 1024);
  const large = (count: number, workerCount = 1) =>
    pipelineCommand(
      Array.from({ length: count }, (_, index) =>
        stageCommand(`s-${index}`, {
          workerCount,
          template: { ...stageCommand('x').template, command: workerCount === 1 ? long : '' },
        }),
      ),
    );

  test.each([
    ['by its request', large(100)],
    ['by the outcomes of its workers', large(30, 1_000)],
  ])('%s is refused before anything is written', { tags: ['F63'] }, async (_what, sent) => {
    const b = new EffectBench();
    const reply = await submit(b, sent);
    expect(reply).toMatchObject({ kind: 'refused', code: 'exhausted' });
    expect(reply).toHaveProperty(
      'reason',
      expect.stringMatching(/would take \d+ KiB, more than the 900 KiB/),
    );
    expect(b.network.trace).toEqual([]);
  });

  test('is not one of 1,000 plain stages', async () => {
    const plain = pipelineCommand(Array.from({ length: 1_000 }, (_, index) => stageCommand(`s-${index}`)));
    expect((await submit(new EffectBench(), plain)).kind).toBe('opened');
  });
});

describe('a lost answer', { tags: ['G2', 'F35'] }, () => {
  test('is recognised by the nonce: the run is new, and there is one ledger', async () => {
    const b = new EffectBench(inTurn('records.create', unanswered()));
    expect((await submit(b)).kind).toBe('opened');
    expect(b.world.ledgers.size).toBe(1);
  });

  test('of another process is not taken for its own', async () => {
    const lost = new EffectBench(always('records.create', unanswered()));
    const gone = new AbortController();
    void openPipelineLedger(lost, { kind: 'submit', pipelineId: 'build-42', command }, gone.signal);
    await lost.world.run(() => lost.world.ledgers.size === 1);
    lost.network.cut();
    gone.abort();
    expect((await submit(new OtherProcess(undefined, lost.world))).kind).toBe('resumed');
  });
});

describe('an API server', () => {
  const notYet: readonly [string, FaultPlan][] = [
    ['is away', inTurn('records.create', refused('unavailable'), refused('timeout'))],
    ['throttles', inTurn('records.create', refused('throttled', 4_000))],
    [
      'lets nobody read what it has',
      together(inTurn('records.create', unanswered()), inTurn('records.read', refused('unavailable'))),
    ],
  ];
  test.each(notYet)('that %s is asked again', { tags: ['F7', 'F8', 'F19'] }, async (_what, plan) => {
    const b = new EffectBench(plan);
    expect((await submit(b)).kind).toBe('opened');
    expect(b.world.ledgers.size).toBe(1);
  });

  test('that is away is asked again for a run, too', async () => {
    const b = new EffectBench(inTurn('records.read', refused('unavailable'), refused('expired')));
    expect((await attach(b)).kind).toBe('absent');
    expect(b.calls('records.read')).toBe(3);
  });

  test.each([
    ['invalid', 'invalid'],
    ['forbidden', 'forbidden'],
    ['quota', 'exhausted'],
  ] as const)('that says %s refuses as %s, at once', async (code, answered) => {
    const reply = { kind: 'refused', code: answered, reason: fails(code).message };
    expect(await submit(new EffectBench(always('records.create', refused(code))))).toEqual(reply);
    expect(await attach(new EffectBench(always('records.read', refused(code))))).toEqual(reply);
  });

  test('that stays away is given up when nobody waits any more, and the reason is the last one', async () => {
    const b = new EffectBench(() => refused('unavailable'));
    const patience = new AbortController();
    b.clock.setTimeout(() => patience.abort(), 30_000);
    const why = fails('unavailable').message;
    const given = (what: string) => ({
      kind: 'refused',
      code: 'unavailable',
      reason: `the cluster cannot be ${what}: ${why}`,
    });
    expect(await submit(b, command, patience.signal)).toEqual(given('written to'));
    const second = new EffectBench(() => refused('unavailable'));
    const less = new AbortController();
    second.clock.setTimeout(() => less.abort(), 30_000);
    expect(await attach(second, 'build-42', less.signal)).toEqual(given('read'));
  });
});
