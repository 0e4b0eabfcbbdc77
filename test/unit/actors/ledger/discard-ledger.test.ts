/** A refused command leaves nothing behind. */
import { expect, test } from 'vitest';
import { discardLedger } from '../../../../src/actors/ledger/discard-ledger.ts';
import { EffectBench } from '../../../simulation/model/effect-bench.ts';
import { always, inTurn, refused, unanswered, type FaultPlan } from '../../../simulation/model/fault-plan.ts';
import { writeLedger } from '../../../support/ledgers.ts';

const plans: readonly [string, FaultPlan | undefined][] = [
  ['as it is', undefined],
  ['after a refusal', inTurn('records.delete', refused('unavailable'))],
  ['after a conflict', inTurn('records.delete', refused('conflict'))],
  ['after an answer that was lost', inTurn('records.delete', unanswered())],
  ['after it could not be read', inTurn('records.read', refused('timeout'))],
];

test.each(plans)('it is deleted %s', async (_what, plan) => {
  const b = new EffectBench(plan);
  const { uid } = await writeLedger(b.cluster, 'l');
  await b.end(discardLedger(b, { ledgerName: 'l', uid }, new AbortController().signal));
  expect(b.world.ledgers.size).toBe(0);
});

test('it is no matter that it is gone', async () => {
  const b = new EffectBench();
  await b.end(discardLedger(b, { ledgerName: 'l', uid: 'u' }, new AbortController().signal));
  expect(b.calls('records.delete')).toBe(0);
});

test('it is left for the next try when its time is over', async () => {
  const b = new EffectBench(always('records.delete', refused('unavailable')));
  const { uid } = await writeLedger(b.cluster, 'l');
  const patience = new AbortController();
  b.clock.setTimeout(() => patience.abort(), 10_000);
  await b.end(discardLedger(b, { ledgerName: 'l', uid }, patience.signal), 10_001);
  expect(b.world.ledgers.size).toBe(1);
});

test('a ledger that has its name by now, of the same command sent again, is left', async () => {
  const b = new EffectBench();
  const first = await writeLedger(b.cluster, 'l');
  await b.cluster.records.delete(first);
  await writeLedger(b.cluster, 'l');
  await b.end(discardLedger(b, { ledgerName: 'l', uid: first.uid }, new AbortController().signal));
  expect(b.world.ledgers.size).toBe(1);
});
