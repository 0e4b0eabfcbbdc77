/** What keeps the numbers honest: docs/reliability.md cannot be made where one of them is tried nowhere. */
import { expect, test } from 'vitest';
import { faults } from '../../reliability/faults.ts';
import { invariants } from '../../reliability/invariants.ts';
import { promises } from '../../reliability/promises.ts';
import type { Place } from '../../reliability/places.ts';
import { isTag, tags, type Tag } from '../../reliability/tags.ts';
import { untried } from '../../reliability/untried.ts';

const everywhere = new Map(tags.flatMap(({ name }) => (isTag(name) ? [[name, [] as Place[]]] : [])));

test('every promise, fault and invariant is a tag', () => {
  const numbers = [promises, faults, invariants].flatMap((of) => Object.keys(of));
  expect([...everywhere.keys()].toSorted()).toEqual(numbers.toSorted());
  expect(numbers).toHaveLength(13 + 65 + 14);
});

test('nothing is missing where each has its place', () => {
  expect(untried(everywhere)).toEqual([]);
});

test.each<Tag>(['F12', 'I4', 'G1'])('%s is missed where nothing tries it', (tag) => {
  const without = new Map(everywhere);
  without.delete(tag);
  expect(untried(without)).toEqual([tag]);
});
