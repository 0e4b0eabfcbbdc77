/** FAULT 22 and the deadlines of runs: of the run itself, of a stage, of a wait; also while nobody lives. */
import { describe, expect, test } from 'vitest';
import { PipelineBench } from '../simulation/model/pipeline-bench.ts';
import { noRetry, pipelineCommand, stageCommand } from '../support/pipelines.ts';

const template = (timeoutSeconds: number) => ({ image: '', timeoutSeconds, env: [], resources: {} });
const endless =
  (...ids: readonly string[]) =>
  (stageId: string) =>
    ids.includes(stageId) ? { runMs: Infinity } : {};

describe('a run that takes longer than it may', () => {
  const command = pipelineCommand(
    [
      stageCommand('build'),
      stageCommand('test', { dependsOn: ['build'], retry: { ...noRetry, retriesMax: 3 } }),
      stageCommand('deploy', { dependsOn: ['test'] }),
      stageCommand('finally', { runWhen: 'always' }),
      stageCommand('alarm', { runWhen: 'failure' }),
    ],
    { timeoutSeconds: 60 },
  );
  const asItEnds = {
    '': 'failed',
    build: 'completed',
    test: 'failed',
    deploy: 'skipped',
    finally: 'completed',
    alarm: 'completed',
  };

  test('has what runs failed by the deadline, and still does what comes at the end', async () => {
    const bench = new PipelineBench(command, endless('test'));
    await bench.open();
    await bench.world.pass(59_000);
    expect(bench.statuses).toMatchObject({ '': 'running', test: 'running' });
    expect(await bench.judge()).toEqual([]);
    expect(bench.statuses).toEqual(asItEnds);
    expect(bench.errorOf('test')).toMatch(/^deadline: the run took longer than 60 s/);
    expect(bench.errorOf('')).toMatch(/^deadline: the run took longer than 60 s/);
    expect(bench.attemptsOf('test')).toHaveLength(1);
  });

  test('ends so too where the deadline passes while nobody lives', { tags: ['G4'] }, async () => {
    const bench = new PipelineBench(command, endless('test'));
    await bench.open();
    await bench.until('test', 'running');
    await bench.restart(600_000);
    expect(await bench.judge()).toEqual([]);
    expect(bench.statuses).toEqual(asItEnds);
    expect(bench.errorOf('test')).toMatch(/^deadline: the run took longer than 60 s/);
    expect(bench.errorOf('')).toMatch(/^deadline: the run took longer than 60 s/);
  });

  test.each(['test', 'finally', 'alarm'])(
    'ends so too where it is killed while it ends: at %s',
    async (stageId) => {
      const bench = new PipelineBench(command, endless('test'));
      await bench.open();
      await bench.world.pass(60_001);
      await bench.world.run(() => stageId === 'test' || bench.latest(stageId)?.status === 'running');
      await bench.restart(1_000);
      expect(await bench.judge()).toEqual([]);
      expect(bench.statuses).toEqual(asItEnds);
      expect(bench.attemptsOf('test')).toHaveLength(1);
    },
  );

  test('fails although what it ended was allowed to, also where it is killed after that', async () => {
    const [build, slow, , last] = command.stages;
    if (!build || !slow || !last) throw new Error('there are such stages');
    const tolerant = pipelineCommand([build, { ...slow, allowFailure: true }, last], { timeoutSeconds: 60 });
    for (const isKilled of [false, true]) {
      const bench = new PipelineBench(tolerant, endless('test'));
      await bench.open();
      await bench.until('finally', 'running');
      if (isKilled) await bench.restart();
      expect(await bench.judge()).toEqual([]);
      expect(bench.statuses).toEqual({
        '': 'failed',
        build: 'completed',
        test: 'failed',
        finally: 'completed',
      });
      expect(bench.errorOf('')).toMatch(/^deadline: /);
    }
  });

  test('does not end what comes at the end, however long that takes, also not after a restart', async () => {
    const bench = new PipelineBench(command, (stageId) => (stageId === 'finally' ? { runMs: 300_000 } : {}));
    await bench.open();
    await bench.until('finally', 'running');
    await bench.restart(100_000);
    await bench.world.pass(60_000);
    expect(bench.statuses).toMatchObject({ '': 'running', finally: 'running' });
    expect(await bench.judge()).toEqual([]);
    expect(bench.statuses).toMatchObject({ '': 'completed', finally: 'completed', alarm: 'skipped' });
  });
});

test('a stage whose worker runs longer than it may fails by the deadline, and nothing else does', async () => {
  const stages = [stageCommand('slow', { template: template(20) }), stageCommand('quick')];
  const bench = new PipelineBench(pipelineCommand(stages), endless('slow'));
  await bench.open();
  expect(await bench.judge()).toEqual([]);
  expect(bench.statuses).toMatchObject({ slow: 'failed', quick: 'completed' });
  expect(bench.errorOf('slow')).toMatch(/^deadline: still running after 35 s/);
});

test(
  'a stage that waits for capacity longer than it may fails by the deadline and says for what',
  { tags: ['F22'] },
  async () => {
    const stages = [stageCommand('first'), stageCommand('second', { queueSeconds: 30 })];
    const bench = new PipelineBench(
      pipelineCommand(stages),
      (stageId) => (stageId === 'first' ? { runMs: 60_000 } : {}),
      {
        policy: { liveMax: 1 },
      },
    );
    await bench.open();
    expect(await bench.judge()).toEqual([]);
    expect(bench.statuses).toEqual({ '': 'failed', first: 'completed', second: 'failed' });
    expect(bench.errorOf('second')).toMatch(/^deadline: no capacity within 30 s/);
    expect(bench.world.audit.createdUnder(bench.nameOf('second'))).toBe(0);
  },
);

test('a stage whose Pod no node takes fails within the same wait', { tags: ['F22'] }, async () => {
  const stages = [stageCommand('work', { queueSeconds: 30 })];
  const bench = new PipelineBench(pipelineCommand(stages), () => ({ bindMs: Infinity }));
  await bench.open();
  expect(await bench.judge(120_000)).toEqual([]);
  expect(bench.errorOf('work')).toMatch(/^deadline: not running after 30 s/);
});
