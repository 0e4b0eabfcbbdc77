import { describe, expect, test } from 'vitest';
import { elapsed, parseDuration, shortDuration } from '../../../src/cli/duration.ts';

describe('a duration is read as Go writes it', () => {
  test.each([
    ['30s', 30_000],
    ['10m', 600_000],
    ['500ms', 500],
    ['1h30m', 5_400_000],
    ['1.5s', 1_500],
    ['1m0.5s', 60_500],
    ['0.2ms', 1],
    ['24h', 86_400_000],
  ])('%s', (text, durationMs) => expect(parseDuration('-timeout', text)).toBe(durationMs));

  test.each(['', '30', 's', '-30s', '30 s', '30S', '1e3s', 'abc', '30s!', 'Infinity', '1d'])(
    '%j is none',
    (text) => {
      expect(() => parseDuration('-timeout', text)).toThrow(
        `-timeout: "${text}" is not a duration; write it as 30s, 10m or 500ms`,
      );
    },
  );

  test('none at all and more than a timer can hold are refused', () => {
    expect(() => parseDuration('-timeout', '0s')).toThrow('-timeout: "0s" is no time at all');
    expect(() => parseDuration('-timeout', '24h1ms')).toThrow('-timeout: "24h1ms" is too long');
    expect(() => parseDuration('-timeout', `${'9'.repeat(400)}h`)).toThrow('is too long');
  });
});

test.each([
  [-5, '0s'],
  [0, '0s'],
  [59_999, '59s'],
  [60_000, '1m00s'],
  [3_599_999, '59m59s'],
  [3_600_000, '1h00m'],
  [86_400_000 * 3 + 4 * 3_600_000, '3d04h'],
])('%d ms is %s in a table', (durationMs, text) => expect(shortDuration(durationMs)).toBe(text));

test('a sentence says tenths, and whole seconds once they do not matter', () => {
  expect(elapsed(12_345)).toBe('12.3 s');
  expect(elapsed(100_000)).toBe('1m40s');
});
