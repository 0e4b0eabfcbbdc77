/** OTP's restart intensity as a table. */
import { expect, test } from 'vitest';
import { addRestart } from '../../../../src/machines/pool/restart-intensity.ts';

const policy = { intensity: 2, periodMs: 100 };

test.each<readonly [string, readonly number[], number, readonly number[] | undefined]>([
  ['the first', [], 1_000, [1_000]],
  ['one within the intensity', [950], 1_000, [950, 1_000]],
  ['one too many', [950, 960], 1_000, undefined],
  ['two at once after one', [1_000], 1_000, [1_000, 1_000]],
  ['one whose earlier ones are a period ago', [900, 899], 1_000, [1_000]],
  ['one of which one earlier still counts', [900, 901], 1_000, [901, 1_000]],
  ['one where only the newest two count', [1, 2, 3, 950], 1_000, [950, 1_000]],
])('%s', { tags: ['G9'] }, (_, earlier, nowMs, expected) => {
  expect(addRestart(earlier, nowMs, policy)).toEqual(expected);
});

test('an intensity of none forgives nothing', () => {
  expect(addRestart([], 0, { intensity: 0, periodMs: 100 })).toBeUndefined();
});

test('the memory is bounded by the intensity', () => {
  let kept: readonly number[] = [];
  for (let nowMs = 0; nowMs < 10_000; nowMs += 60) kept = addRestart(kept, nowMs, policy) ?? [];
  expect(kept.length).toBeLessThanOrEqual(policy.intensity);
});
