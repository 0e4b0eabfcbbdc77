import { describe, expect, test } from 'vitest';
import { Backoff } from '../../../../src/cluster/kubernetes/backoff.ts';

const backoff = (random: number) => new Backoff({ baseMs: 1000, maxMs: 30_000, random: () => random });
const take = (source: Backoff, count: number) => Array.from({ length: count }, () => source.next());

describe('Backoff', () => {
  test('doubles up to its bound', { tags: ['F8'] }, () => {
    expect(take(backoff(0), 7)).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  });

  test('jitter only adds, up to half', () => {
    expect(take(backoff(0.5), 2)).toEqual([1250, 2500]);
  });

  test('stays finite for ever', () => {
    const source = backoff(0.999);
    expect(Math.max(...take(source, 5000))).toBeLessThan(45_000);
  });

  test('never goes below what the server asked for', { tags: ['F7'] }, () => {
    expect(backoff(0).next(7000)).toBe(7000);
    expect(backoff(0).next(1)).toBe(1000);
  });

  test('begins anew after a reset', () => {
    const source = backoff(0);
    take(source, 3);
    source.reset();
    expect(source.failures).toBe(0);
    expect(source.next()).toBe(1000);
  });
});
