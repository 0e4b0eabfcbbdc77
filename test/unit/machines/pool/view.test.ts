/** What GetWorkerStatus shows of the pool. */
import { expect, test } from 'vitest';
import { findScaleDown, findScaleUp } from '../../../../src/machines/pool/view.ts';
import { ModelCluster } from '../../../support/model-cluster.ts';
import { exited, running, scaleDownCommand, scaleUpCommand, waiting } from '../../../support/orders.ts';
import { PoolHarness } from '../../../support/pool-harness.ts';

const only = 'otto-task-a--0';

function start(options: { liveMax?: number } = {}) {
  const cluster = new ModelCluster();
  const pool = new PoolHarness(cluster, options).list();
  pool.scaleUp(scaleUpCommand());
  cluster.serve(pool);
  const change = (fact: Parameters<ModelCluster['change']>[1]) => {
    cluster.change(only, fact);
    cluster.deliver(pool);
    return pool.views()[0];
  };
  return { cluster, pool, change };
}

test('a worker in line is pending, since its command was accepted, and says for what it waits', () => {
  const { pool } = start({ liveMax: 0 });
  expect(pool.views()).toMatchObject([
    {
      podName: only,
      taskId: 'task-a',
      ledgerName: 'ledger-task-a-',
      index: 0,
      attempt: 1,
      status: 'pending',
      createdAt: '2026-01-01T00:00:00Z',
      startedAt: '',
      completedAt: '',
      nodeName: '',
      podIp: '',
      errorMessage: '',
      reason: 'waiting for capacity, at most 600 s',
    },
  ]);
});

test('the reason is the innermost state’s own word, with what the cluster says', () => {
  const { change } = start();
  expect(change({ nodeName: 'node-1' })).toMatchObject({ status: 'pending', reason: 'starting on node-1' });
  expect(change({ unschedulable: '0/1 nodes are available' })).toMatchObject({
    reason: '0/1 nodes are available',
  });
  expect(change(waiting('ContainerCreating', 'mounting'))).toMatchObject({
    reason: 'ContainerCreating: mounting',
  });
});

test('a running worker shows its node, its address and its start', () => {
  expect(start().change(running())).toMatchObject({
    status: 'running',
    startedAt: '2026-01-01T00:00:02Z',
    nodeName: 'node-1',
    podIp: '10.0.0.1',
    completedAt: '',
  });
});

test('a worker that succeeded is so from its terminal fact on, not only from its record', () => {
  expect(start().change(exited(0))).toMatchObject({
    status: 'succeeded',
    completedAt: '2026-01-01T00:00:03Z',
    errorMessage: '',
    reason: 'recording the outcome',
  });
});

test('a worker that failed says by what name and with what evidence', () => {
  expect(start().change(exited(7))).toMatchObject({
    status: 'failed',
    errorMessage: 'exit-code: container worker exited with 7',
  });
});

test('a worker that is over is remembered without a reason, for the configured time', () => {
  const { cluster, pool, change } = start();
  change(exited(7));
  expect(cluster.settle(pool)).toBe(true);
  expect(pool.views()).toMatchObject([
    {
      podName: only,
      status: 'failed',
      errorMessage: 'exit-code: container worker exited with 7',
      reason: '',
    },
  ]);
  pool.send({ type: 'clock.ticked', atMs: pool.atMs + 3_600_001 });
  expect(pool.views()).toEqual([]);
});

test('of the finished no more than the configured number is remembered, the newest', () => {
  const cluster = new ModelCluster();
  const pool = new PoolHarness(cluster, { historyMax: 2 }).list();
  pool.scaleUp(scaleUpCommand({ workerCount: 5 }));
  expect(cluster.settle(pool)).toBe(true);
  expect(pool.views()).toHaveLength(2);
});

test('a command is found by its key while it is under way, and not by another’s', () => {
  const { pool } = start();
  const snapshot = pool.ref.getSnapshot();
  expect(findScaleUp(snapshot, scaleUpCommand())?.id).toBe('scale-up ["task-a",""]');
  expect(findScaleUp(snapshot, scaleUpCommand({ requestId: 'r' }))).toBeUndefined();
  expect(findScaleDown(snapshot, scaleDownCommand())).toBeUndefined();
});

test('a key that a user writes cannot be taken for another’s', () => {
  const { pool } = start();
  const found = findScaleUp(pool.ref.getSnapshot(), scaleUpCommand({ taskId: 'task-a","', requestId: '' }));
  expect(found).toBeUndefined();
});
