/** Seeds as tests: each that breaks a promise says what it takes, and how to see it again. */
import { describe, expect, test } from 'vitest';
import type { Tag } from '../../reliability/tags.ts';
import type { FormerFailure } from './corpus.ts';
import { faultNumbers } from './fault-catalogue.ts';
import { live } from './life.ts';
import { tellFailure } from './report.ts';
import { shrink } from './shrink.ts';

const tags: Tag[] = [
  ...faultNumbers.map((fault) => `F${fault}` as const),
  ...([
    'I1',
    'I2',
    'I3',
    'I4',
    'I5',
    'I6',
    'I7',
    'I8',
    'I9',
    'I10',
    'I11',
    'I12',
    'I13',
    'I14',
    'G5',
    'G6',
  ] as const),
];

export function trySeeds({ first, count }: { readonly first: number; readonly count: number }): void {
  describe('whatever fails for a while, every promise holds and all comes to rest', { tags }, () => {
    test.each(Array.from({ length: count }, (_, index) => first + index))('seed %i', async (seed) => {
      expect(await brokenBy({ seed })).toBe('');
    });
  });
}

/** @returns what a person needs to know of it; '' where every promise held */
export async function brokenBy({ seed, hasOutputs, hasEvents }: Omit<FormerFailure, 'why'>): Promise<string> {
  const life = await live({ seed, hasOutputs, hasEvents });
  if (life.violations.length === 0) return '';
  return tellFailure(life, await shrink(life, { hasOutputs, hasEvents }));
}
