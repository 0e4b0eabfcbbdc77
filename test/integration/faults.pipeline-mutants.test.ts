/**
 * Checks the checker: with a mechanism of runs switched off, the runs that prove it must fail.
 *
 * Where the mutant's undisturbed run can be right it is judged too: then it is the fault that finds it.
 */
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { PipelineBench } from '../simulation/model/pipeline-bench.ts';
import { cancelledLife } from '../simulation/lives/pipeline-cancel-runs.ts';
import { surviveCancel, surviveDiamond, type RunLife } from '../simulation/lives/pipeline-crash-runs.ts';
import {
  absenceUnconfirmed,
  cancelUnrecorded,
  createsUnmarked,
  namesWithoutAttempt,
  retryTooEarly,
  shownBeforeDurable,
  startUnrecorded,
} from '../simulation/mutants/pipeline-mutants.ts';
import type { Compose } from '../simulation/model/ottoscaler.ts';
import { noRetry, pipelineCommand, stageCommand } from '../support/pipelines.ts';

/** The first thing that goes wrong where the process is killed before one of its writes of the ledger. */
async function firstBrokenByCrash(run: RunLife, compose: Compose): Promise<string | undefined> {
  const undisturbed = await run();
  for (const { write, verb } of undisturbed.writes) {
    if (verb !== 'records.update') continue;
    const { broken, statuses } = await run({ write, when: 'before', awayMs: 0 }, compose);
    const early = broken.find((sentence) => !sentence.includes('has a Pod before'));
    if (early !== undefined) return early;
    if (!isDeepStrictEqual(statuses, undisturbed.statuses)) return 'other statuses';
  }
  return undefined;
}

/** A worker that is deleted, whose Pod is stuck meanwhile, and that may be tried again. */
function stuckOnce(compose?: Compose): PipelineBench {
  const command = pipelineCommand([
    stageCommand('work', {
      retry: { ...noRetry, retriesMax: 1 },
      template: { image: '', timeoutSeconds: 5, env: [], resources: {} },
    }),
  ]);
  const cast = (_stageId: string, _index: number, attempt: number) =>
    attempt === 1 ? { runMs: Infinity, stopMs: 60_000 } : {};
  return new PipelineBench(command, cast, compose ? { compose } : {});
}

/** A worker whose Pod vanishes while nobody lives. */
async function vanishedWhileAway(compose?: Compose): Promise<readonly string[]> {
  const command = pipelineCommand([stageCommand('work')]);
  const bench = new PipelineBench(command, () => ({ runMs: 60_000 }), compose ? { compose } : {});
  await bench.open();
  await bench.until('work', 'running');
  bench.otto.kill();
  for (const { uid } of bench.world.pods) bench.world.audit.takenAway.add(uid);
  bench.world.remove(bench.nameOf('work'));
  await bench.restart();
  return bench.judge();
}

describe('the checks notice', () => {
  test('a stage that does not wait until its start is recorded', async () => {
    const broken = [...(await surviveDiamond(undefined, startUnrecorded)).broken];
    expect(broken).toContainEqual(expect.stringContaining('has a Pod before its start is recorded'));
  });

  test('events that are shown before they are durable', async () => {
    expect(await firstBrokenByCrash(surviveDiamond, shownBeforeDurable)).toMatch(
      /events were seen, now there are|was changed or taken back/,
    );
  });

  test('a next try before the former one is gone', async () => {
    for (const [compose, isSound] of [
      [undefined, true],
      [retryTooEarly, false],
    ] as const) {
      const bench = stuckOnce(compose);
      await bench.open();
      const broken = await bench.judge();
      expect(broken.filter((sentence) => sentence.includes('two live Pods at once'))).toHaveLength(
        isSound ? 0 : 1,
      );
      expect(broken.length === 0).toBe(isSound);
    }
  });

  test('a cancel that does not wait for absence', async () => {
    const asked = [{ mode: 'now', at: { step: 12 } }] as const;
    expect((await cancelledLife(asked)).broken).toEqual([]);
    expect((await cancelledLife([], absenceUnconfirmed)).broken).toEqual([]);
    const broken: string[] = [];
    for (let step = 0; step < 70; step += 3) {
      broken.push(...(await cancelledLife([{ mode: 'now', at: { step } }], absenceUnconfirmed)).broken);
    }
    expect(broken).toContainEqual(expect.stringContaining('is told cancelled while'));
  });

  test('a cancel that takes effect before it is durable', async () => {
    expect(await firstBrokenByCrash(surviveCancel('now'), cancelUnrecorded)).toBeDefined();
  });

  test('creates that leave no mark in the ledger', async () => {
    expect(await vanishedWhileAway()).toEqual([]);
    expect(await vanishedWhileAway(createsUnmarked)).toContainEqual(
      expect.stringContaining('was created 2 times'),
    );
  });

  test('tries that share one name', async () => {
    const { statuses } = await surviveDiamond(undefined, namesWithoutAttempt);
    expect(statuses).not.toEqual((await surviveDiamond()).statuses);
  });
});
