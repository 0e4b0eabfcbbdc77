/** What may be concluded from seeing a lease: only how long it has not changed, by one's own clock. */
import { describe, expect, test } from 'vitest';
import { msUntilFree, observe } from '../../../../src/machines/leadership/lease.ts';
import { lease } from '../../../support/leadership-harness.ts';

const us = { identity: 'us', ownMs: 6_000 };

describe('silence', () => {
  test('is counted from when this version was first seen', () => {
    const first = observe(undefined, lease(), 1_000);
    const again = observe(first, lease(), 4_000);
    expect(again).toMatchObject({ sinceMs: 1_000, atMs: 4_000 });
    expect(msUntilFree(again, us)).toBe(3_000);
    expect(msUntilFree(observe(again, lease(), 7_000), us)).toBe(0);
  });

  test.each([
    ['a renewal', lease({ resourceVersion: '2', renewedAt: '2026-01-01T00:00:01.000Z' })],
    ['a renewal by a clock that stands still', lease({ resourceVersion: '2' })],
    ['another lease under its name', lease({ uid: 'other' })],
    ['another holder', lease({ resourceVersion: '2', holder: 'third' })],
  ])('begins anew with %s', (_what, changed) => {
    const first = observe(undefined, lease(), 1_000);
    expect(observe(first, changed, 6_900)).toMatchObject({ sinceMs: 6_900 });
  });

  test.each([
    ['an hour ahead', '2026-01-01T01:00:00.000Z'],
    ['an hour behind', '2025-12-31T23:00:00.000Z'],
    ['no time at all', ''],
  ])('is the same whether the clock of the holder is %s', { tags: ['F42'] }, (_what, renewedAt) => {
    const seen = observe(undefined, lease({ renewedAt }), 0);
    expect(msUntilFree({ ...seen, atMs: 5_999 }, us)).toBe(1);
    expect(msUntilFree({ ...seen, atMs: 6_000 }, us)).toBe(0);
  });
});

describe('a lease is free', { tags: ['F44'] }, () => {
  test.each([
    ['where there is none', undefined],
    ['where nobody holds it', lease({ holder: '' })],
    ['where it is our own from before', lease({ holder: 'us' })],
  ])('%s', (_what, seen) => {
    expect(msUntilFree(observe(undefined, seen, 5), us)).toBe(0);
  });

  test.each([
    ['as long as its holder asked for', 60, 60_000],
    ['as long as we would, where it does not say', 0, 6_000],
    ['ten minutes at most, whatever somebody wrote into it', 2_000_000_000, 600_000],
  ])('after it was silent %s', (_what, durationSeconds, ms) => {
    expect(msUntilFree(observe(undefined, lease({ durationSeconds }), 0), us)).toBe(ms);
  });
});
