import assert from 'node:assert/strict';
import { test } from 'node:test';
import { table } from '../../src/table.js';

test('columns are aligned and bars are in proportion', () => {
  assert.deepEqual(
    table([
      ['pipeline', 10],
      ['pod', 5],
    ]),
    [`pipeline  10  ${'█'.repeat(20)}`, `pod        5  ${'█'.repeat(10)}`],
  );
});

test('the rarest word still has a bar', () => {
  const [, rare = ''] = table([
    ['a', 1000],
    ['b', 1],
  ]);
  assert.match(rare, /█$/);
});

test('of no words there is no table', () => {
  assert.deepEqual(table([]), []);
});
