/** FAULTS 34–36 and G4 where a killed process leaves more, or less, than its ledger says. */
import { expect, test } from 'vitest';
import { PipelineBench } from '../simulation/model/pipeline-bench.ts';
import { noRetry, pipelineCommand, stageCommand } from '../support/pipelines.ts';

const isCancelled = (bench: PipelineBench) => bench.otto.reading('p')?.cancel !== undefined;

test.each(['now', 'run-finally'] as const)(
  'workers that had not begun when a run was cancelled, %s, do not begin in the next process',
  { tags: ['G4', 'G12'] },
  async (mode) => {
    const command = pipelineCommand([stageCommand('work', { workerCount: 3 })]);
    const bench = new PipelineBench(command, () => ({ runMs: Infinity, stopMs: 5_000 }), {
      policy: { liveMax: 1 },
    });
    await bench.open();
    await bench.until('work', 'running');
    bench.cancel(mode);
    await bench.world.run(() => isCancelled(bench));
    await bench.restart();
    expect(await bench.judge()).toEqual([]);
    expect(bench.statuses).toEqual({ '': 'cancelled', work: 'cancelled' });
    expect(bench.world.audit.created.map(({ name }) => name)).toEqual([bench.nameOf('work')]);
  },
);

/** One worker is tried again and the process dies when that Pod is there; then the other fails for good. */
const secondTry = { ...noRetry, retriesMax: 1, exitCodes: [1] };

async function killedAtSecondTry(): Promise<PipelineBench> {
  const command = pipelineCommand([stageCommand('work', { workerCount: 2, retry: secondTry })]);
  const bench: PipelineBench = new PipelineBench(
    command,
    (_stageId, index, attempt) =>
      index === 1 ? { runMs: 10_000, exitCode: 2 } : attempt === 1 ? { exitCode: 1 } : { runMs: 60_000 },
    {
      plan: ({ verb, name }) =>
        verb === 'pods.create' && name === bench.nameOf('work', 0, 2) && !bench.isThere(name)
          ? { kind: 'killed', when: 'unanswered' }
          : { kind: 'served' },
    },
  );
  await bench.open();
  await bench.world.run(() => bench.otto.isKilled);
  expect(bench.isThere(bench.nameOf('work', 0, 2))).toBe(true);
  expect(bench.attemptsOf('work').map(({ attempt }) => attempt)).toEqual([1, 1]);
  return bench;
}

test(
  'a try whose Pod was made without a mark is let finish before its stage ends',
  { tags: ['G4', 'F36'] },
  async () => {
    const bench = await killedAtSecondTry();
    await bench.restart(15_000);
    await bench.world.pass(10_000);
    expect(bench.statuses).toMatchObject({ '': 'running', work: 'running' });
    expect(await bench.judge()).toEqual([]);
    expect(bench.statuses).toEqual({ '': 'failed', work: 'failed' });
    expect(bench.attemptsOf('work')).toHaveLength(3);
  },
);

test(
  'a try whose Pod was made without a mark is ended by a cancel like any other',
  { tags: ['G12', 'F36', 'F60'] },
  async () => {
    const bench = await killedAtSecondTry();
    await bench.restart();
    await bench.open({ kind: 'attach' });
    bench.cancel();
    expect(await bench.judge()).toEqual([]);
    expect(bench.statuses).toEqual({ '': 'cancelled', work: 'cancelled' });
  },
);

test.each([
  ['completed', stageCommand('last')],
  ['skipped', stageCommand('last', { runWhen: 'failure' })],
])(
  'a run killed between the end of its last stage, %s, and its own, tells it at once when it is taken over',
  { tags: ['G4', 'F37', 'I12'] },
  async (_what, last) => {
    let isArmed = true;
    const bench: PipelineBench = new PipelineBench(pipelineCommand([last]), undefined, {
      plan: ({ verb }) =>
        isArmed && verb === 'records.update' && bench.latest('last')?.completedAt
          ? { kind: 'killed', when: 'before' }
          : { kind: 'served' },
    });
    await bench.open();
    await bench.world.run(() => bench.otto.isKilled, 60_000);
    expect(bench.statuses['']).toBe('running');
    isArmed = false;
    await bench.restart();
    await bench.world.run(() => bench.statuses[''] === 'completed', 1_000);
    expect(bench.statuses['']).toBe('completed');
    expect(await bench.judge()).toEqual([]);
  },
);
