/**
 * Checks the checker: with a mechanism switched off, the runs that prove it must fail.
 *
 * Each mutant's undisturbed run is judged too, where it can be right: then it is the fault that finds it.
 */
import { describe, expect, test } from 'vitest';
import { meetForeignPod, replayAfterTheEnd } from '../simulation/lives/adoption-runs.ts';
import { killPoints, surviveScaleUp, type Run } from '../simulation/lives/crash-runs.ts';
import {
  effectBeforeIntent,
  noTombstone,
  noUidCheck,
  randomNames,
} from '../simulation/mutants/scale-mutants.ts';
import type { Compose } from '../simulation/model/ottoscaler.ts';

/** What goes wrong when the process is killed around one of its creates. */
async function brokenByCrashes(run: Run, compose: Compose): Promise<readonly string[]> {
  const broken: string[] = [];
  for (const { write, verb } of await killPoints(run)) {
    if (verb !== 'pods.create') continue;
    for (const when of ['before', 'unanswered', 'after'] as const)
      broken.push(...(await run({ write, when }, compose)).broken);
  }
  return broken;
}

describe('the checks notice', () => {
  test('an effect before its intent', async () => {
    expect((await surviveScaleUp(undefined, effectBeforeIntent)).broken).toEqual([]);
    const broken = await brokenByCrashes(surviveScaleUp, effectBeforeIntent);
    // Nobody but the garbage collector was left to delete them.
    expect(broken).toContainEqual(expect.stringContaining('was deleted 0 times'));
    expect(broken).toContainEqual(expect.stringContaining('refused: a Pod named'));
  });

  test('random names instead of deterministic ones', async () => {
    const broken = await brokenByCrashes(surviveScaleUp, randomNames);
    expect(broken.filter((sentence) => /was never intended|different names/.test(sentence))).not.toEqual([]);
  });

  test('adoption without a look at the UID', async () => {
    expect(await meetForeignPod()).toEqual([]);
    expect(await meetForeignPod(noUidCheck)).toContainEqual(expect.stringContaining('foreign'));
  });

  test('a tombstone that is dropped at the end', async () => {
    expect(await replayAfterTheEnd()).toEqual([]);
    expect(await replayAfterTheEnd(noTombstone)).toContainEqual(expect.stringMatching(/created [23] times/));
  });
});
