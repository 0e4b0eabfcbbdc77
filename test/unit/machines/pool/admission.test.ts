/** Capacity: how many workers may use resources, and in which order they are let in. */
import { expect, test } from 'vitest';
import { ModelCluster } from '../../../support/model-cluster.ts';
import { exited, limits, scaleDownCommand, scaleUpCommand } from '../../../support/orders.ts';
import { PoolHarness } from '../../../support/pool-harness.ts';

function start(liveMax: number, workerCount: number) {
  const cluster = new ModelCluster();
  const pool = new PoolHarness(cluster, { liveMax }).list();
  pool.scaleUp(scaleUpCommand({ workerCount }));
  cluster.serve(pool);
  return { cluster, pool };
}
const names = (...indices: readonly number[]) => indices.map((index) => `otto-task-a--${index}`);

test('workers beyond the capacity wait, in the order of their index', { tags: ['I14'] }, () => {
  const { cluster, pool } = start(2, 4);
  expect([...cluster.pods.keys()]).toEqual(names(0, 1));
  expect([...pool.registry.waiting]).toEqual(names(2, 3));
  expect(pool.drift).toBe(0);
});

test('a terminal Pod makes room at once, before it is deleted', { tags: ['G13'] }, () => {
  const { cluster, pool } = start(1, 2);
  cluster.change('otto-task-a--0', exited(0));
  cluster.deliver(pool);
  expect([...cluster.admitted]).toEqual(names(0, 1));
});

test('commands are served first come, first served', () => {
  const { cluster, pool } = start(1, 2);
  pool.scaleUp(scaleUpCommand({ taskId: 'task-b', workerCount: 1 }));
  cluster.serve(pool);
  expect(cluster.settle(pool)).toBe(true);
  expect([...cluster.admitted]).toEqual([...names(0, 1), 'otto-task-b--0']);
});

test('a terminated worker holds its place until its Pod is gone', { tags: ['I14'] }, () => {
  const { cluster, pool } = start(1, 2);
  pool.scaleDown(scaleDownCommand({ target: 0 }));
  cluster.serve(pool);
  expect(cluster.admitted.size).toBe(1);
  cluster.progress('otto-task-a--0');
  cluster.serve(pool);
  expect(pool.registry.live.size).toBe(0);
});

test('a stuck worker gives its place away, with an alarm', { tags: ['F29'] }, () => {
  const { cluster, pool } = start(1, 2);
  pool.registry.workers.get('otto-task-a--0')?.send({ type: 'worker.terminate', reason: 'test' });
  cluster.serve(pool);
  expect([...pool.registry.waiting]).toEqual(names(1));
  pool.clock.advance(limits.deleteMs);
  cluster.serve(pool);
  expect([...pool.registry.live]).toEqual(names(1));
  expect(pool.alarms).toContain('the Pod is still there long after its deletion');
  expect(pool.drift).toBe(0);
});

test('a queue that never moves ends in the queue deadline, and its place in line goes', () => {
  const { cluster, pool } = start(0, 1);
  pool.clock.advance(limits.queueMs);
  cluster.serve(pool);
  expect(cluster.admitted.size).toBe(0);
  expect(pool.registry.waiting.size).toBe(0);
  expect(pool.views()).toMatchObject([
    { status: 'failed', errorMessage: 'deadline: no capacity within 600 s' },
  ]);
});

test('a lost report is found by the reconciliation, alarmed and repaired', { tags: ['G13'] }, () => {
  const { cluster, pool } = start(1, 2);
  pool.registry.live.clear();
  pool.registry.live.add('a worker that never was').add('another');
  expect(pool.drift).toBe(3);
  pool.clock.advance(10_000);
  expect(pool.alarms).toEqual(['capacity drifted by 3 workers; repaired']);
  expect([...pool.registry.live]).toEqual(names(0));
  expect(cluster.admitted.size).toBe(1);
});
