/**
 * Many runs at a time through gRPC, the real server and a real API server, where a played kubelet lets every
 * Pod succeed as soon as it can say so: how many runs a minute the whole of it takes.
 */
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';
import type { Given, Row } from './benchmark.ts';
import type { CeilingRound } from './pipeline-ceiling.ts';
import { commandOf, graphOf, type Graph } from './pipeline-graphs.ts';
import { Child } from './support/child.ts';
import { openNamespace, type Namespace } from './support/namespace.ts';
import type { Play } from './support/played-kubelet.ts';
import { startServer, type Server } from './support/server.ts';
import { ratios } from './support/statistics.ts';
import { unschedulable } from './support/workloads.ts';

interface Shape {
  readonly name: string;
  readonly runs: number;
  readonly stages: number;
  /** Runs a minute. */
  readonly aim: number;
}

/** The best published figure of one controller of Argo Workflows: workflows a minute. */
const published = 810;

const shapes: readonly Shape[] = [
  { name: '300 runs of one stage', runs: 300, stages: 1, aim: published },
  { name: '100 runs of ten stages', runs: 100, stages: 10, aim: published },
];

/** Pods between create and delete at a time at the ceiling: the connections that the server opens for calls. */
const concurrency = 64;
const warmUpRuns = 20;
/** The scheduler goes on with the last Pods' deletion for a moment. */
const restMs = 1_500;

const env = {
  WORKERS_LIVE_MAX: '100000',
  WORKER_PENDING_SECONDS: '86400',
  // No node has these Pods, so there is nobody to ask for their output.
  LOG_FOLLOWS_MAX: '0',
};

interface Measured {
  /** From the first call to the last run's last event. */
  readonly seconds: number;
  /** And until the last Pod is gone. */
  readonly wholeSeconds: number;
  readonly serverCpuMs: number;
}

interface Round extends Measured {
  readonly ceilingSeconds: number;
}

export async function measureThroughput(
  given: Given,
): Promise<{ readonly rows: readonly Row[]; readonly kubernetes: string }> {
  const { repetitions, kubeconfigPath, signal, progress } = given;
  await using stack = new AsyncDisposableStack();
  progress.step('pipeline: namespaces, a server, a played kubelet, a ceiling');
  const ours = stack.use(await openNamespace(kubeconfigPath, 'runs'));
  const theirs = stack.use(await openNamespace(kubeconfigPath, 'raw'));
  const owner = await theirs.createOwner();
  const kubelet = stack.use(new Child([programOf('support/played-kubelet.ts')]));
  await kubelet.ask({ kubeconfigPath, namespace: ours.name } satisfies Play, signal);
  const ceiling = stack.use(new Child([programOf('pipeline-ceiling.ts')]));
  const server = stack.use(await startServer({ ...env, KUBECONFIG: kubeconfigPath, NAMESPACE: ours.name }));

  const rounds = shapes.map((): Round[] => []);
  for (let repetition = 0; repetition <= repetitions; repetition++) {
    for (const [index, shape] of shapes.entries()) {
      const isWarmUp = repetition === 0;
      const runs = isWarmUp ? warmUpRuns : shape.runs;
      progress.step(
        `pipeline: ${shape.name}, ${isWarmUp ? 'warm-up' : `repetition ${repetition} of ${repetitions}`}`,
      );
      // The kubelet's end would be a wait for ever.
      const measured = await Promise.race([
        runAll(server, ours, runs, shape.stages, signal),
        kubelet.failed(),
      ]);
      await pause(restMs, undefined, { signal });
      progress.detail('the ceiling');
      const prefix = `otto-bench-${randomBytes(10).toString('hex')}`;
      const pods = runs * shape.stages;
      const round = { kubeconfigPath, namespace: theirs.name, owner, prefix, pods, concurrency };
      const ceilingSeconds = await ceiling.ask<number>(round satisfies CeilingRound, signal);
      await pause(restMs, undefined, { signal });
      if (!isWarmUp) rounds[index]?.push({ ...measured, ceilingSeconds });
    }
  }
  return {
    kubernetes: server.kubernetes,
    rows: shapes.flatMap((shape, index) => rowsOf(shape, rounds[index] ?? [])),
  };
}

const programOf = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** All of them at the same time, each followed by its own stream. */
async function runAll(
  server: Server,
  namespace: Namespace,
  runs: number,
  stages: number,
  signal: AbortSignal,
): Promise<Measured> {
  const graph = graphOf('chain', stages, () => 0);
  const name = randomBytes(3).toString('hex');
  const before = await server.read(signal);
  const startMs = performance.now();
  await Promise.all(
    Array.from({ length: runs }, (_, index) => runOne(server, `${name}-${index}`, graph, signal)),
  );
  const seconds = (performance.now() - startMs) / 1_000;
  await namespace.untilEmpty(signal, 20);
  const wholeSeconds = (performance.now() - startMs) / 1_000;
  const after = await server.read(signal);
  return { seconds, wholeSeconds, serverCpuMs: after.cpuMs - before.cpuMs };
}

async function runOne(
  { client }: Server,
  pipelineId: string,
  graph: Graph,
  signal: AbortSignal,
): Promise<void> {
  const { command: script, ...resources } = unschedulable;
  const stages = commandOf(pipelineId, graph).stages.map(({ stageId, dependsOn }) => ({
    stage_id: stageId,
    type: 'custom',
    worker_count: 1,
    depends_on: [...dependsOn],
    command: ['sh', '-c', script ?? ''],
    resources,
  }));
  let last = 'nothing';
  for await (const event of client.executePipeline({ pipeline_id: pipelineId, stages }, { signal }))
    last = `${event.status} ${event.error_message}`;
  if (!last.startsWith('STAGE_COMPLETED')) throw new Error(`the run ${pipelineId} ended as ${last}`);
}

function rowsOf({ name, runs, stages, aim }: Shape, rounds: readonly Round[]): Row[] {
  const pods = runs * stages;
  const perMinute = (seconds: (round: Round) => number) => rounds.map((r) => (runs / seconds(r)) * 60);
  const ours = perMinute((r) => r.wholeSeconds);
  const ceiling = perMinute((r) => r.ceilingSeconds);
  return [
    {
      what: `${name}, to the last event`,
      unit: 'runs/min',
      values: perMinute((r) => r.seconds),
      aim: { atLeast: aim },
    },
    { what: `${name}, until every Pod is gone`, unit: 'runs/min', values: ours },
    { what: `${name}: raw create, status, status, delete (ceiling)`, unit: 'runs/min', values: ceiling },
    { what: `${name}: until every Pod is gone / ceiling`, unit: '×', values: ratios(ours, ceiling) },
    { what: `${name}: stages`, unit: 'Pods/s', values: rounds.map((r) => pods / r.wholeSeconds) },
    { what: `${name}: CPU of the server`, unit: 'ms/stage', values: rounds.map((r) => r.serverCpuMs / pods) },
  ];
}
