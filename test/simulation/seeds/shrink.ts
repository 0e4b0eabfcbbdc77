/**
 * Takes away of a failing life whatever it fails without: faults and what callers did, in halves, then in ever
 * smaller parts (ddmin), until nothing more can go or enough lives were tried.
 *
 * @see Zeller, Hildebrandt: Simplifying and Isolating Failure-Inducing Input (2002)
 */
import { live, type Life, type LifeOptions } from './life.ts';
import type { Invariant } from '../oracle/violation.ts';

const livesMax = 300;

export interface Shrunk {
  readonly life: Life;
  /** Lives that were tried. */
  readonly tried: number;
  /** How many faults and acts there were before. */
  readonly before: number;
}

/** @returns a life of the same seed that still breaks the same invariant */
export async function shrink(
  failing: Life,
  options: Omit<LifeOptions, 'seed' | 'only'> = {},
): Promise<Shrunk> {
  const invariant = failing.violations[0]?.invariant;
  const { seed, elements } = failing;
  let tried = 0;
  const tryOut = async (only: readonly string[]): Promise<Life | undefined> => {
    tried += 1;
    const life = await live({ ...options, seed, only: new Set(only) });
    return breaks(life, invariant) ? life : undefined;
  };
  let kept = elements;
  let parts = 2;
  // oxlint-disable-next-line no-unmodified-loop-condition -- each try counts itself
  while (parts <= kept.length && tried < livesMax) {
    const smaller = await firstSmaller(kept, parts, (only) => (tried < livesMax ? tryOut(only) : undefined));
    if (smaller) {
      // What did not come to happen any more can go as well.
      const happened = new Set(smaller.life.elements);
      kept = smaller.only.filter((key) => happened.has(key));
      parts = Math.max(parts - 1, 2);
    } else if (parts === kept.length) break;
    else parts = Math.min(parts * 2, kept.length);
  }
  const life = await live({ ...options, seed, only: new Set(kept), isTold: true });
  return { life, tried, before: elements.length };
}

/** Leaves out one part after the other. */
async function firstSmaller(
  kept: readonly string[],
  parts: number,
  tryOut: (only: readonly string[]) => Promise<Life | undefined> | undefined,
): Promise<{ readonly life: Life; readonly only: readonly string[] } | undefined> {
  const size = Math.ceil(kept.length / parts);
  for (let from = 0; from < kept.length; from += size) {
    const only = [...kept.slice(0, from), ...kept.slice(from + size)];
    // oxlint-disable-next-line no-await-in-loop -- which comes next depends on this one
    const life = await tryOut(only);
    if (life) return { life, only };
  }
  return undefined;
}

function breaks({ violations }: Life, invariant: Invariant | undefined): boolean {
  return violations.some((violation) => violation.invariant === invariant);
}
