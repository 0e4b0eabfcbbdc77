/**
 * FAULTS 34–37, 39 and G4, G7 for runs: kill -9 at every write of a run and of its cancels.
 *
 * The process dies before the write, after it but before its answer, or after the answer; the next one starts
 * at once, or when all that ran has gone on alone for a while. It must end as the undisturbed run did, with
 * the same Pods, and nothing that a reader saw may be changed or taken back.
 */
import { describe, expect, test } from 'vitest';
import {
  surviveCancel,
  surviveDiamond,
  type Life,
  type RunLife,
} from '../simulation/lives/pipeline-crash-runs.ts';

const modes = ['now', 'run-finally', 'finish-running'] as const;
const moments = ['before', 'unanswered', 'after', 'in flight'] as const;
/** How long nobody lives; each kill meets one of them unless all are asked for. */
const absences = [0, 20_000];
const isThorough = process.env['THOROUGH'] !== undefined;
const absencesOf = (kill: number) => (isThorough ? absences : [absences[kill % absences.length] ?? 0]);

const lives: ReadonlyArray<readonly [what: string, run: RunLife, undisturbed: Life]> = await Promise.all(
  (
    [
      ['a diamond that tries one worker again', surviveDiamond],
      ...modes.map((mode) => [`its cancel, ${mode},`, surviveCancel(mode)] as const),
    ] as const
  ).map(async ([what, run]) => [what, run, await run()] as const),
);

test('undisturbed the diamond completes, with a second try of the worker that failed', () => {
  const [, , { broken, statuses, podNames }] = lives[0] ?? raise();
  expect(broken).toEqual([]);
  expect(new Set(Object.values(statuses))).toEqual(new Set(['completed']));
  expect(podNames).toHaveLength(7);
});

test.each([
  ['now', { test: 'cancelled', lint: 'cancelled', deploy: 'skipped', finally: 'skipped' }],
  ['run-finally', { test: 'cancelled', lint: 'cancelled', deploy: 'skipped', finally: 'completed' }],
  ['finish-running', { test: 'completed', lint: 'completed', deploy: 'skipped', finally: 'skipped' }],
])('undisturbed its cancel, %s, ends each stage as it says', (mode, wanted) => {
  const [, , life] = lives[1 + modes.findIndex((known) => known === mode)] ?? raise();
  expect(life.broken).toEqual([]);
  expect(life.statuses).toEqual({ '': 'cancelled', build: 'completed', ...wanted });
});

describe.each(lives)(
  '%s',
  { tags: ['G1', 'G3', 'G4', 'G7', 'F34', 'F35', 'F36', 'F37', 'F39', 'I1', 'I2', 'I5', 'I6', 'I12'] },
  (_what, run, undisturbed) => {
    describe.each(undisturbed.writes)('killed at write $write, $verb,', ({ write }) => {
      test.each(moments)('%s, ends as if it had not been', async (when) => {
        for (const awayMs of absencesOf(write + moments.indexOf(when))) {
          const { broken, statuses, podNames } = await run({ write, when, awayMs });
          expect(broken, `away for ${awayMs} ms`).toEqual([]);
          expect(statuses).toEqual(undisturbed.statuses);
          expect(podNames).toEqual(undisturbed.podNames);
        }
      });
    });
  },
);

function raise(): never {
  throw new Error('there is no such life');
}
