/** An actor that throws: the crash stays its own, it goes on from what it knew, and a crash loop ends the pool. */
import { describe, expect, test } from 'vitest';
import { ModelCluster } from '../../../support/model-cluster.ts';
import { limits, order, pod, running, scaleDownCommand, scaleUpCommand } from '../../../support/orders.ts';
import { poisonedPod, poisonedReport } from '../../../support/poison.ts';
import { epochMs, PoolHarness, type PoolOptions } from '../../../support/pool-harness.ts';

const first = 'otto-task-a--0';
const second = 'otto-task-a--1';

function start(options: PoolOptions = {}, workerCount = 2) {
  const cluster = new ModelCluster();
  const pool = new PoolHarness(cluster, options).list();
  pool.scaleUp(scaleUpCommand({ workerCount, requestId: '' }));
  return { cluster, pool };
}

interface Running {
  readonly cluster: ModelCluster;
  readonly pool: PoolHarness;
}

/** A fact about its own Pod that the worker `podName` cannot look at. */
function poison({ cluster, pool }: Running, podName: string, times = 1): void {
  const owner = { name: 'ledger-task-a-', uid: 'uid-of-ledger-task-a-' };
  const own = cluster.pods.get(podName) ?? pod({ name: podName, owner });
  const fact = { type: 'pod.observed', pod: poisonedPod(own) } as const;
  for (let i = 0; i < times; i++) pool.send({ type: 'pods.changed', facts: [fact] });
}

describe('a worker', { tags: ['G9'] }, () => {
  test('that crashes before its Pod is known creates it again, at once, and keeps its capacity', () => {
    const { cluster, pool } = start({ liveMax: 1 });
    cluster.answer(cluster.open[0]!, 'ok');
    poison({ cluster, pool }, first);
    expect(pool.crashes).toEqual([first]);
    expect(pool.worker(first)).toBe('pending.admitted.creating');
    expect([...pool.registry.live]).toEqual([first]);
    expect([...pool.registry.waiting]).toEqual([second]);
    expect(pool.drift).toBe(0);
    expect(cluster.settle(pool)).toBe(true);
  });

  test('that crashes while it queues keeps its place in line', () => {
    const { cluster, pool } = start({ liveMax: 1 }, 3);
    cluster.serve(pool);
    poison({ cluster, pool }, second);
    expect([...pool.registry.waiting]).toEqual([second, 'otto-task-a--2']);
  });

  test('that crashes while it runs goes on running', () => {
    const { cluster, pool } = start();
    cluster.serve(pool);
    cluster.progress(first);
    cluster.deliver(pool);
    poison({ cluster, pool }, first);
    expect(pool.worker(first)).toBe('running.active');
    expect(pool.drift).toBe(0);
    expect(cluster.settle(pool)).toBe(true);
    expect([...cluster.incarnations.values()]).toEqual([1, 1]);
  });

  test('that was asked to end is still ended', () => {
    const { cluster, pool } = start();
    cluster.answer(cluster.open[0]!, 'ok');
    const down = pool.scaleDown(scaleDownCommand({ target: 1 }));
    poison({ cluster, pool }, second);
    cluster.serve(pool);
    expect(down?.getSnapshot().context.answer).toMatchObject({ podNames: [second], failedCount: 0 });
    expect(pool.views().find(({ podName }) => podName === second)?.errorMessage).toMatch(/^deleted: /);
  });

  test('whose outcome is decided but not recorded keeps it', () => {
    const { cluster, pool } = start();
    cluster.serve(pool);
    cluster.change(first, running());
    cluster.deliver(pool);
    pool.clock.advance(limits.runMs);
    expect(pool.worker(first)).toBe('failed.recording');
    poison({ cluster, pool }, first);
    expect(pool.worker(first)).toBe('failed.recording');
    expect(cluster.settle(pool)).toBe(true);
    expect(cluster.ledgers.scaleUps.get('ledger-task-a-')?.ended.get(first)?.outcome).toMatchObject({
      failure: { name: 'deadline' },
    });
  });

  test('is not given its run time anew', () => {
    const { cluster, pool } = start();
    cluster.serve(pool);
    cluster.change(first, running());
    cluster.deliver(pool);
    pool.clock.advance(limits.runMs - 5_000);
    pool.send({ type: 'clock.ticked', atMs: pool.atMs });
    poison({ cluster, pool }, first);
    // Its container runs since the second second of this clock.
    pool.clock.advance(6_999);
    expect(pool.worker(first)).toBe('running.active');
    pool.clock.advance(1);
    expect(pool.worker(first)).toBe('failed.recording');
  });

  test('that crashes too often is left alone, and the others go on', () => {
    const { cluster, pool } = start({ liveMax: 1 });
    cluster.serve(pool);
    poison({ cluster, pool }, second, 4);
    expect([...pool.registry.quarantined.keys()]).toEqual([second]);
    expect([...pool.registry.waiting]).toEqual([]);
    expect(pool.state).toBe('operating.serving');
    expect(pool.drift).toBe(0);
    cluster.progress(first);
    cluster.progress(first);
    cluster.deliver(pool);
    expect(pool.worker(first)).toBe('succeeded.recording');
  });

  test('that cannot even begin is quarantined alone, and the pool can still be asked', () => {
    const cluster = new ModelCluster();
    const work = {
      order: order(),
      slots: [0, 1].map((index) => ({ slot: { podName: `otto-a-${index}`, index, attempt: 1 } })),
      created: false,
      promised: false,
    };
    const recovered = { scaleUps: [{ command: scaleUpCommand(), work }] };
    const pool = new PoolHarness(cluster, { recovered });
    pool.list([poisonedPod(pod({ name: 'otto-a-0' }))]);
    expect([...pool.registry.quarantined.keys()]).toEqual(['otto-a-0']);
    expect(pool.state).toBe('operating.serving');
    expect(pool.views().map(({ podName }) => podName)).toEqual(['otto-a-1']);
    expect(pool.scaleDown(scaleDownCommand())?.getSnapshot().context.podNames).toEqual(['otto-a-1']);
    expect(pool.drift).toBe(0);
  });
});

const scaleUp = (pool: PoolHarness) => [...pool.registry.scaleUps.values()][0]!;

describe('a command', { tags: ['G9'] }, () => {
  test('to scale up goes on from its ledger, and never runs again what is over and forgotten', () => {
    const { cluster, pool } = start({ historyMax: 0 });
    cluster.serve(pool);
    cluster.progress(first);
    cluster.progress(first);
    cluster.serve(pool);
    cluster.progress(first);
    cluster.serve(pool);
    expect(pool.worker(first)).toBe('');
    expect(pool.registry.history.size).toBe(0);

    scaleUp(pool).send(poisonedReport());
    expect(pool.crashes).toEqual(['scale-up ["task-a",""]']);
    expect(pool.worker(first)).toBe('');
    expect(cluster.settle(pool)).toBe(true);
    expect(cluster.ledgers.scaleUps.get('ledger-task-a-')?.closed).toBe(true);
    expect([...cluster.incarnations.values()]).toEqual([1, 1]);
  });

  test('to scale up keeps the answer that it gave', () => {
    const { cluster, pool } = start();
    cluster.serve(pool);
    const { answer } = scaleUp(pool).getSnapshot().context;
    scaleUp(pool).send(poisonedReport());
    expect(answer?.kind).toBe('accepted');
    expect(scaleUp(pool).getSnapshot().context.answer).toEqual(answer);
  });

  test('that crashes before its ledger is open is gone; its caller may try again', () => {
    const { cluster, pool } = start();
    scaleUp(pool).send(poisonedReport());
    expect(pool.registry.scaleUps.size).toBe(0);
    pool.scaleUp(scaleUpCommand({ workerCount: 2 }));
    expect(cluster.settle(pool)).toBe(true);
    expect([...cluster.incarnations.values()]).toEqual([1, 1]);
  });

  test('to scale down goes on from its ledger until that is closed', () => {
    const { cluster, pool } = start();
    cluster.serve(pool);
    const down = pool.scaleDown(scaleDownCommand({ requestId: 'r', target: 1 }));
    cluster.answer({ slot: 'openScaleDown', call: cluster.find('openScaleDown') }, 'ok');
    expect(down?.getSnapshot().value).toBe('terminating');
    down?.send(poisonedReport());
    expect(pool.registry.scaleDowns.size).toBe(1);
    expect(cluster.settle(pool)).toBe(true);
    expect(cluster.ledgers.scaleDowns.get('ledger-down-task-a-r')?.closed).toBe(true);
  });
});

describe('the pool', { tags: ['G9'] }, () => {
  test('ends in crashed when its actors together crash too often', () => {
    const { cluster, pool } = start({ poolRestarts: { intensity: 2, periodMs: 60_000 } }, 3);
    cluster.serve(pool);
    poison({ cluster, pool }, first);
    poison({ cluster, pool }, second);
    expect(pool.state).toBe('operating.serving');
    poison({ cluster, pool }, 'otto-task-a--2');
    expect(pool.state).toBe('crashed');
  });

  test('forgives crashes that are a period apart', () => {
    const { cluster, pool } = start({ poolRestarts: { intensity: 1, periodMs: 60_000 } });
    cluster.serve(pool);
    poison({ cluster, pool }, first);
    pool.send({ type: 'clock.ticked', atMs: epochMs + 60_001 });
    poison({ cluster, pool }, second);
    expect(pool.state).toBe('operating.serving');
  });

  test('does not live on without its watch', () => {
    const pool = new PoolHarness(new ModelCluster(), {
      reflect: () => {
        throw new Error('the reflector is broken');
      },
    });
    expect(pool.state).toBe('crashed');
  });

  test('lets nobody in for a crash while it drains', () => {
    const { cluster, pool } = start({ liveMax: 1 });
    cluster.serve(pool);
    pool.send({ type: 'pool.drain' });
    expect(pool.state).toBe('operating.draining');
    poison({ cluster, pool }, first, 4);
    expect(cluster.admitted.size).toBe(1);
  });
});
