/**
 * Kill -9 at ten random moments of scale-ups of twenty workers. The seed is printed; KILL_SEED repeats it.
 *
 * A moment is a write to the API server, from the one that makes the ledger to the one that closes it and a
 * few beyond, and what had become of that write when the process died. Nearly all of a scale-up's time is
 * spent waiting, so moments drawn from the clock would all be alike.
 */
import { randomInt } from 'node:crypto';
import { expect, test } from 'vitest';
import { instants, startCrashingServer, survive, type CrashingServer } from '../support/crashing-server.ts';
import { diceFrom } from '../support/dice.ts';
import { openNamespace } from '../support/kubernetes.ts';
import { scaleUpRequest } from '../support/workers.ts';

const seed = Number(process.env['KILL_SEED'] ?? randomInt(2 ** 31));
const dice = diceFrom(seed);

const workers = 20;
const runs = 5;
const killsPerRun = 2;
/** The ledger, creates, deletes, and the writes that record outcomes: 18 to 21 of them were counted. */
const writesOfOneRun = 1 + 2 * workers + 24;

/** Stratified: each moment lies in its own tenth, so that the ten are spread over the whole. */
function moments(run: number): ReadonlyArray<{ write: number; instant: (typeof instants)[number] }> {
  return Array.from({ length: killsPerRun }, (_, kill) => {
    const stratum = run + kill * runs;
    const write = 1 + Math.floor(((stratum + dice()) / (runs * killsPerRun)) * writesOfOneRun);
    return { write, instant: instants[Math.floor(dice() * instants.length)] ?? 'applied but unanswered' };
  });
}

const plan = Array.from({ length: runs }, (_, run) => moments(run));
const inWords = (run: number) =>
  plan[run]?.map(({ write, instant }) => `write ${write} (${instant})`).join(' and ') ?? '';

async function killLateOnes(crashing: CrashingServer): Promise<void> {
  while (crashing.kills < killsPerRun) await crashing.kill();
}

for (let run = 0; run < runs; run += 1) {
  test(
    `twenty workers survive kill -9 at ${inWords(run)}, seed ${seed}`,
    { tags: ['G1', 'I1', 'I3'] },
    async () => {
      await using namespace = await openNamespace();
      await using crashing = await startCrashingServer(namespace);
      crashing.killAt(
        ...(plan[run] ?? []).map(({ write, instant }) => ({
          instant,
          matches: ({ number }: { number: number }) => number >= write,
        })),
      );
      const request = { ...scaleUpRequest('twenty', workers), task_id: 'twenty', worker_count: workers };
      await survive(crashing, request);
      // A moment that lies beyond the last write is after the end.
      await killLateOnes(crashing);
      const answer = await crashing.scaleUp(request);
      expect(answer.status).toBe('ALREADY_PROCESSED');
      expect(await namespace.pods()).toEqual([]);
    },
  );
}
