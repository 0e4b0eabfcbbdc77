import { describe, expect, test } from 'vitest';
import { edgePath } from '../../../web/drawing/edge-path.ts';
import { legible } from '../../../web/drawing/legible.ts';
import { bytesText, durationText } from '../../../web/i18n/duration.ts';
import { en } from '../../../web/i18n/en.ts';
import { readPlace, writePlace } from '../../../web/page/address.ts';
import { isAtEnd } from '../../../web/logs/follow.ts';

describe('text of strangers', () => {
  test('shows escapes of terminals as signs', () => {
    expect(legible('\u001b[31mred\u001b[0m')).toBe('⟨ESC⟩[31mred⟨ESC⟩[0m');
    expect(legible('over\rwritten\u0007')).toBe('over⟨0D⟩written⟨07⟩');
  });

  test('shows what turns the direction of writing', () => {
    expect(legible('safe\u202Eexe.txt')).toBe('safe⟨202E⟩exe.txt');
  });

  test('leaves tabs, line ends, HTML and all languages as they are', () => {
    for (const text of ['a\tb\nc', '<script>alert(1)</script>', '빌드 성공 ✓ 日本']) {
      expect(legible(text)).toBe(text);
    }
  });
});

describe('durations', () => {
  const text = (ms: number) => durationText(ms, en.units);

  test('have tenths below ten seconds and two units above a minute', () => {
    expect(text(0)).toBe('0.0s');
    expect(text(9_990)).toBe('9.9s');
    expect(text(59_999)).toBe('59s');
    expect(text(61_000)).toBe('1m 01s');
    expect(text(3_600_000)).toBe('1h 00m');
    expect(text(90_000_000)).toBe('1d 01h');
  });

  test('are never negative', () => {
    expect(text(-5)).toBe('0.0s');
  });

  test('sizes have one digit after the point', () => {
    expect([bytesText(900), bytesText(1_536), bytesText(3_145_728)]).toEqual(['900 B', '1.5 KiB', '3.0 MiB']);
  });
});

describe('the address', () => {
  test('holds any id, and its tab', () => {
    for (const id of ['pool', 'a/b c', '<x>&"', '워커']) {
      expect(readPlace(writePlace({ id, tab: 'log' }))).toEqual({ id, tab: 'log' });
      expect(readPlace(writePlace({ id, tab: undefined }))).toEqual({ id, tab: undefined });
    }
  });

  test('of nobody, or of nonsense, chooses nobody', () => {
    for (const hash of ['', '#', '#actor/', '#actor/%E0%A4%A', '#elsewhere/x']) {
      expect(readPlace(hash)).toEqual({ id: '', tab: undefined });
    }
    expect(readPlace('#actor/x/nonsense')).toEqual({ id: 'x', tab: undefined });
  });
});

test('an arrow goes straight and takes its corners round', () => {
  const path = edgePath(
    [
      { x: 0, y: 0 },
      { x: 10, y: 0 },
      { x: 10, y: 10 },
    ],
    4,
  );
  expect(path).toBe('M0 0L6 0Q10 0 10 4L10 10');
  expect(edgePath([], 4)).toBe('');
});

test('a log is followed at its end, and not when somebody has scrolled up', () => {
  expect(isAtEnd({ scrollTop: 899.6, clientHeight: 100, scrollHeight: 1_000 })).toBe(true);
  expect(isAtEnd({ scrollTop: 700, clientHeight: 100, scrollHeight: 1_000 })).toBe(false);
});
