import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { printable, printableJson, printableLine } from '../../../src/cli/printable.ts';

test.each([
  ['colours', '\u001b[31mred\u001b[0m', 'red'],
  ['a repainted screen', 'a\u001b[2J\u001b[1;1Hb', 'ab'],
  ['a window title', '\u001b]0;owned\u0007x', 'x'],
  ['a link', '\u001b]8;;https://evil.example\u0007click\u001b]8;;\u0007', 'click'],
  ['C1 controls', '\u009b31mred', 'red'],
  ['forged lines', 'ok\r\n3 workers: 3 succeeded', 'ok 3 workers: 3 succeeded'],
  ['separators that are no \\n', 'a\u2028b\u2029c\u0085d', 'a b cd'],
  ['a reversed name', 'otto-\u202egpj.exe', 'otto-gpj.exe'],
  ['backspaces over what was said', 'failed\b\b\b\b\b\bfine', 'failedfine'],
  ['half a character', 'a\ud800b', 'a\ufffdb'],
])('%s cannot be made with text from elsewhere', (_what, text, expected) => {
  expect(printable(text)).toBe(expected);
});

test('what people write stays', () => {
  const text = 'exit-code: Größe „5“ → 你好 👋 (~!@#$%^&*)';
  expect(printable(text)).toBe(text);
});

test.each([
  ['what is aligned', '\tat  run (a.js)  ', '\tat  run (a.js)  '],
  ['the last state of what was written over', '10 %\r 20 %\r', ' 20 %'],
  ['no colours and no forged lines', '\u001b[31mred\u001b[0m\nok\u2028ok', 'red ok ok'],
  ['no hidden characters', 'a\u0000\u0008\u009b\u202eb', 'ab'],
  ['nothing of a blank line', '\r', ''],
])('of a line of output stays %s', (_what, text, expected) => {
  expect(printableLine(text)).toBe(expected);
});

test('a line of output is as long as it is, or as it may be, and never ends in half a character', () => {
  expect(printableLine('a'.repeat(100_000))).toHaveLength(100_000);
  expect(printableLine('a'.repeat(100_000), 10)).toBe(`${'a'.repeat(9)}…`);
  expect(printableLine('aa😀a', 4)).toBe('aa…');
});

test('no text is longer than a line may be', () => {
  expect(printable('a'.repeat(5_000_000))).toHaveLength(1_000);
});

const obeyed = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

test('nothing is left that a terminal obeys', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 50 }), (text) => {
      expect(printable(`${text}\u001b[`)).not.toMatch(obeyed);
      expect(printableLine(`${text}\u001b[`).replaceAll('\t', '')).not.toMatch(obeyed);
    }),
  );
});

test('JSON is inert, and the same value', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const value = { text, control: '\u001b\u009b\u202e\u2028\u{e0001}' };
      const json = printableJson(value);
      expect(json).not.toMatch(obeyed);
      expect(JSON.parse(json)).toEqual(value);
    }),
  );
});
