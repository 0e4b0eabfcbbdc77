/**
 * FAULTS 43, 44: several processes over one cluster. One leads, others stand by; leaders are killed, told to end,
 * stand still for longer than their lease, sleep without knowing it, and cannot reach their lease.
 *
 * A failing seed says so in its test's name; run it alone with
 * `FAULT_SEED=<seed> npx vitest run test/integration/faults.leaders.test.ts`.
 */
import { describe, expect, test } from 'vitest';
import { duel } from '../simulation/lives/duel.ts';
import { acceptBehindItsBack, cancelBehindItsBack } from '../simulation/lives/usurped-runs.ts';

const once = Number(process.env['FAULT_SEED'] ?? 0);
const seeds = (from: number, count: number) =>
  once > 0 ? [once] : Array.from({ length: count }, (_, index) => from + index);
const quarterMs = 900_000;

describe('two processes fight over one world', { tags: ['G1', 'G10', 'F42', 'F43', 'F44', 'I1'] }, () => {
  test.each(seeds(1, 3))(
    'for an hour, and stand still for longer than a lease: seed %i',
    { timeout: 180_000 },
    async (seed) => {
      const { broken, terms, commands } = await duel(seed, { stands: ['stalled'] });
      expect(broken, `FAULT_SEED=${seed} runs this again`).toEqual([]);
      expect(commands).toBeGreaterThan(20);
      expect(terms).toBeGreaterThan(20);
    },
  );

  test.each(seeds(100, 12))('and their machines sleep, seed %i', { timeout: 120_000 }, async (seed) => {
    const options = { stands: ['suspended', 'stalled'], lastsMs: quarterMs } as const;
    expect((await duel(seed, options)).broken, `FAULT_SEED=${seed} runs this again`).toEqual([]);
  });

  test.each(seeds(200, 12))(
    'and cannot see that they lost when they wake, seed %i',
    { timeout: 120_000 },
    async (seed) => {
      const options = { stands: ['suspended'], lastsMs: quarterMs, blindMs: 5_000 } as const;
      expect((await duel(seed, options)).broken, `FAULT_SEED=${seed} runs this again`).toEqual([]);
    },
  );
});

describe('a leader that wakes and does not know that another leads', { tags: ['G10', 'F43', 'F44'] }, () => {
  test.each([0, 500, 1_900, 2_100, 4_000])(
    'goes on with no run that was cancelled %i ms ago at who leads now',
    async (wakesAfterMs) => {
      expect(await cancelBehindItsBack(wakesAfterMs)).toEqual([]);
    },
  );

  test('may accept a command once more, which then takes effect once', async () => {
    expect(await acceptBehindItsBack()).toEqual([]);
  });
});
