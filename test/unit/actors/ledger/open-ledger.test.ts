/** An intent becomes durable: new, known, refused, or not yet; never twice. */
import { describe, expect, test } from 'vitest';
import { openScaleDownLedger, openScaleUpLedger } from '../../../../src/actors/ledger/open-ledger.ts';
import { decodeLedger } from '../../../../src/actors/ledger/record.ts';
import { configMaps } from '../../../../src/cluster/local/resources/registry.ts';
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
import { scaleDownCommand, scaleUpCommand } from '../../../support/orders.ts';

const command = scaleUpCommand({ workerCount: 3, requestId: 'r' });
const down = scaleDownCommand({ requestId: 'r', target: 1 });
const names = ['otto-a-0', 'otto-a-1'];
const forever = new AbortController().signal;

const up = (b: EffectBench, sent = command, signal = forever) => b.end(openScaleUpLedger(b, sent, signal));

/** Another process on the same cluster, which draws other random numbers. */
class OtherProcess extends EffectBench {
  override readonly random = seeded(2);
}

async function close(b: EffectBench): Promise<void> {
  const [name = ''] = b.world.ledgers.keys();
  await b.end(b.book.change(name, (state) => ({ ...state, closedAt: '2026-01-01T00:00:00Z' })));
}

describe('a scale-up', () => {
  test(
    'that is new is written before it is answered, with its resolved template',
    { tags: ['G1'] },
    async () => {
      const b = new EffectBench();
      const reply = await up(b);
      if (reply.kind !== 'opened') throw new Error(JSON.stringify(reply));
      expect(reply.slots).toHaveLength(3);
      expect(reply.order).toMatchObject({
        workerCount: 3,
        template: { image: 'busybox', timeoutSeconds: 3_600 },
      });
      const record = await b.cluster.records.read(reply.order.ledger.name);
      expect(record?.uid).toBe(reply.order.ledger.uid);
      expect(record && decodeLedger(record)).toMatchObject({ command, template: reply.order.template });
    },
  );

  test('that another process accepted is resumed with its names, time and template', async () => {
    const first = new EffectBench();
    const opened = await up(first);
    await first.world.pass(60_000);
    const second = new OtherProcess(undefined, first.world);
    second.policy = { ...second.policy, image: 'another' };
    expect(await up(second)).toEqual({ ...opened, kind: 'resumed' });
  });

  test('that is over is replayed with its names', { tags: ['G2', 'I7'] }, async () => {
    const b = new EffectBench();
    const opened = await up(b);
    await close(b);
    const podNames = opened.kind === 'opened' ? opened.slots.map(({ slot }) => slot.podName) : [];
    expect(await up(new OtherProcess(undefined, b.world))).toMatchObject({ kind: 'replayed', podNames });
  });

  test.each([
    ['another number of workers', { workerCount: 2 }],
    ['another reason', { reason: 'because' }],
    ['another image', { template: { ...command.template, image: 'x' } }],
  ])('with a known key and %s is refused, and the message says what to do', async (_what, change) => {
    const b = new EffectBench();
    await up(b);
    const reply = await up(b, { ...command, ...change });
    expect(reply).toMatchObject({ kind: 'refused', code: 'differs' });
    expect(reply).toHaveProperty('reason', expect.stringContaining('send another request_id'));
    expect(b.world.ledgers.size).toBe(1);
  });

  test('with another request_id is another command', async () => {
    const b = new EffectBench();
    const replies = [await up(b), await up(b, { ...command, requestId: 's' })];
    expect(replies.map(({ kind }) => kind)).toEqual(['opened', 'opened']);
    expect(b.world.ledgers.size).toBe(2);
  });

  test('whose ledger somebody spoiled is refused with a sentence that names it', async () => {
    const b = new EffectBench();
    await up(b);
    const [name = ''] = b.world.ledgers.keys();
    const spoil = { data: { version: '1' } };
    b.world.store.update(configMaps, b.world.namespace, name, (record) => ({ ...record, ...spoil }));
    const reply = await up(b);
    expect(reply).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining(`the ledger ${name} cannot`),
    });
  });
});

describe('a lost answer', { tags: ['G2', 'F35'] }, () => {
  test('is recognised by the nonce: the command is new, and there is one ledger', async () => {
    const b = new EffectBench(inTurn('records.create', unanswered()));
    expect((await up(b)).kind).toBe('opened');
    expect(b.world.ledgers.size).toBe(1);
  });

  test('of another process is not taken for its own', async () => {
    const lost = new EffectBench(always('records.create', unanswered()));
    const gone = new AbortController();
    void openScaleUpLedger(lost, command, gone.signal);
    await lost.world.run(() => lost.world.ledgers.size === 1);
    lost.network.cut();
    gone.abort();
    expect((await up(new OtherProcess(undefined, lost.world))).kind).toBe('resumed');
  });
});

describe('an API server', () => {
  const notYet: readonly [string, FaultPlan][] = [
    ['is away', inTurn('records.create', refused('unavailable'), refused('timeout'))],
    ['throttles', inTurn('records.create', refused('throttled', 4_000))],
    ['has forgotten us', inTurn('records.create', refused('unauthorized'))],
    [
      'lets nobody read what it has',
      together(inTurn('records.create', unanswered()), inTurn('records.read', refused('unavailable'))),
    ],
  ];
  test.each(notYet)('that %s is asked again', { tags: ['F7', 'F8', 'F19'] }, async (_what, plan) => {
    const b = new EffectBench(plan);
    expect((await up(b)).kind).toBe('opened');
    expect(b.world.ledgers.size).toBe(1);
  });

  test.each([
    ['invalid', 'invalid'],
    ['forbidden', 'forbidden'],
    ['quota', 'exhausted'],
  ] as const)(
    'that says %s refuses the command as %s, at once',
    { tags: ['F20', 'F21'] },
    async (code, answered) => {
      const b = new EffectBench(always('records.create', refused(code)));
      expect(await up(b)).toEqual({ kind: 'refused', code: answered, reason: fails(code).message });
      expect(b.calls('records.create')).toBe(1);
    },
  );

  test('that stays away is given up when nobody waits any more, and the reason is the last one', async () => {
    const b = new EffectBench(always('records.create', refused('unavailable')));
    const patience = new AbortController();
    b.clock.setTimeout(() => patience.abort(), 30_000);
    expect(await up(b, command, patience.signal)).toEqual({
      kind: 'refused',
      code: 'unavailable',
      reason: `the cluster cannot be written to: ${fails('unavailable').message}`,
    });
    expect(b.world.ledgers.size).toBe(0);
  });
});

describe('a scale-down', () => {
  const lower = (b: EffectBench, podNames: readonly string[]) =>
    b.end(openScaleDownLedger(b, down, podNames, forever));

  test('keeps its first choice, whatever would be chosen now', async () => {
    const b = new EffectBench();
    expect(await lower(b, names)).toMatchObject({ kind: 'opened', podNames: names });
    expect(await lower(b, ['otto-b-9'])).toMatchObject({ kind: 'resumed', podNames: names });
    await close(b);
    expect(await lower(b, [])).toMatchObject({ kind: 'replayed', podNames: names });
  });

  test('shares no ledger with a scale-up of the same key', async () => {
    const b = new EffectBench();
    await up(b);
    expect((await lower(b, names)).kind).toBe('opened');
    expect(b.world.ledgers.size).toBe(2);
  });
});
