import { expect, test } from 'vitest';
import { pairIn, withPair } from '../../../web/tree/filter.ts';

test('a pair is put into the text, replaced in it, and taken out of it', () => {
  const once = withPair('slow state:running', 'task', 'nightly');
  expect(once).toBe('slow state:running task:nightly');
  expect(withPair(once, 'task', 'weekly')).toBe('slow state:running task:weekly');
  expect(withPair(once, 'task', '')).toBe('slow state:running');
});

test('a value with spaces is kept together and read back', () => {
  const text = withPair('', 'pipeline', 'main branch');
  expect(text).toBe('pipeline:"main branch"');
  expect(pairIn(text, 'pipeline')).toBe('main branch');
});

test('of a key that is not there the value is empty', () => {
  expect(pairIn('state:running', 'task')).toBe('');
});
