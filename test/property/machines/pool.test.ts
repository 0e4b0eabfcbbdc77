/** The pool with all of its actors on a cluster that loses, delays, repeats and refuses. */
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { clusterSteps } from '../../support/arbitraries.ts';
import { PoolWorld, type PoolStep } from '../../support/pool-world.ts';

const task = fc.constantFrom('a', 'b');
const request = fc.constantFrom('', 'r1', 'r2');
const which = fc.nat({ max: 50 });
const scaleUps = fc.record({
  kind: fc.constant('up' as const),
  task,
  request,
  count: fc.integer({ min: 1, max: 5 }),
});
const scaleDowns = fc.record({
  kind: fc.constant('down' as const),
  task: fc.constantFrom('a', 'b', ''),
  request,
  target: fc.integer({ min: 0, max: 4 }),
});
const crashes = fc.record({ kind: fc.constant('crash' as const), which });
const commands: fc.Arbitrary<PoolStep> = fc.oneof(
  { weight: 3, arbitrary: scaleUps },
  { weight: 2, arbitrary: scaleDowns },
);
const steps = (...more: readonly fc.Arbitrary<PoolStep>[]) =>
  fc.array(
    fc.oneof(
      { weight: 12, arbitrary: clusterSteps },
      { weight: 2, arbitrary: commands },
      ...more.map((arbitrary) => ({ weight: 1, arbitrary })),
    ),
    { minLength: 10, maxLength: 120, size: 'max' },
  );
const liveMax = fc.integer({ min: 1, max: 6 });

function expectRest(world: PoolWorld): void {
  expect(world.settle(), `still there: ${world.unsettled}`).toBe(true);
  expect([...world.cluster.pods.keys()]).toEqual([]);
  expect(world.cluster.ledgers.open).toEqual([]);
  expect(world.callers.filter(({ answer }) => answer === undefined)).toEqual([]);
  expect(world.pool.registry).toMatchObject({
    waiting: new Set(),
    live: new Set(),
    owners: new Map(),
    mourners: new Map(),
  });
}

describe('after every step and at rest', { tags: ['G9', 'G13', 'I7', 'I14'] }, () => {
  test.prop([liveMax, steps()], { numRuns: 120 })(
    'capacity holds, the line keeps its order, and every command is answered and closed without a leak',
    (live, taken) => {
      const world = new PoolWorld(live);
      world.take({ kind: 'up', task: 'a', request: '', count: 4 });
      for (const step of taken) world.take(step);
      expectRest(world);
    },
  );

  test.prop([liveMax, steps(crashes)], { numRuns: 80 })(
    'the same holds while workers crash',
    (live, taken) => {
      const world = new PoolWorld(live);
      world.take({ kind: 'up', task: 'a', request: '', count: 4 });
      for (const step of taken) world.take(step);
      expectRest(world);
    },
  );
});
