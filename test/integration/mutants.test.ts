/**
 * Checks the checker: with a mechanism switched off, what proves it must fail, and without a mutation it must not.
 *
 * Of seeds of the simulation the one that caught a mutant before is tried first; that the seeds break nothing
 * otherwise is what the simulation's own tests say.
 */
import { afterAll, describe, expect, test } from 'vitest';
import { keepFigures } from '../reliability/figures.ts';
import { hunt } from '../simulation/mutants/hunt.ts';
import { mutants } from '../simulation/mutants/roster.ts';

const caught = new Map<string, string>();
let tried = 0;

afterAll(() => {
  // A part of the mutants is no figure.
  if (tried < mutants.length) return;
  keepFigures('mutants', { mutants: tried, caught: caught.size, caughtBy: Object.fromEntries(caught) });
});

describe('the checks notice', { timeout: 120_000 }, () => {
  test.each(mutants)('$what', async (mutant) => {
    const found = await hunt(mutant);
    tried += 1;
    if (found) caught.set(mutant.what, found.by);
    expect(found, `nothing noticed what breaks ${mutant.breaks}`).toBeDefined();
  });
});

describe('without a mutation nothing is broken by', () => {
  const lives = new Map(
    mutants.flatMap(({ hunt: how }) => (how.kind === 'life' ? [[how.name, how.life] as const] : [])),
  );
  test.each([...lives])('%s', async (_name, life) => {
    expect(await life()).toEqual([]);
  });
});
