/** A scale-down that finds nothing to do is over at once, and must still be there for its caller. */
import { expect, test } from 'vitest';
import { ModelCluster } from '../../../support/model-cluster.ts';
import { scaleDownCommand } from '../../../support/orders.ts';
import { PoolHarness } from '../../../support/pool-harness.ts';

test('whoever sends a command whose target is met finds its actor and its answer, once', () => {
  const pool = new PoolHarness(new ModelCluster()).list();
  const snapshot = pool.scaleDown(scaleDownCommand({ target: 0 }))?.getSnapshot();
  expect(snapshot?.hasTag('answered')).toBe(true);
  expect(snapshot?.context.answer).toMatchObject({ kind: 'accepted', podNames: [], failedCount: 0 });
  pool.clock.advance(0);
  expect(pool.registry.scaleDowns.size).toBe(0);
});
