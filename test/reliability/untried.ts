/** Numbers that no test has, and that nothing excuses. */
import { faults, faultsToCome } from './faults.ts';
import { invariants, invariantsToCome } from './invariants.ts';
import type { Place } from './places.ts';
import { promises, promisesToCome } from './promises.ts';
import type { Tag } from './tags.ts';

const all = Object.keys({ ...promises, ...faults, ...invariants });
export const toCome: Readonly<Record<string, string>> = {
  ...promisesToCome,
  ...faultsToCome,
  ...invariantsToCome,
};

export function untried(places: ReadonlyMap<Tag, readonly Place[]>): readonly string[] {
  const tried = new Set<string>(places.keys());
  return all.filter((tag) => !tried.has(tag) && toCome[tag] === undefined);
}
