import { describe, expect, test } from 'vitest';
import { cutToWidth, displayWidth, fitToWidth } from '../../../src/cli/display-width.ts';

describe('the columns of a text', () => {
  test.each([
    ['', 0],
    ['plain', 5],
    ['├─ ✓ ● █░…', 10],
    ['über', 4],
    ['e\u0301', 1],
    ['你好', 4],
    ['한국', 4],
    ['ｆ', 2],
    ['👋', 2],
  ])('%j: %d', (text, columns) => expect(displayWidth(text)).toBe(columns));
});

test('a text is cut so that it fits with its ellipsis', () => {
  expect(cutToWidth('abcdef', 6)).toBe('abcdef');
  expect(cutToWidth('abcdef', 5)).toBe('abcd…');
  expect(cutToWidth('你好吗', 5)).toBe('你好…');
  expect(cutToWidth('你好吗', 4)).toBe('你…');
  expect(cutToWidth('abc', 1)).toBe('…');
  expect(cutToWidth('abc', 0)).toBe('');
});

test('a text is filled up to the width', () => {
  expect(fitToWidth('ab', 4)).toBe('ab  ');
  expect(fitToWidth('你好吗', 4)).toBe('你… ');
});
