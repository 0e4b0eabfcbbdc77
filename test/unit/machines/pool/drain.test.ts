/** Draining: nothing new is accepted or let in, what is under way becomes durable, the Pods go on. */
import { expect, test } from 'vitest';
import { ModelCluster } from '../../../support/model-cluster.ts';
import { exited, scaleDownCommand, scaleUpCommand } from '../../../support/orders.ts';
import { PoolHarness } from '../../../support/pool-harness.ts';

function draining(workerCount = 3, liveMax = 1) {
  const cluster = new ModelCluster();
  const pool = new PoolHarness(cluster, { liveMax }).list();
  pool.scaleUp(scaleUpCommand({ workerCount }));
  cluster.serve(pool);
  pool.send({ type: 'pool.drain' });
  return { cluster, pool };
}

test('no command is taken any more', { tags: ['G11'] }, () => {
  const { pool } = draining();
  expect(pool.state).toBe('operating.draining');
  expect(pool.ref.getSnapshot().hasTag('serving')).toBe(false);
  expect(pool.scaleUp(scaleUpCommand({ taskId: 'late' }))).toBeUndefined();
  expect(pool.scaleDown(scaleDownCommand())).toBeUndefined();
});

test('room that becomes free stays free', () => {
  const { cluster, pool } = draining();
  const [first] = cluster.admitted;
  cluster.change(first ?? '', exited(0));
  cluster.deliver(pool);
  expect(pool.worker(first ?? '')).toBe('succeeded.recording');
  expect(pool.registry.live.size).toBe(0);
  pool.clock.advance(15_000);
  expect(cluster.admitted.size).toBe(1);
  expect(pool.registry.waiting.size).toBe(2);
});

test('what ends meanwhile is recorded and cleaned up', { tags: ['G11'] }, () => {
  const { cluster, pool } = draining(1);
  const name = [...cluster.pods.keys()][0] ?? '';
  cluster.change(name, exited(0));
  cluster.deliver(pool);
  cluster.answer({ slot: 'recordOutcome', call: cluster.find('recordOutcome') }, 'ok');
  expect(pool.worker(name)).toBe('cleanup.draining');
});

test(
  'workers that a command asks for only now are left to the next process',
  { tags: ['G11', 'F45'] },
  () => {
    const cluster = new ModelCluster();
    const pool = new PoolHarness(cluster).list();
    pool.scaleUp(scaleUpCommand());
    pool.send({ type: 'pool.drain' });
    cluster.answer({ slot: 'openScaleUp', call: cluster.find('openScaleUp') }, 'ok');
    expect(pool.registry.workers.size).toBe(0);
    expect(cluster.ledgers.scaleUps.size).toBe(1);
  },
);

test('it ends once all effects are settled', { tags: ['G11'] }, () => {
  const { cluster, pool } = draining();
  cluster.find('settleEffects').reply();
  expect(pool.state).toBe('drained');
  expect(pool.ref.getSnapshot().status).toBe('done');
});

test('it ends at its deadline, or where the settling breaks', { tags: ['G11', 'F45'] }, () => {
  const late = draining().pool;
  late.clock.advance(19_999);
  expect(late.state).toBe('operating.draining');
  late.clock.advance(1);
  expect(late.state).toBe('drained');
  const { cluster, pool } = draining();
  cluster.find('settleEffects').fail(new Error('bug'));
  expect(pool.state).toBe('drained');
});

test('before the first list there is nothing to wait for', () => {
  expect(new PoolHarness(new ModelCluster()).send({ type: 'pool.drain' }).state).toBe('drained');
});

test('the Pods are left running', { tags: ['G11'] }, () => {
  const { cluster, pool } = draining();
  pool.clock.advance(20_000);
  expect([...cluster.pods.values()].map(({ deleting }) => deleting)).toEqual([false]);
});
