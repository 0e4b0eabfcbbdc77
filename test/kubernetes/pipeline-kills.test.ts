/**
 * Kill -9 at twenty random moments of ten concurrent runs. The seed is printed; KILL_SEED repeats it.
 *
 * A moment is a write to the API server and what had become of it when the process died, as in
 * `kill-at-random.test.ts`. Clients go on at the next process, some after what they have, some from the first
 * event: whatever any of them ever saw has to be in the list that is there in the end.
 */
import { randomInt } from 'node:crypto';
import { expect, test } from 'vitest';
import { auditOf } from '../support/audit-log.ts';
import { instants, startCrashingServer, type CrashingServer } from '../support/crashing-server.ts';
import { diceFrom } from '../support/dice.ts';
import { openNamespace } from '../support/kubernetes.ts';
import {
  expectWhole,
  ifLost,
  isFinal,
  placeOf,
  podNamesIn,
  read,
  recordPods,
  replay,
  shell,
  type Progress,
  type RunRequest,
} from '../support/pipeline-runs.ts';
import { until } from '../support/until.ts';

const seed = Number(process.env['KILL_SEED'] ?? randomInt(2 ** 31));
const dice = diceFrom(seed);

/** Twenty starts of a process lie in it, which share the cores with whatever else runs there. */
const patienceMs = 480_000;

const runs = 10;
const kills = 20;
/** Counted with all kills: 257 to 327. The last moments lie before the end, mostly. */
const writesInAll = 250;

/** Stratified: each moment lies in its own twentieth. */
const moments = Array.from({ length: kills }, (_, kill) => ({
  write: 1 + Math.floor(((kill + dice()) / kills) * writesInAll),
  instant: instants[Math.floor(dice() * instants.length)] ?? 'applied but unanswered',
}));

/** Three stages of four workers; one that fails the first time, in every third run. */
function request(index: number): RunRequest {
  const flaky = index % 3 === 0;
  const retry_policy = { max_attempts: 1, retry_delay_seconds: 1 };
  return {
    pipeline_id: `run-${index}`,
    stages: [
      shell('begin', 'true'),
      shell('middle', flaky ? 'test "$OTTO_ATTEMPT" -gt 1' : 'sleep 0.5', {
        depends_on: ['begin'],
        ...(flaky ? { retry_policy } : { worker_count: 2 }),
      }),
      shell('end', 'true', { depends_on: ['middle'] }),
    ],
  };
}

/** The Pods that a run takes, each once: stage, index, attempt. */
function placesOf({ pipeline_id, stages = [] }: RunRequest): readonly string[] {
  return stages.flatMap(({ stage_id, worker_count = 1, retry_policy }) => {
    const indexes = Array.from({ length: worker_count }, (_, index) => index);
    const attempts = retry_policy ? [1, 2] : [1];
    return indexes.flatMap((index) => attempts.map((a) => `${pipeline_id}/${stage_id}/${index}/${a}`));
  });
}

interface Reading {
  readonly after: number;
  readonly events: readonly Progress[];
}

/** A client that attaches again whenever it loses its server. @returns what it read each time. */
async function followThroughKills(crashing: CrashingServer, run: RunRequest): Promise<readonly Reading[]> {
  const readings: Reading[] = [];
  await until(
    `the end of ${run.pipeline_id}`,
    async () => {
      const server = await crashing.server;
      const after = readings.length % 2 === 0 ? 0 : (readings.at(-1)?.events.at(-1)?.sequence ?? 0);
      const events: Progress[] = [];
      readings.push({ after, events });
      const stream = server.client.executePipeline({ ...run, after_sequence: after });
      return await read(stream, events).catch(ifLost);
    },
    { timeoutMs: patienceMs, seen: () => JSON.stringify(readings.at(-1)?.events.at(-1)) },
  );
  return readings;
}

/** One armed at a time, so that two that are close together are two kills. */
async function killAll(crashing: CrashingServer, isOver: () => boolean): Promise<void> {
  for (const [done, { write, instant }] of moments.entries()) {
    crashing.killAt({ instant, matches: ({ number }) => number >= write });
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await until(`kill ${done + 1}`, () => crashing.kills > done || isOver(), { timeoutMs: patienceMs });
    if (crashing.kills <= done) return;
  }
}

test(
  `ten runs at a time survive twenty kill -9, seed ${seed}`,
  { tags: ['G3', 'G4', 'G7', 'I1', 'I12'], timeout: patienceMs + 120_000 },
  async () => {
    await using namespace = await openNamespace();
    const audit = await auditOf(namespace.name);
    await using recorded = recordPods(namespace);
    await using crashing = await startCrashingServer(namespace);
    const requests = Array.from({ length: runs }, (_, index) => request(index));

    let isOver = false;
    const killing = killAll(crashing, () => isOver);
    const followed = await Promise.all(requests.map((run) => followThroughKills(crashing, run)));
    await namespace.untilNoPods();
    isOver = true;
    await killing;
    // Moments that lie beyond the last write are after the end.
    while (crashing.kills < kills) await crashing.kill();

    const lists = await Promise.all(
      requests.map(async ({ pipeline_id }) => replay(await crashing.server, pipeline_id)),
    );
    for (const [index, list] of lists.entries()) {
      expectWhole(list, 'STAGE_COMPLETED');
      for (const { after, events } of followed[index] ?? [])
        expect(events).toEqual(list.slice(after, after + events.length));
      expect(followed[index]?.at(-1)?.events.at(-1) ?? list.at(-1)).toSatisfy(isFinal);
    }
    expect(recorded.pods.map(placeOf).toSorted()).toEqual(requests.flatMap(placesOf).toSorted());
    const podNames = lists.flatMap(podNamesIn);
    expect(podNames.toSorted()).toEqual(recorded.pods.map(({ metadata }) => metadata.name).toSorted());
    await audit.expectEachCreatedAndDeletedOnce(podNames);
    expect(await namespace.records()).toHaveLength(runs);
  },
);
