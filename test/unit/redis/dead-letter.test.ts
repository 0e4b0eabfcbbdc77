import { expect, test } from 'vitest';
import { deadLetter } from '../../../src/redis/dead-letter.ts';
import { entry } from '../../support/redis-entries.ts';

const told = { stream: 's', reason: 'why', deliveries: 2, at: '2026-01-01T00:00:00.000Z' };

test('keeps the event as it was, byte by byte and twice where it stood twice', () => {
  const bytes = Buffer.of(0xff, 0x00);
  const letter = deadLetter(entry('1-0', 'a', bytes, 'a', 'x', 'otto.reason', 'mine'), told);
  expect(letter).toEqual([
    ['otto.source_id', '1-0'],
    ['otto.source_stream', 's'],
    ['otto.reason', 'why'],
    ['otto.deliveries', '2'],
    ['otto.dead_at', told.at],
    [Buffer.from('a'), bytes],
    [Buffer.from('a'), Buffer.from('x')],
    [Buffer.from('otto.reason'), Buffer.from('mine')],
  ]);
});

test('leaves out what would make it huge, and says how many fields that are', () => {
  const letter = deadLetter(entry('1-0', 'a', 'x'.repeat(2 ** 20), 'b', 'y'), told);
  expect(letter.slice(5)).toEqual([['otto.fields_left_out', '2']]);
});
