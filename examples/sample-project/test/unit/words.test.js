import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countWords, mostFrequent } from '../../src/words.js';

test('words are counted whatever their case and what stands between them', () => {
  const counts = countWords('Ship it! ship IT, then\nship again.');
  assert.deepEqual(
    [...counts],
    [
      ['ship', 3],
      ['it', 2],
      ['then', 1],
      ['again', 1],
    ],
  );
});

test('words of any script are words, also with an apostrophe or a hyphen', () => {
  const counts = countWords("größe naïve 世界 don't re-run 42");
  assert.deepEqual([...counts.keys()], ['größe', 'naïve', '世界', "don't", 're-run', '42']);
});

test('a text without words has no counts', () => {
  assert.equal(countWords(' … — 🚀 ').size, 0);
});

test('words can be left out', () => {
  const counts = countWords('the pod and the node', { without: new Set(['the', 'and']) });
  assert.deepEqual([...counts.keys()], ['pod', 'node']);
});

test('the most frequent come first, equally frequent ones by the alphabet', () => {
  const counts = countWords('b a c b a d');
  assert.deepEqual(mostFrequent(counts, 3), [
    ['a', 2],
    ['b', 2],
    ['c', 1],
  ]);
});
