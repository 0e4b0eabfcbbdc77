/**
 * How a test says what it tries: by tags that are the numbers of promises, faults and invariants.
 *
 * `npx vitest run --tags-filter F9` runs whatever tries fault 9. An unknown number does not compile, and vitest refuses it.
 */
import type { TestTagDefinition } from 'vitest/config';
import { faults } from './faults.ts';
import { invariants } from './invariants.ts';
import { promises } from './promises.ts';

export type Tag = keyof typeof promises | keyof typeof faults | keyof typeof invariants;

declare module 'vitest' {
  interface TestTags {
    readonly tags: Tag;
  }
}

const described: Readonly<Record<string, string>> = {
  ...promises,
  ...Object.fromEntries(
    Object.entries(faults).map(([tag, [fault, required]]) => [tag, `${fault}: ${required}`]),
  ),
  ...invariants,
};

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of the three tables are the tags
export const tags = Object.entries(described).map(([name, description]) => ({
  name,
  description,
})) as TestTagDefinition[];

const known: ReadonlySet<string> = new Set(Object.keys(described));

export function isTag(name: string): name is Tag {
  return known.has(name);
}
