/** Ledgers are written in the epoch of who leads, and never over a later one. */
import { describe, expect, test } from 'vitest';
import { discardLedger } from '../../../../src/actors/ledger/discard-ledger.ts';
import { headOf } from '../../../../src/actors/ledger/ledger-head.ts';
import { LedgerBook } from '../../../../src/actors/ledger/ledger-book.ts';
import { openScaleUpLedger } from '../../../../src/actors/ledger/open-ledger.ts';
import { openPipelineLedger } from '../../../../src/actors/ledger/open-pipeline.ts';
import { attemptName, pipelineLedgerName } from '../../../../src/actors/ledger/pipeline-order.ts';
import { pipelineCodec } from '../../../../src/actors/ledger/pipeline-state.ts';
import { decodeState, scaleCodec, type LedgerState } from '../../../../src/actors/ledger/record.ts';
import { recoverLedgers } from '../../../../src/actors/ledger/recover-ledgers.ts';
import { sweepTombstones } from '../../../../src/actors/ledger/sweep-tombstones.ts';
import type { StoredRecord } from '../../../../src/cluster/port.ts';
import { EffectBench } from '../../../simulation/model/effect-bench.ts';
import { inTurn, refused, unanswered, type FaultPlan } from '../../../simulation/model/fault-plan.ts';
import { scaleDownLedger, writeLedger, writeRun } from '../../../support/ledgers.ts';
import { endedWorker, scaleUpCommand } from '../../../support/orders.ts';
import { pipelineCommand, stageCommand } from '../../../support/pipelines.ts';
import { ScriptedFence } from '../../../support/scripted-fence.ts';

/** A process that leads in an epoch, over a cluster that others may share. */
function leaderOf(epoch: number, bench = new EffectBench()) {
  const fence = new ScriptedFence(epoch);
  const deps = { cluster: bench.cluster, clock: bench.clock, random: bench.random, log: bench.log, fence };
  const book = new LedgerBook({ ...deps, codec: scaleCodec });
  const runs = new LedgerBook({ ...deps, codec: pipelineCodec(attemptName(bench.world.namespace)) });
  const { policy, historyMs, tombstoneMs } = bench;
  return { bench, fence, book, runs, deps: { ...deps, book, runs, policy, historyMs, tombstoneMs } };
}

const never = new AbortController().signal;
const end = (index: number) => (state: LedgerState) => ({
  ...state,
  ended: { ...state.ended, [index]: endedWorker() },
});

async function epochOf({ cluster }: EffectBench, name: string): Promise<number> {
  return headOf((await cluster.records.read(name)) as StoredRecord).epoch;
}

describe('a write', { tags: ['G10', 'F44'] }, () => {
  test('carries the epoch of its leader, whatever was there before', async () => {
    const { bench, book } = leaderOf(7);
    await writeLedger(bench.cluster, 'l');
    await writeLedger(bench.cluster, 'm', undefined, { epoch: 3 });
    await Promise.all(['l', 'm'].map((name) => bench.end(book.change(name, end(0)))));
    expect([await epochOf(bench, 'l'), await epochOf(bench, 'm')]).toEqual([7, 7]);
  });

  test('is durable under our epoch also where it changes nothing', async () => {
    const { bench, book } = leaderOf(7);
    await writeLedger(bench.cluster, 'l', undefined, { epoch: 3 });
    await bench.end(book.change('l', (state) => state));
    expect(await epochOf(bench, 'l')).toBe(7);
    await bench.end(book.change('l', (state) => state));
    expect(bench.calls('records.update')).toBe(1);
  });

  test('leaves a tombstone as it is where it changes nothing', async () => {
    const { bench, book } = leaderOf(7);
    await writeLedger(bench.cluster, 'l', undefined, { closedAt: '2026-01-01T00:00:00.000Z' });
    await bench.end(book.change('l', (state) => state));
    expect(bench.calls('records.update')).toBe(0);
  });

  test('of who leads no more is refused, and with it all that wait', async () => {
    const { bench, fence, book } = leaderOf(7);
    const former = await writeLedger(bench.cluster, 'l', undefined, { epoch: 7 });
    book.keep(former);
    const next = leaderOf(8, bench);
    await bench.end(next.book.change('l', end(3)));
    const late = [book.change('l', end(0)), book.change('l', end(1)), book.change('other', end(2))];
    const outcomes = await bench.end(Promise.allSettled(late.slice(0, 2)));
    expect(outcomes.map((one) => one.status === 'rejected' && String(one.reason))).toEqual([
      'FencedError: the ledger l was written in epoch 8, after ours (7)',
      'FencedError: the ledger l was written in epoch 8, after ours (7)',
    ]);
    expect(fence.stoppedFor).toEqual(['the ledger l was written in epoch 8, after ours (7)']);
    await expect(bench.end(book.change('l', end(5)))).rejects.toThrow('after ours');
    const state = decodeState((await bench.cluster.records.read('l')) as StoredRecord);
    expect(Object.keys(state.ended)).toEqual(['3']);
  });

  test('of a process without election keeps the epoch that is there', async () => {
    const bench = new EffectBench();
    await writeLedger(bench.cluster, 'l', undefined, { epoch: 9 });
    await bench.end(bench.book.change('l', end(0)));
    expect(await epochOf(bench, 'l')).toBe(9);
  });
});

describe('a new leader', { tags: ['G10', 'F44'] }, () => {
  test('makes every open ledger its own, of each kind, and no tombstone', async () => {
    const { bench, deps } = leaderOf(5);
    await writeLedger(bench.cluster, 'up', undefined, { epoch: 4 });
    await writeLedger(bench.cluster, 'down', scaleDownLedger());
    await writeRun(bench.cluster, 'run');
    await writeLedger(bench.cluster, 'over', undefined, {
      closedAt: new Date(bench.clock.now()).toISOString(),
    });
    const found = await bench.end(recoverLedgers(deps, never));
    expect([found.scaleUps, found.scaleDowns, found.pipelines].map(({ length }) => length)).toEqual([
      1, 1, 1,
    ]);
    const epochs = await Promise.all(['up', 'down', 'run', 'over'].map((name) => epochOf(bench, name)));
    expect(epochs).toEqual([5, 5, 5, 0]);
    expect(bench.calls('records.update')).toBe(3);
  });

  test('rebuilds from what the former leader wrote last', async () => {
    let former: (() => Promise<unknown>) | undefined;
    const bench = new EffectBench(({ verb, nth }) => {
      if (verb === 'records.update' && nth === 1) void former?.();
      return verb === 'records.update' && nth === 1
        ? { kind: 'slow', beforeMs: 500, afterMs: 0 }
        : { kind: 'served' };
    });
    const written = await writeLedger(bench.cluster, 'up', undefined, { epoch: 4 });
    former = () => {
      const state = JSON.stringify({ epoch: 4, created: true, closedAt: '', ended: { 0: endedWorker() } });
      return bench.cluster.records.update({ ...written, data: { ...written.data, state } });
    };
    const found = await bench.end(recoverLedgers(leaderOf(5, bench).deps, never));
    expect(found.scaleUps[0]?.work.created).toBe(true);
    expect(found.scaleUps[0]?.work.slots[0]?.ended).toEqual(endedWorker());
    expect(await epochOf(bench, 'up')).toBe(5);
  });

  const plans: ReadonlyArray<readonly [string, FaultPlan]> = [
    ['a conflict', inTurn('records.update', refused('conflict'))],
    ['an answer that was lost', inTurn('records.update', unanswered())],
    ['a refusal', inTurn('records.update', refused('unavailable'), refused('throttled'))],
  ];
  test.each(plans)('stamps it all the same after %s', async (_what, plan) => {
    const { bench, deps } = leaderOf(5, new EffectBench(plan));
    await writeLedger(bench.cluster, 'up');
    await writeRun(bench.cluster, 'run');
    await bench.end(recoverLedgers(deps, never));
    expect([await epochOf(bench, 'up'), await epochOf(bench, 'run')]).toEqual([5, 5]);
  });

  test('leaves alone what it cannot understand', async () => {
    const { bench, deps } = leaderOf(5);
    const spoiled = await writeLedger(bench.cluster, 'l');
    const { request: _, ...data } = spoiled.data;
    await bench.cluster.records.update({ ...spoiled, data });
    const before = await bench.cluster.records.read('l');
    expect((await bench.end(recoverLedgers(deps, never))).scaleUps).toEqual([]);
    expect(await bench.cluster.records.read('l')).toEqual(before);
  });

  test('raises its epoch above a ledger of a lease that is no more, and stamps all with it', async () => {
    const { bench, fence, deps } = leaderOf(1);
    await writeLedger(bench.cluster, 'a');
    await writeLedger(bench.cluster, 'z', undefined, { epoch: 41 });
    await bench.end(recoverLedgers(deps, never));
    expect(fence.outranked).toEqual([41]);
    expect([await epochOf(bench, 'a'), await epochOf(bench, 'z')]).toEqual([42, 42]);
  });

  test('takes no epoch for one that no lease can count to', async () => {
    const { bench, fence, deps } = leaderOf(1);
    await writeLedger(bench.cluster, 'l', undefined, { epoch: 2 ** 40 });
    expect((await bench.end(recoverLedgers(deps, never))).scaleUps).toEqual([]);
    expect(fence.outranked).toEqual([]);
  });
});

describe('a command that is there already', { tags: ['G10', 'F44'] }, () => {
  test('is stamped before anything follows from it', async () => {
    const bench = new EffectBench();
    const command = scaleUpCommand({ workerCount: 2 });
    const former = await bench.end(openScaleUpLedger(leaderOf(4, bench).deps, command, never));
    expect(former.kind).toBe('opened');
    const again = await bench.end(openScaleUpLedger(leaderOf(5, bench).deps, command, never));
    expect(again.kind).toBe('resumed');
    const [name = ''] = bench.world.ledgers.keys();
    expect(await epochOf(bench, name)).toBe(5);
  });

  test('of a later leader is nobody’s to answer who led before', async () => {
    const bench = new EffectBench();
    const command = pipelineCommand([stageCommand('a')], { pipelineId: 'run' });
    const opening = { kind: 'submit', pipelineId: 'run', command } as const;
    await bench.end(openPipelineLedger(leaderOf(5, bench).deps, opening, never));
    const former = leaderOf(4, bench);
    const late = bench.end(openPipelineLedger(former.deps, opening, never));
    await expect(late).rejects.toThrow('after ours (4)');
    const attach = { kind: 'attach', pipelineId: 'run' } as const;
    await expect(bench.end(openPipelineLedger(former.deps, attach, never))).rejects.toThrow('after ours');
    expect(former.fence.stoppedFor).toHaveLength(2);
    expect(await epochOf(bench, pipelineLedgerName('default', 'run'))).toBe(5);
  });

  test('is not undone by who leads no more', async () => {
    const bench = new EffectBench();
    const { uid } = await writeLedger(bench.cluster, 'l', undefined, { epoch: 5 });
    const { deps, fence } = leaderOf(4, bench);
    await expect(bench.end(discardLedger(deps, { ledgerName: 'l', uid }, never))).rejects.toThrow(
      'after ours',
    );
    expect(fence.stoppedFor).toHaveLength(1);
    expect(bench.world.ledgers.size).toBe(1);
  });
});

describe('the sweep', { tags: ['G10'] }, () => {
  test.each([
    ['an open scale task', (b: EffectBench) => writeLedger(b.cluster, 'l', undefined, { epoch: 4 })],
    ['an open run', (b: EffectBench) => writeRun(b.cluster, 'l')],
  ])('begins anew where %s of an earlier leader came late', async (_what, write) => {
    const { bench, deps, fence } = leaderOf(5);
    await write(bench);
    await bench.end(sweepTombstones(deps));
    expect(fence.stoppedFor).toHaveLength(1);
  });

  test('is not surprised by ledgers of its own, that are over, or that nobody understands', async () => {
    const { bench, deps, fence } = leaderOf(5);
    await writeLedger(bench.cluster, 'ours', undefined, { epoch: 5 });
    await writeLedger(bench.cluster, 'over', undefined, {
      closedAt: new Date(bench.clock.now()).toISOString(),
    });
    await bench.cluster.records.create({ name: 's', labels: {}, data: { state: '{"closedAt":""}' } });
    await bench.end(sweepTombstones(deps));
    expect(fence.stoppedFor).toEqual([]);
  });
});

describe('on paper', () => {
  test('a ledger without an epoch reads and writes as before', async () => {
    const bench = new EffectBench();
    const { data } = await writeLedger(bench.cluster, 'l');
    expect(data['state']).toBe('{"created":false,"closedAt":"","ended":{}}');
    expect(scaleCodec.encode(scaleCodec.decode({ name: 'l', data }))).toBe(data['state']);
    const run = await writeRun(bench.cluster, 'r');
    const codec = pipelineCodec(attemptName('default'));
    expect(codec.encode(codec.decode(run))).toBe(run.data['state']);
  });

  test('an epoch comes first, and comes back', async () => {
    const bench = new EffectBench();
    const run = await writeRun(bench.cluster, 'r');
    const codec = pipelineCodec(attemptName('default'));
    for (const [one, record] of [
      [codec, run],
      [scaleCodec, await writeLedger(bench.cluster, 'l')],
    ] as const) {
      const stamped = one.encode(one.stamp(one.decode(record) as never, 12) as never);
      expect(stamped).toMatch(/^\{"epoch":12,/);
      const again = one.decode({ name: 'x', data: { ...record.data, state: stamped } });
      expect(one.epochOf(again as never)).toBe(12);
      expect(one.encode(again as never)).toBe(stamped);
    }
  });
});
