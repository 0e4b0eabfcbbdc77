/** From (ledgers, Pods) to actors: what a former process left is taken over as it is found. */
import { describe, expect, test } from 'vitest';
import { ModelCluster } from '../../../support/model-cluster.ts';
import {
  endedWorker,
  exited,
  openScaleUp,
  order,
  pod,
  running,
  scaleDownCommand,
  scaleUpCommand,
  slot,
} from '../../../support/orders.ts';
import { epochMs, PoolHarness, type PoolOptions } from '../../../support/pool-harness.ts';
import type { ObservedPod } from '../../../../src/machines/pod.ts';
import type { OpenScaleUp } from '../../../../src/machines/scale/replies.ts';

function recover(work: OpenScaleUp, pods: readonly ObservedPod[], options: PoolOptions = {}) {
  const cluster = new ModelCluster();
  const recovered = { scaleUps: [{ command: scaleUpCommand(), work }] };
  const pool = new PoolHarness(cluster, { recovered, ...options }).list(pods);
  return { cluster, pool };
}

describe('a worker', () => {
  test.each([
    ['without a Pod is created', [], 'pending.admitted.creating'],
    ['with a pending Pod waits for it', [pod()], 'pending.admitted.starting'],
    ['with a running Pod runs', [pod(running())], 'running.active'],
    ['with a terminal Pod is recorded', [pod(exited(7))], 'failed.recording'],
    [
      'whose name a foreign Pod has is created, to find out',
      [pod({ owner: { name: 'x', uid: 'x' } })],
      'pending.admitted.creating',
    ],
  ])('%s', (_, pods, state) => {
    const { pool } = recover(openScaleUp(1), pods);
    expect(pool.worker('otto-a-0')).toBe(state);
    expect(pool.drift).toBe(0);
  });

  test(
    'that the ledger says was created, and is not there, has vanished and is not made again',
    { tags: ['F30'] },
    () => {
      const { cluster, pool } = recover(openScaleUp(1, { created: true }), []);
      expect(pool.worker('otto-a-0')).toBe('pending.missing');
      cluster.find('findPod').reply(undefined);
      expect(pool.worker('otto-a-0')).toBe('failed.recording');
      expect(cluster.admitted.size).toBe(0);
    },
  );

  test(
    'with a recorded end and a Pod is cleaned up, and counts as live while the Pod runs',
    { tags: ['G13'] },
    () => {
      const slots = [{ slot: slot(0), ended: endedWorker() }];
      const { pool } = recover(openScaleUp(1, { slots }), [pod(running())]);
      expect(pool.worker('otto-a-0')).toBe('cleanup.draining');
      expect([...pool.registry.live]).toEqual(['otto-a-0']);
      expect(pool.drift).toBe(0);
    },
  );

  test('with a recorded end and no Pod is over, and its command closes', () => {
    const slots = [{ slot: slot(0), ended: endedWorker() }];
    const { cluster, pool } = recover(openScaleUp(1, { slots, created: true }), []);
    expect(cluster.open.map((asked) => asked.slot)).toEqual(['findPod']);
    cluster.serve(pool);
    expect(pool.registry.workers.size).toBe(0);
    expect(pool.registry.scaleUps.size).toBe(0);
    expect(pool.views()).toMatchObject([{ status: 'succeeded' }]);
  });

  test('of a cluster whose clock is ahead has used no time', { tags: ['F42'] }, () => {
    const cluster = new ModelCluster();
    const recovered = { scaleUps: [{ command: scaleUpCommand(), work: openScaleUp(1) }] };
    const pool = new PoolHarness(cluster, { recovered });
    pool.send({ type: 'pods.listed', pods: [pod(running())], atMs: epochMs - 3_600_000 });
    expect(pool.registry.workers.get('otto-a-0')?.getSnapshot().context.elapsed).toEqual({
      queueMs: 0,
      pendingMs: 0,
      runMs: 0,
    });
  });

  test('of an hour ago has used that hour', () => {
    const cluster = new ModelCluster();
    const recovered = { scaleUps: [{ command: scaleUpCommand(), work: openScaleUp(1) }] };
    const pool = new PoolHarness(cluster, { recovered });
    pool.send({ type: 'pods.listed', pods: [pod(running())], atMs: epochMs + 3_600_000 });
    expect(pool.registry.workers.get('otto-a-0')?.getSnapshot().context.elapsed).toEqual({
      queueMs: 3_600_000,
      pendingMs: 3_599_000,
      runMs: 3_598_000,
    });
  });
});

test('existing Pods count, even beyond a capacity that has become smaller', { tags: ['G13'] }, () => {
  const pods = [0, 1].map((index) => pod({ ...running(), name: slot(index).podName, uid: `uid-${index}` }));
  const { cluster, pool } = recover(openScaleUp(3), pods, { liveMax: 1 });
  expect([...pool.registry.live]).toEqual(['otto-a-0', 'otto-a-1']);
  expect([...pool.registry.waiting]).toEqual(['otto-a-2']);
  expect(cluster.admitted.size).toBe(0);
});

test('commands line up in the order in which they were accepted', () => {
  const work = (taskId: string, acceptedAt: string): OpenScaleUp =>
    openScaleUp(1, {
      order: order({ taskId, acceptedAt, ledger: { name: taskId, uid: taskId } }),
      slots: [{ slot: slot(0, taskId) }],
    });
  const scaleUps = [work('late', '2026-01-01T00:00:09Z'), work('early', '2026-01-01T00:00:01Z')];
  const recovered = {
    scaleUps: scaleUps.map((w) => ({ command: scaleUpCommand({ taskId: w.order.taskId }), work: w })),
  };
  const pool = new PoolHarness(new ModelCluster(), { recovered, liveMax: 0 }).list();
  expect([...pool.registry.waiting]).toEqual(['early-0', 'late-0']);
});

test('Pods that no ledger speaks of go to the reaper', { tags: ['I3'] }, () => {
  const reaped: string[] = [];
  const cluster = new ModelCluster();
  cluster.reap = (pods) => void reaped.push(...pods.map(({ name }) => name));
  new PoolHarness(cluster).list([pod({ name: 'stray' }), pod({ name: 'leaving', deleting: true })]);
  expect(reaped).toEqual(['stray']);
});

test('a scale-down goes on with the choice of then', () => {
  const down = { ledgerName: 'down', podNames: ['otto-a-0'], acceptedAt: 'then' };
  const command = scaleDownCommand({ requestId: 'r', target: 1 });
  const recovered = {
    scaleUps: [{ command: scaleUpCommand(), work: openScaleUp(2) }],
    scaleDowns: [{ command, work: down }],
  };
  const pods = [0, 1].map((index) => pod({ ...running(), name: slot(index).podName, uid: `uid-${index}` }));
  const pool = new PoolHarness(new ModelCluster(), { recovered }).list(pods);
  expect(pool.worker('otto-a-0')).toBe('failed.recording');
  expect(pool.worker('otto-a-1')).toBe('running.active');
});

test('a worker that a scale-down had chosen while it was in line is never let in', () => {
  const down = { ledgerName: 'down', podNames: ['otto-a-0'], acceptedAt: 'then' };
  const recovered = {
    scaleUps: [{ command: scaleUpCommand(), work: openScaleUp(2) }],
    scaleDowns: [{ command: scaleDownCommand({ requestId: 'r', target: 1 }), work: down }],
  };
  const cluster = new ModelCluster();
  const pool = new PoolHarness(cluster, { recovered }).list();
  expect(pool.worker('otto-a-0')).toBe('failed.recording');
  expect([...cluster.admitted]).toEqual(['otto-a-1']);
});

describe('the pool', () => {
  test('that cannot read its ledgers says so and tries again', () => {
    const pool = new PoolHarness(new ModelCluster(), { ledgersFail: 1 });
    expect(pool.state).toBe('recovering');
    expect(pool.alarms).toEqual(['Error: 503']);
    pool.clock.advance(60_000);
    expect(pool.state).toBe('operating.listing');
    expect(pool.alarms.at(-1)).toBe('the ledgers could not be read in time');
  });

  test(
    'accepts nothing before it has seen the Pods, and says when that takes long',
    { tags: ['F17'] },
    () => {
      const pool = new PoolHarness(new ModelCluster());
      expect(pool.scaleUp(scaleUpCommand())).toBeUndefined();
      pool.clock.advance(60_000);
      expect(pool.alarms).toEqual(['the Pods could not be listed in time']);
      expect(pool.list().state).toBe('operating.serving');
    },
  );
});

describe('a large inheritance', () => {
  const count = 1_000;
  const names = Array.from({ length: count }, (_, index) => `otto-a-${index}`);
  const begin = () => {
    const recovered = {
      scaleUps: [{ command: scaleUpCommand(), work: openScaleUp(count, { created: true }) }],
    };
    const pool = new PoolHarness(new ModelCluster(), { recovered, liveMax: 10 });
    return pool.list(names.map((name) => pod({ ...running(), name, uid: name })));
  };

  test('is taken over a slice at a time, and nobody is let in before all are', () => {
    const pool = begin();
    expect(pool.state).toBe('operating.rebuilding');
    expect(pool.registry.workers.size).toBeLessThan(100);
    for (let i = 0; i < 100 && pool.state !== 'operating.serving'; i++) pool.clock.advance(0);
    expect(pool.state).toBe('operating.serving');
    expect(pool.registry.live.size).toBe(count);
    expect(pool.drift).toBe(0);
  });

  test('counts what the watch says meanwhile, of those taken over and of those still to come', () => {
    const pool = begin();
    const last = names.at(-1) ?? '';
    const gone = names.at(-2) ?? '';
    const facts = [
      { type: 'pod.observed' as const, pod: pod({ ...exited(7), name: last, uid: last }) },
      {
        type: 'pod.lost' as const,
        name: gone,
        uid: gone,
        last: pod({ ...running(), name: gone, uid: gone }),
      },
    ];
    pool.send({ type: 'pods.changed', facts });
    for (let i = 0; i < 100 && pool.state !== 'operating.serving'; i++) pool.clock.advance(0);
    expect(pool.worker(last)).toBe('failed.recording');
    expect(pool.worker(gone)).toBe('pending.missing');
  });
});
