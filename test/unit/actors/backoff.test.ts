/** Pauses between tries: growing, bounded, spread, and never shorter than what the server asked for. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoffMs } from '../../../src/actors/backoff.ts';

test.each([
  [0, 100, 200],
  [1, 200, 400],
  [4, 1_600, 3_200],
  [10, 15_000, 30_000],
  [1_000_000, 15_000, 30_000],
])('after %i failed tries it lies between %i and %i ms', { tags: ['F8'] }, (tries, least, most) => {
  expect(backoffMs(tries, () => 0)).toBe(least);
  expect(backoffMs(tries, () => 1)).toBe(most);
});

test('what the server asked for is never undercut', { tags: ['F7'] }, () => {
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(fc.nat(), random, fc.nat({ max: 60_000 }), (tries, drawn, asked) => {
      expect(backoffMs(tries, () => drawn, asked)).toBeGreaterThanOrEqual(asked);
      expect(backoffMs(tries, () => drawn, asked)).toBeLessThanOrEqual(60_000);
    }),
  );
});
