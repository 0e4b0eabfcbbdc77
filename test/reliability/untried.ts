/** Numbers that no test has. */
import { faults } from './faults.ts';
import { invariants } from './invariants.ts';
import type { Place } from './places.ts';
import { promises } from './promises.ts';
import type { Tag } from './tags.ts';

const all = Object.keys({ ...promises, ...faults, ...invariants });

export function untried(places: ReadonlyMap<Tag, readonly Place[]>): readonly string[] {
  const tried = new Set<string>(places.keys());
  return all.filter((tag) => !tried.has(tag));
}
