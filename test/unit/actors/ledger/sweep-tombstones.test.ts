/** Tombstones go when their time is over, and nothing else does. */
import { expect, test } from 'vitest';
import { sweepTombstones } from '../../../../src/actors/ledger/sweep-tombstones.ts';
import { configMaps } from '../../../../src/cluster/local/resources/registry.ts';
import { EffectBench } from '../../../simulation/model/effect-bench.ts';
import { refused } from '../../../simulation/model/fault-plan.ts';
import { scaleDownLedger, writeLedger, writeRun } from '../../../support/ledgers.ts';

const hours = (b: EffectBench, count: number) => new Date(b.clock.now() + count * 3_600_000).toISOString();
const sweep = (b: EffectBench) => b.end(sweepTombstones(b));

test('only what was closed long enough ago is removed, of each kind', { tags: ['G2'] }, async () => {
  const b = new EffectBench();
  await writeLedger(b.cluster, 'open');
  await writeLedger(b.cluster, 'young', undefined, { closedAt: hours(b, -0.5) });
  await writeLedger(b.cluster, 'old', undefined, { closedAt: hours(b, -2) });
  await writeLedger(b.cluster, 'old-down', scaleDownLedger(), { closedAt: hours(b, -2) });
  await writeRun(b.cluster, 'run');
  await writeRun(b.cluster, 'young-run', undefined, { closedAt: hours(b, -0.5) });
  await writeRun(b.cluster, 'old-run', undefined, { closedAt: hours(b, -2) });
  await writeLedger(b.cluster, 'from-the-future', undefined, { closedAt: hours(b, 2) });
  await writeLedger(b.cluster, 'nonsense', undefined, { closedAt: 'yesterday' });
  await b.cluster.records.create({ name: 'spoiled', labels: {}, data: { state: '{' } });
  await b.cluster.records.create({
    name: 'spoiled-run',
    labels: {},
    data: { kind: 'pipeline', state: '{}' },
  });
  expect(await sweep(b)).toBe(3);
  expect([...b.world.store.select({ resource: configMaps })].map(({ metadata }) => metadata.name)).toEqual([
    'from-the-future',
    'nonsense',
    'open',
    'run',
    'spoiled',
    'spoiled-run',
    'young',
    'young-run',
  ]);
});

test.each(['conflict', 'forbidden', 'unavailable'] as const)(
  'one that cannot be removed (%s) keeps no other from going',
  async (code) => {
    const b = new EffectBench(({ verb, name }) =>
      verb === 'records.delete' && name === 'a' ? refused(code) : { kind: 'served' },
    );
    for (const name of ['a', 'b', 'c'])
      await writeLedger(b.cluster, name, undefined, { closedAt: hours(b, -2) });
    expect(await sweep(b)).toBe(2);
    expect([...b.world.ledgers.keys()]).toEqual(['a']);
  },
);
