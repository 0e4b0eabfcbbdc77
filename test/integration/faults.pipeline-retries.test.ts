/** FAULTS 16, 23–30 for workers of stages: which budget pays for what, and when the next try may begin. */
import { describe, expect, test } from 'vitest';
import { always, refused } from '../simulation/model/fault-plan.ts';
import type { Ending } from '../simulation/model/kubelet.ts';
import { PipelineBench } from '../simulation/model/pipeline-bench.ts';
import { noRetry, pipelineCommand, stageCommand } from '../support/pipelines.ts';

const oneRetry = { ...noRetry, retriesMax: 1 };
const pipeline = (retry = noRetry, rest = {}) =>
  pipelineCommand([stageCommand('work', { retry, ...rest }), stageCommand('finally', { runWhen: 'always' })]);
const endings =
  (...of: readonly (Ending | number | undefined)[]) =>
  (stageId: string, _index: number, attempt: number) => {
    const ending = stageId === 'work' ? of[attempt - 1] : undefined;
    return typeof ending === 'number' ? { exitCode: ending } : ending ? { ending } : {};
  };
const failuresOf = (bench: PipelineBench) =>
  bench
    .attemptsOf('work')
    .map(({ ended }) => (ended?.outcome.kind === 'failed' ? ended.outcome.failure.name : 'succeeded'));

describe(
  'what the cluster did to a worker is tried again at the expense of its own budget',
  { tags: ['F26', 'F27', 'I8'] },
  () => {
    test.each<[Ending, string]>([
      ['evicted', 'evicted'],
      ['node-lost', 'node-lost'],
      ['registry-away', 'image-pull'],
    ])('%s, three times, without a single retry of the user', async (ending, name) => {
      const bench = new PipelineBench(pipeline(), endings(ending, ending, ending));
      await bench.open();
      expect(await bench.judge()).toEqual([]);
      expect(failuresOf(bench)).toEqual([name, name, name, 'succeeded']);
      expect(bench.statuses).toEqual({ '': 'completed', work: 'completed', finally: 'completed' });
    });

    test('and once that is spent, of the user', async () => {
      const bench = new PipelineBench(
        pipeline(oneRetry),
        endings('evicted', 'evicted', 'evicted', 'evicted', 'evicted'),
      );
      await bench.open();
      expect(await bench.judge()).toEqual([]);
      expect(bench.attemptsOf('work')).toHaveLength(5);
      expect(bench.errorOf('work')).toMatch(/^evicted: /);
    });

    test('also where a process dies between two tries: what was spent stays spent', async () => {
      const bench = new PipelineBench(
        pipeline(oneRetry),
        endings('evicted', 7, 'evicted', 'evicted', 7, 'evicted'),
      );
      await bench.open();
      for (const attempt of [1, 2, 3, 4]) {
        await bench.world.run(() =>
          bench.attemptsOf('work').some((one) => one.attempt === attempt && one.ended),
        );
        await bench.restart(attempt * 100);
      }
      expect(await bench.judge()).toEqual([]);
      expect(failuresOf(bench)).toEqual(['evicted', 'exit-code', 'evicted', 'evicted', 'exit-code']);
      expect(bench.statuses).toMatchObject({ '': 'failed', work: 'failed', finally: 'completed' });
    });
  },
);

describe('what the user’s policy pays for', { tags: ['F23', 'F24', 'F25', 'F28', 'I8'] }, () => {
  test.each<[Ending, string]>([
    ['deleted', 'deleted'],
    ['oom-killed', 'oom-killed'],
    ['image-missing', 'image-pull'],
    ['config-error', 'config-error'],
  ])('%s is tried again as often as it says', async (ending, name) => {
    const bench = new PipelineBench(pipeline(oneRetry), endings(ending, ending));
    await bench.open();
    expect(await bench.judge()).toEqual([]);
    expect(failuresOf(bench)).toEqual([name, name]);
    expect(bench.errorOf('work')).toMatch(new RegExp(`^${name}: `));
  });

  test('what is not in it is not tried again', async () => {
    const retry = { ...oneRetry, failures: ['exit-code'] as const, exitCodes: [75] };
    for (const [ending, tries] of [
      [75, 2],
      [1, 1],
      ['deleted', 1],
    ] as const) {
      const bench = new PipelineBench(pipeline(retry), endings(ending));
      await bench.open();
      expect(await bench.judge()).toEqual([]);
      expect(bench.attemptsOf('work')).toHaveLength(tries);
    }
  });
});

describe('a Pod that vanished while no process lived', { tags: ['F30', 'I8'] }, () => {
  test.each([
    ['fails its stage where nothing is left to try', noRetry, 'failed', ['unknown']],
    ['is tried again under the next number, by the policy', oneRetry, 'completed', ['unknown', 'succeeded']],
  ])('%s', async (_what, retry, end, failures) => {
    const bench = new PipelineBench(pipeline(retry), (stageId) =>
      stageId === 'work' ? { runMs: 60_000 } : {},
    );
    await bench.open();
    await bench.until('work', 'running');
    const [pod] = bench.world.pods;
    bench.otto.kill();
    bench.world.audit.takenAway.add(pod?.uid ?? '');
    bench.world.remove(bench.nameOf('work'));
    await bench.restart();
    expect(await bench.judge()).toEqual([]);
    expect(failuresOf(bench)).toEqual(failures);
    expect(bench.statuses['work']).toBe(end);
    expect(bench.world.audit.createdUnder(bench.nameOf('work'))).toBe(1);
  });
});

describe('while a former try may be alive the next one does not begin', { tags: ['G3', 'F29', 'I2'] }, () => {
  /** Deleted by someone, and then stuck: its container may still run. */
  const stuck = (stageId: string, _index: number, attempt: number) =>
    stageId === 'work' && attempt === 1 ? { ending: 'deleted' as const, stopMs: 600_000 } : {};

  test('however long it is stuck terminating', async () => {
    const bench = new PipelineBench(pipeline(oneRetry), stuck);
    await bench.open();
    await bench.world.pass(300_000);
    expect(bench.isThere(bench.nameOf('work'))).toBe(true);
    expect(bench.world.audit.createdUnder(bench.nameOf('work', 0, 2))).toBe(0);
    expect(await bench.judge()).toEqual([]);
    expect(failuresOf(bench)).toEqual(['deleted', 'succeeded']);
  });

  test('also after a restart', async () => {
    const bench = new PipelineBench(pipeline(oneRetry), stuck);
    await bench.open();
    await bench.world.pass(100_000);
    await bench.restart();
    await bench.world.pass(100_000);
    expect(bench.world.audit.createdUnder(bench.nameOf('work', 0, 2))).toBe(0);
    expect(await bench.judge()).toEqual([]);
    expect(failuresOf(bench)).toEqual(['deleted', 'succeeded']);
  });

  test('a node that does not answer holds it up until the Pod is gone', { tags: ['F27'] }, async () => {
    const bench = new PipelineBench(pipeline(), (stageId, _index, attempt) =>
      stageId === 'work' && attempt === 1 ? { ending: 'node-lost', stopMs: 400_000 } : {},
    );
    await bench.open();
    expect(await bench.judge()).toEqual([]);
    expect(failuresOf(bench)).toEqual(['node-lost', 'succeeded']);
  });

  test('one that has ended by itself holds up nothing, however long its Pod cannot be deleted', async () => {
    let isRefused = true;
    const bench = new PipelineBench(pipeline(oneRetry), endings(1), {
      plan: always('pods.delete', refused('unavailable'), () => isRefused),
    });
    await bench.open();
    await bench.until('finally', 'completed', 60_000);
    expect(bench.isThere(bench.nameOf('work'))).toBe(true);
    expect(bench.statuses['work']).toBe('completed');
    isRefused = false;
    expect(await bench.judge()).toEqual([]);
  });
});
