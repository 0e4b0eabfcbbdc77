import { describe, expect, test } from 'vitest';
import { growsWithoutBound, secondHalf, trendOf, type Point } from '../../soak/trend.ts';

/** One a minute for two hours. */
const series = (value: (minute: number) => number): Point[] =>
  Array.from({ length: 120 }, (_, minute) => ({ hours: minute / 60, value: value(minute) }));

/** Comes and goes as a load does, without chance. */
const wave = (minute: number) => 8 * Math.sin(minute * 1.7) + 3 * Math.cos(minute * 0.3);

describe('growth', () => {
  test('of a straight line is its slope, without doubt', () => {
    const trend = trendOf(series((minute) => 40 + minute / 2));
    expect(trend.perHour).toBeCloseTo(30);
    expect(trend.errorPerHour).toBeCloseTo(0);
    expect(growsWithoutBound(trend, 10)).toBe(true);
  });

  test('is seen through a load that comes and goes', () => {
    expect(growsWithoutBound(trendOf(series((minute) => 40 + minute / 2 + wave(minute))), 10)).toBe(true);
  });

  test('is not what only comes and goes', () => {
    expect(growsWithoutBound(trendOf(series((minute) => 40 + wave(minute))), 10)).toBe(false);
  });

  test('of the warm-up does not count', () => {
    const warm = secondHalf(series((minute) => Math.min(40 + minute, 90)));
    expect(warm).toHaveLength(60);
    expect(growsWithoutBound(trendOf(warm), 10)).toBe(false);
  });

  test('of too few points is not known', () => {
    expect(growsWithoutBound(trendOf(series((minute) => minute).slice(0, 2)), 0)).toBe(false);
  });
});
