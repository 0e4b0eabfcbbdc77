/** G9 for runs: what crashes is one actor, and the run goes on. Also: what workers use, in their stage's events. */
import { describe, expect, test } from 'vitest';
import { findPipeline } from '../../src/machines/pool/pipeline-view.ts';
import { always, refused } from '../simulation/model/fault-plan.ts';
import { PipelineBench } from '../simulation/model/pipeline-bench.ts';
import { noRetry, pipelineCommand, stageCommand } from '../support/pipelines.ts';
import { poisonedPod, poisonedSample } from '../support/poison.ts';

const retry = { ...noRetry, retriesMax: 1, delaySeconds: 5 };
const command = pipelineCommand([
  stageCommand('build'),
  stageCommand('test', { dependsOn: ['build'], workerCount: 2, retry }),
  stageCommand('lint'),
  stageCommand('finally', { runWhen: 'always' }),
]);
const allWell = {
  '': 'completed',
  build: 'completed',
  test: 'completed',
  lint: 'completed',
  finally: 'completed',
};
const slowly = (stageId: string, index: number, attempt: number) => ({
  ...(stageId === 'test' && index === 1 && attempt === 1 ? { exitCode: 1 } : {}),
  ...(stageId === 'test' ? { runMs: 4_000 } : {}),
});

const crashes = (bench: PipelineBench) => bench.otto.said('an actor crashed').length;
/** Crashes are what these tests are about. */
const withoutCrashes = (broken: readonly string[]) =>
  broken.filter((text) => !text.includes('an actor crashed'));

function poison(bench: PipelineBench, podName?: string): void {
  const run = findPipeline(bench.otto.ref.getSnapshot(), command.pipelineId);
  run?.send({ type: 'usage.sampled', samples: [poisonedSample(podName)] });
}

function crashStage(bench: PipelineBench, stageId: string): void {
  poison(bench, bench.latest(stageId)?.podNames[0] ?? '');
}

function crashPipeline(bench: PipelineBench): void {
  poison(bench);
}

describe('a crash of a stage’s actor', { tags: ['G4', 'G9'] }, () => {
  test.each(['pending', 'running', 'retrying', 'completed'] as const)(
    'while it is %s stays with it: it goes on from what it knew',
    async (status) => {
      const bench = new PipelineBench(command, slowly);
      await bench.open();
      await bench.until('test', status);
      crashStage(bench, 'test');
      expect(crashes(bench)).toBe(1);
      expect(withoutCrashes(await bench.judge())).toEqual([]);
      expect(bench.statuses).toEqual(allWell);
      expect(bench.world.audit.created).toHaveLength(6);
    },
  );

  test('does not keep it from being cancelled', async () => {
    const bench = new PipelineBench(command, slowly);
    await bench.open();
    await bench.until('test', 'running');
    bench.cancel();
    await bench.world.run(() => bench.otto.reading('p')?.cancel !== undefined);
    crashStage(bench, 'test');
    expect(withoutCrashes(await bench.judge())).toEqual([]);
    expect(bench.statuses).toMatchObject({ '': 'cancelled', test: 'cancelled' });
  });

  test.each(['running', 'completed'] as const)(
    'again and again, while it is %s, ends it; the run goes on to its end, and no Pod stays',
    async (status) => {
      const bench = new PipelineBench(command, slowly);
      await bench.open();
      await bench.until('test', status);
      for (let times = 0; times < 5; times++) crashStage(bench, 'test');
      expect(crashes(bench)).toBeGreaterThan(3);
      await bench.world.run(() => bench.otto.isIdle, 600_000);
      expect(bench.otto.isIdle).toBe(true);
      expect(bench.world.pods).toEqual([]);
      const isOver = status === 'completed';
      expect(bench.statuses).toEqual(isOver ? allWell : { ...allWell, '': 'failed', test: 'failed' });
      expect(bench.run.record.closedAt).not.toBe('');
    },
  );
});

describe('a crash of a run’s actor', { tags: ['G4', 'G9'] }, () => {
  test.each(['pending', 'running', 'retrying', 'completed'] as const)(
    'while a stage is %s is made good from the ledger',
    async (status) => {
      const bench = new PipelineBench(command, slowly);
      await bench.open();
      await bench.until('test', status);
      crashPipeline(bench);
      expect(crashes(bench)).toBe(1);
      expect(withoutCrashes(await bench.judge())).toEqual([]);
      expect(bench.statuses).toEqual(allWell);
      expect(bench.world.audit.created).toHaveLength(6);
    },
  );

  test('does not undo its cancel', async () => {
    const bench = new PipelineBench(command, slowly);
    await bench.open();
    await bench.until('test', 'running');
    bench.cancel();
    await bench.world.run(() => bench.otto.reading('p')?.cancel !== undefined);
    crashPipeline(bench);
    expect(withoutCrashes(await bench.judge())).toEqual([]);
    expect(bench.statuses).toMatchObject({ '': 'cancelled', test: 'cancelled', finally: 'skipped' });
  });

  test('is made good also where the ledgers cannot be read for a while', async () => {
    let isAway = false;
    const bench = new PipelineBench(command, slowly, {
      plan: always('records.read', refused('unavailable'), () => isAway),
    });
    await bench.open();
    await bench.until('test', 'running');
    isAway = true;
    crashPipeline(bench);
    await bench.world.pass(120_000);
    isAway = false;
    expect(withoutCrashes(await bench.judge())).toEqual([]);
    expect(bench.statuses).toEqual(allWell);
  });

  test('makes no Pod twice where its worker was over before the ledger was read', async () => {
    const bench = new PipelineBench(command, slowly, {
      plan: ({ verb }) =>
        verb === 'records.read' ? { kind: 'slow', beforeMs: 0, afterMs: 8_000 } : { kind: 'served' },
    });
    await bench.open();
    await bench.until('test', 'running');
    crashPipeline(bench);
    expect(withoutCrashes(await bench.judge())).toEqual([]);
    expect(bench.statuses).toEqual(allWell);
    expect(bench.world.audit.created).toHaveLength(6);
  });
});

test(
  'a crash of a worker’s actor stays with it, and its stage hears of its end',
  { tags: ['G9'] },
  async () => {
    const bench = new PipelineBench(command, slowly);
    await bench.open();
    await bench.until('test', 'running');
    const pod = bench.world.pods.find(({ name }) => name === bench.nameOf('test'));
    if (!pod) throw new Error('it runs');
    bench.otto.ref.send({ type: 'pods.changed', facts: [{ type: 'pod.observed', pod: poisonedPod(pod) }] });
    expect(crashes(bench)).toBe(1);
    expect(withoutCrashes(await bench.judge())).toEqual([]);
    expect(bench.statuses).toEqual(allWell);
  },
);

describe('what workers use', () => {
  test('is in the events of their stage, as the mean of what was measured', async () => {
    const bench = new PipelineBench(pipelineCommand([stageCommand('work', { workerCount: 2 })]), () => ({
      runMs: 60_000,
    }));
    await bench.open();
    expect(await bench.judge()).toEqual([]);
    expect(bench.latest('work')?.usage).toEqual({ cpuCores: 0.5, memoryMb: 20 });
  });

  test('is left out where nothing was measured, and nothing else changes', async () => {
    const bench = new PipelineBench(pipelineCommand([stageCommand('work')]), () => ({ runMs: 60_000 }), {
      plan: always('pods.usage', refused('not-found')),
    });
    await bench.open();
    expect(await bench.judge()).toEqual([]);
    expect(bench.latest('work')).not.toHaveProperty('usage');
    expect(bench.statuses).toEqual({ '': 'completed', work: 'completed' });
  });
});
