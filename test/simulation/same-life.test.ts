/** The seeds that once failed; that a seed is one life; and that a failing one is told in few words. */
import { describe, expect, test } from 'vitest';
import { noUidCheck } from './mutants/adoption.ts';
import { noTombstone } from './mutants/ending.ts';
import { corpus } from './seeds/corpus.ts';
import { live } from './seeds/life.ts';
import { replayCommand, tellFailure } from './seeds/report.ts';
import { shrink } from './seeds/shrink.ts';
import { brokenBy } from './seeds/try-seeds.ts';

describe('a seed that once failed holds every promise now', () => {
  test.each(corpus)('seed $seed: $why', async (former) => {
    expect(await brokenBy(former)).toBe('');
  });
});

describe('a seed is one life', () => {
  test.each([1, 2, 3, 5, 8, 13, 21, 34])('seed %i is the same each time', async (seed) => {
    expect((await live({ seed })).hash).toBe((await live({ seed })).hash);
  });

  test('which is another one where one fault is taken away, and else meets the same', async () => {
    const whole = await live({ seed: 5 });
    const [first = '', ...rest] = whole.elements;
    const less = await live({ seed: 5, only: new Set(rest) });
    expect(less.hash).not.toBe(whole.hash);
    expect(less.elements).not.toContain(first);
    expect(rest).toEqual(expect.arrayContaining([...less.elements]));
  });
});

describe('a life that fails', () => {
  test('is shrunk to the few faults that it takes, and still fails', async () => {
    const mutant = { compose: noTombstone };
    const failing = await live({ seed: 1, ...mutant });
    expect(failing.violations[0]?.invariant).toBe('I7');
    const shrunk = await shrink(failing, mutant);
    expect(shrunk.before).toBeGreaterThan(20);
    expect(shrunk.life.elements.length).toBeLessThan(4);
    expect(shrunk.life.violations.map(({ invariant }) => invariant)).toContain('I7');
    const told = tellFailure(failing, shrunk);
    expect(told).toContain(replayCommand(1));
    expect(told).toContain('I7: scale-up task-1 up-0 was answered again as if it were new');
  });

  test('is shrunk to the fault without which all is well', async () => {
    const mutant = { compose: noUidCheck };
    const failing = await live({ seed: 28, ...mutant });
    const { life } = await shrink(failing, mutant);
    expect(life.injected.map(({ fault }) => fault)).toEqual([2]);
    const withoutIt = new Set(life.elements.filter((key) => !key.startsWith('2 ')));
    expect((await live({ seed: 28, only: withoutIt, ...mutant })).violations).toEqual([]);
  });
});
