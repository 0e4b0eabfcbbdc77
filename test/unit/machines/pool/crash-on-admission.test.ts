/** An admission that throws: the worker's place is given back, and nobody else waits for it. */
import { describe, expect, test } from 'vitest';
import type { WorkerOrder } from '../../../../src/machines/worker/order.ts';
import { ModelCluster } from '../../../support/model-cluster.ts';
import { openScaleUp, order, scaleUpCommand, slot } from '../../../support/orders.ts';
import { poisonedLimits } from '../../../support/poison.ts';
import { PoolHarness } from '../../../support/pool-harness.ts';

describe('a worker that crashes on being let in', { tags: ['G9', 'G13'] }, () => {
  /** Two commands of one worker each; the first one's admission throws. */
  function letIn(times: number, liveMax: number) {
    const cluster = new ModelCluster();
    const work = (name: string, acceptedAt: string, overrides: Partial<WorkerOrder> = {}) => ({
      command: scaleUpCommand({ taskId: name }),
      work: openScaleUp(1, {
        order: order({ taskId: name, acceptedAt, ledger: { name, uid: name }, ...overrides }),
        slots: [{ slot: slot(0, name) }],
      }),
    });
    const scaleUps = [work('bad', '1', { limits: poisonedLimits(times) }), work('good', '2')];
    const pool = new PoolHarness(cluster, { recovered: { scaleUps }, liveMax }).list();
    return { cluster, pool };
  }

  test('is let in again at once where there is room', () => {
    const { pool } = letIn(1, 2);
    expect(pool.crashes).toEqual(['bad-0']);
    expect(pool.worker('bad-0')).toBe('pending.admitted.creating');
    expect(pool.registry.live.size).toBe(2);
    expect(pool.drift).toBe(0);
  });

  test('gives its place to the next, and waits again', () => {
    const { pool } = letIn(1, 1);
    expect([...pool.registry.live]).toEqual(['good-0']);
    expect([...pool.registry.waiting]).toEqual(['bad-0']);
    expect(pool.drift).toBe(0);
  });

  test('holds no place once it is quarantined', () => {
    const { pool } = letIn(100, 2);
    expect([...pool.registry.quarantined.keys()]).toEqual(['bad-0']);
    expect([...pool.registry.live]).toEqual(['good-0']);
    expect(pool.registry.waiting.size).toBe(0);
    expect(pool.drift).toBe(0);
  });
});
