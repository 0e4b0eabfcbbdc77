/**
 * Whole runs, the real charts with the real effects in virtual time, against a naive schedule and naive
 * counting of retries. A failing seed is in its test's name; `PIPELINE_SEED=<seed>` runs it alone.
 */
import { describe, expect, test } from 'vitest';
import type { PipelineCommand, StageCommand } from '../../src/machines/pipeline/command.ts';
import { judge } from '../simulation/oracle/judge.ts';
import { finalStatuses } from '../simulation/oracle/judge-run.ts';
import { briefly, type Ending, type PodScript } from '../simulation/model/kubelet.ts';
import { Ottoscaler, policy } from '../simulation/model/ottoscaler.ts';
import { scriptsFor, type Casting } from '../simulation/lives/pipeline-scripts.ts';
import { readRun } from '../simulation/oracle/run-ledger.ts';
import { seeded } from '../simulation/model/seeded.ts';
import { World } from '../simulation/model/world.ts';
import { pipelineCommand, stageCommand } from '../support/pipelines.ts';
import { below, chance, drawPipeline, pick } from '../support/random-pipelines.ts';
import { differences, foretell } from '../support/reference-run.ts';

const once = Number(process.env['PIPELINE_SEED'] ?? 0);
const runs = Number(process.env['PIPELINE_RUNS'] ?? 48);
const seeds = once > 0 ? [once] : Array.from({ length: runs }, (_, index) => index + 1);
/** Every so many seeds draw a large graph. */
const largeEvery = 16;

const endings: readonly [Ending, ...Ending[]] = [
  'image-missing',
  'registry-away',
  'config-error',
  'oom-killed',
  'evicted',
  'node-lost',
  'deleted',
  'vanished',
];

/** @returns the same script for the same attempt, whenever it is asked for. */
function drawCasting(seed: number, command: PipelineCommand): Casting {
  const share = seeded(seed)() * 0.3;
  const numberOf = new Map(command.stages.map(({ stageId }, at) => [stageId, at]));
  return (stageId, index, attempt): Partial<PodScript> => {
    const random = seeded(((seed * 1_009 + (numberOf.get(stageId) ?? 0)) * 97 + index) * 31 + attempt);
    const times = { bindMs: below(random, 1_000), runMs: below(random, 8_000), stopMs: below(random, 3_000) };
    if (!chance(random, share)) return times;
    return chance(random, 0.5)
      ? { ...times, exitCode: 1 + below(random, 2) }
      : { ...times, ending: pick(random, endings) };
  };
}

/** However many wait for however few: nobody fails for want of room. */
const patient = { ...policy.order, limits: { ...policy.order.limits, queueMs: 24 * 3_600_000 } };

describe(
  'every stage ends as a naive schedule and naive retries say, and nothing is left',
  { tags: ['I6', 'I8'] },
  () => {
    test.each(seeds)('seed %i', async (seed) => {
      const random = seeded(seed);
      const count = seed % largeEvery === 0 ? 100 + below(random, 101) : 1 + below(random, 24);
      const command = drawPipeline(random, `run-${seed}`, count);
      const cast = drawCasting(seed, command);
      const world = new World({ scripts: scriptsFor([command], cast) });
      const liveMax = pick(random, [4, 20, 100]);
      const otto = new Ottoscaler(world, { policy: { liveMax, order: patient } });
      const { pipelineId } = command;
      expect(await otto.open({ kind: 'submit', pipelineId, command })).toMatchObject({ open: { command } });
      expect(await judge(world, otto, { runs: [pipelineId], ledgers: 1 }, 24 * 3_600_000)).toEqual([]);
      const run = readRun(world, pipelineId);
      const { infrastructureRetriesMax } = policy;
      const broken = run && differences(run, (stage) => foretell(stage, cast, infrastructureRetriesMax));
      expect(broken).toEqual([]);
      expect(otto.liveMost).toBeLessThanOrEqual(liveMax);
    });
  },
);

describe('very many stages', { tags: ['F63'] }, () => {
  const chain = (count: number) =>
    Array.from({ length: count }, (_, at) =>
      stageCommand(`s${at}`, at === 0 ? {} : { dependsOn: [`s${at - 1}`] }),
    );
  const fan = (count: number) => [
    stageCommand('first'),
    ...Array.from({ length: count - 1 }, (_, at) => stageCommand(`s${at}`, { dependsOn: ['first'] })),
  ];

  /** Calls to the API server by verb. */
  async function callsOf(stages: readonly StageCommand[]) {
    const command = pipelineCommand(stages);
    const world = new World({ scripts: () => briefly });
    const otto = new Ottoscaler(world, { policy: { order: patient } });
    await otto.open({ kind: 'submit', pipelineId: 'p', command });
    expect(await judge(world, otto, { runs: ['p'], ledgers: 1 }, 24 * 3_600_000)).toEqual([]);
    const statuses = Object.values(finalStatuses(readRun(world, 'p')));
    expect(statuses).toEqual(Array(stages.length + 1).fill('completed'));
    return Object.groupBy(otto.network.trace, ({ verb }) => verb);
  }

  const count = Number(process.env['PIPELINE_STAGES'] ?? 200);

  test.each([
    ['a chain', chain],
    ['a fan', fan],
  ])(`%s of ${count} costs each stage one Pod and a few writes`, async (_what, shape) => {
    const calls = await callsOf(shape(count));
    expect(calls['pods.create']).toHaveLength(count);
    expect(calls['pods.delete']).toHaveLength(count);
    expect(calls['records.update']?.length).toBeLessThan(8 * count);
  });

  test.each([
    ['a chain', chain],
    ['a fan', fan],
  ])('%s of 10,000 is more than a ledger holds: refused, and nothing was written', async (_what, shape) => {
    const world = new World();
    const otto = new Ottoscaler(world);
    const command = pipelineCommand(shape(10_000));
    const reading = await otto.open({ kind: 'submit', pipelineId: 'p', command });
    expect(reading).toMatchObject({ phase: 'refused', refusal: { code: 'exhausted' } });
    expect(otto.network.trace.filter(({ write }) => write > 0)).toEqual([]);
  });
});
