import { describe, expect, test } from 'vitest';
import { Continuity } from '../../../../src/logs/follow/continuity.ts';

/** One reading from a time on, of lines by second and fingerprint. */
function reading(continuity: Continuity, lines: ReadonlyArray<readonly [number, number]>): string[] {
  continuity.begin('since');
  return lines.map(([second, print]) => continuity.judge(second, print));
}

function after(...lines: ReadonlyArray<readonly [number, number]>): Continuity {
  const continuity = new Continuity();
  reading(continuity, lines);
  return continuity;
}

describe('a later reading', { tags: ['G5'] }, () => {
  test('skips as many equal lines as were delivered, and no more', () => {
    const continuity = after([10, 7], [10, 7], [10, 7]);
    expect(
      reading(continuity, [
        [10, 7],
        [10, 7],
        [10, 7],
        [10, 7],
      ]),
    ).toEqual(['skip', 'skip', 'skip', 'deliver']);
  });

  test('is lost at its first line where that is another one than it should be', () => {
    const continuity = after([10, 1], [10, 2], [10, 3]);
    expect(reading(continuity, [[10, 2]])).toEqual(['lost']);
    expect(continuity.approach).toBe('search');
    expect(
      reading(continuity, [
        [10, 2],
        [10, 3],
        [11, 4],
      ]),
    ).toEqual(['skip', 'skip', 'deliver']);
  });

  test('is lost where its lines add up to others than were delivered', () => {
    const continuity = after([10, 1], [10, 2], [10, 3]);
    expect(
      reading(continuity, [
        [10, 1],
        [10, 2],
        [10, 4],
      ]),
    ).toEqual(['skip', 'skip', 'lost']);
  });

  test('that searches does not take one of several equal lines for the newest', () => {
    const continuity = after([10, 1], [10, 7], [10, 7]);
    reading(continuity, [[10, 7]]);
    expect(
      reading(continuity, [
        [10, 7],
        [11, 8],
      ]),
    ).toEqual(['skip', 'skip']);
    expect(continuity.isCurrent).toBe(false);
  });

  test('begins so that a line that is two seconds late is still in it', () => {
    expect(after([10, 1], [12, 2]).since).toBe(10);
    expect(after([12, 1], [10, 2]).since).toBe(8);
  });

  test('searches where the clock went back further than is remembered', () => {
    const seconds = Array.from({ length: 150 }, (_, at) => [1000 + at, at] as const);
    const continuity = after(...seconds, [1001, 999]);
    expect(continuity.approach).toBe('search');
  });

  test('of another numbering begins where the break was', () => {
    const continuity = after([10, 1], [20, 2]);
    continuity.breakOff();
    expect([continuity.epoch, continuity.since, continuity.approach]).toEqual([2, 18, 'all']);
    expect(
      reading(continuity, [
        [18, 5],
        [30, 6],
      ]),
    ).toEqual(['deliver', 'deliver']);
    expect(continuity.since).toBe(28);
  });
});
