/**
 * What pipelines cost: a stage in real time, a run against the longest way through its graph, and how many
 * runs a minute a real API server lets through.
 */
import { fileURLToPath } from 'node:url';
import type { Benchmark, Findings, Given, Row } from './benchmark.ts';
import { durationMsMax, shapes, startMs, type Shape } from './pipeline-graphs.ts';
import type { Makespan, MakespanRun } from './pipeline-makespan.ts';
import type { Overhead, OverheadRun } from './pipeline-overhead.ts';
import { measureThroughput } from './pipeline-throughput.ts';
import { Child } from './support/child.ts';

/** Short runs are repeated, so that each row is of a thousand stages or more. */
const sizes = [
  { stages: 10, runs: 100 },
  { stages: 100, runs: 10 },
  { stages: 1_000, runs: 1 },
] as const;

const graphs = shapes.flatMap((shape) => sizes.map((size) => ({ shape, ...size })));
/** The median of a few graphs is one value of a repetition. */
const drawn = 5;
const spanStages = 100;
const callMs = 20;

export const pipeline: Benchmark = {
  name: 'pipeline',
  purpose: 'cost of a stage, runs against their critical path, and runs a minute',
  needsKubernetes: true,
  run,
};

async function run(given: Given): Promise<Findings> {
  const { repetitions, signal, progress } = given;
  const costs = graphs.map((): Overhead[] => []);
  const spans: Span[] = [];
  for (let repetition = 1; repetition <= repetitions; repetition++) {
    const of = `repetition ${repetition} of ${repetitions}`;
    for (const [index, { shape, stages, runs }] of graphs.entries()) {
      progress.step(`pipeline: ${shape} of ${stages} stages, ${of}`);
      const request: OverheadRun = { shape, stages, runs, seed: repetition };
      costs[index]?.push(await inChild<Overhead>('pipeline-overhead.ts', request, signal));
    }
    progress.step(`pipeline: runs in virtual time, ${of}`);
    spans.push(...(await spansOf(repetition, signal)));
  }
  const throughput = await measureThroughput(given);
  return {
    setup: {
      'cost of a stage':
        'the real pool over a cluster in memory whose Pods succeed at once; one worker a stage',
      'in virtual time':
        `${drawn} random graphs of ${spanStages} stages a repetition on the model cluster; a stage takes ` +
        `${startMs} ms to start, which is in its critical path, and 0–${durationMsMax / 1_000} s; capacity unlimited`,
      kubernetes: throughput.kubernetes,
      'runs a minute':
        'all at the same time over gRPC, chains, one worker a stage; no node: a played kubelet PATCHes each ' +
        'Pod to Running and to Succeeded at once, and the real scheduler looks at each in vain',
      published: 'Argo Workflows, one controller: 810 one-Pod workflows a minute, real Pods on 50 nodes',
    },
    rows: [...graphs.flatMap(costRows(costs)), ...spanRows(spans), ...throughput.rows],
  };
}

async function inChild<Answer>(
  file: string,
  request: OverheadRun | MakespanRun,
  signal: AbortSignal,
): Promise<Answer> {
  await using child = new Child([fileURLToPath(new URL(file, import.meta.url))]);
  return await child.ask<Answer>(request, signal);
}

interface Span {
  readonly instant: Makespan;
  readonly slow: Makespan;
}

async function spansOf(repetition: number, signal: AbortSignal): Promise<readonly Span[]> {
  const spans: Span[] = [];
  for (let graph = 0; graph < drawn; graph++) {
    const of = (ms: number) =>
      inChild<Makespan>(
        'pipeline-makespan.ts',
        { stages: spanStages, seed: repetition * drawn + graph, callMs: ms },
        signal,
      );
    spans.push({ instant: await of(0), slow: await of(callMs) });
  }
  return spans;
}

function costRows(costs: ReadonlyArray<readonly Overhead[]>) {
  return ({ shape, stages }: { shape: Shape; stages: number }, index: number): Row[] => {
    const what = `${shape} of ${stages.toLocaleString('en')}`;
    const all = costs[index] ?? [];
    return [
      { what: `${what}: CPU`, unit: 'ms/stage', values: all.map((c) => c.cpuMs), aim: { atMost: 2 } },
      { what: `${what}: wall`, unit: 'ms/stage', values: all.map((c) => c.wallMs) },
    ];
  };
}

function spanRows(spans: readonly Span[]): Row[] {
  return [
    {
      what: 'makespan / critical path',
      unit: '×',
      values: spans.map(({ instant }) => instant.overCriticalPath),
      aim: { atMost: 1.05 },
    },
    {
      what: `the same, ${callMs} ms for each call to the API server`,
      unit: '×',
      values: spans.map(({ slow }) => slow.overCriticalPath),
      aim: { atMost: 1.05 },
    },
    {
      what: 'level by level / critical path, for comparison',
      unit: '×',
      values: spans.map(({ instant }) => instant.levelByLevel),
    },
  ];
}
