/**
 * The plan of a pipeline that is not run: what waits for what, how often it is tried, how long it may take.
 *
 * How long stages take nobody knows beforehand. What is known are their limits,
 * so the longest chain is weighed by them and called a bound; where a stage has
 * none, all weigh the same and nothing is said of time.
 */
import { criticalPath } from '../../rpc/validate/stage-graph.ts';
import { displayWidth, fitToWidth } from '../display-width.ts';
import { shortDuration } from '../duration.ts';
import { jsonLine } from '../json-lines.ts';
import { escaped } from '../printable.ts';
import type { PipelineFile, StageEntry } from './file/schema.ts';
import { pipelineRequest } from './pipeline-request.ts';
import { runPlan, type RunPlan } from './run-plan.ts';
import { chainOf } from './run-summary.ts';
import { listed } from './stage-row.ts';

interface Plan {
  readonly stages: readonly PlanRow[];
  readonly chain: Chain;
}

interface PlanRow {
  readonly id: string;
  readonly dependsOn: readonly string[];
  /** It waits for every ordinary stage. */
  readonly isClosing: boolean;
  readonly runWhen: StageEntry['run_when'];
  readonly workers: number;
  readonly tries: number;
  /** 0 = as the server is configured. */
  readonly timeoutSeconds: number;
}

interface Chain {
  readonly ids: readonly string[];
  /** All tries and the rests between them; absent where a stage has no limit of its own. */
  readonly secondsMax?: number;
}

/** Stages in an order in which they can start. */
function planOf(pipeline: PipelineFile): Plan {
  const plan = runPlan(pipelineRequest(pipeline, { pipelineId: '' }).stages ?? []);
  const rows = plan.graph.order.flatMap((index) => planRow(plan, pipeline, index));
  return { stages: rows, chain: chainIn(plan, pipeline) };
}

function planRow(plan: RunPlan, { stages }: PipelineFile, index: number): PlanRow[] {
  const stage = stages[index];
  if (stage === undefined) return [];
  return [
    {
      id: stage.id,
      dependsOn: stage.depends_on,
      isClosing: plan.graph.closing.has(index) && stage.depends_on.length === 0,
      runWhen: stage.run_when,
      workers: plan.stages[index]?.workers ?? stage.workers,
      tries: 1 + (stage.retry?.max_attempts ?? 0),
      timeoutSeconds: stage.timeout,
    },
  ];
}

function chainIn({ graph }: RunPlan, { stages }: PipelineFile): Chain {
  const isBounded = stages.every(({ timeout }) => timeout > 0);
  const path = criticalPath(graph, stages.map(isBounded ? secondsMaxOf : () => 1));
  const ids = path.stages.map((index) => stages[index]?.id ?? '');
  return isBounded ? { ids, secondsMax: path.weight } : { ids };
}

/** Every try to its limit, and the longest rests between them. */
function secondsMaxOf({ timeout, retry }: StageEntry): number {
  if (retry === undefined) return timeout;
  const { max_attempts: retries, delay, max_delay: delayMax } = retry;
  const factor = Math.max(1, retry.backoff_factor);
  let rests = 0;
  for (let nth = 0; nth < retries; nth++) {
    const rest = delay * factor ** nth;
    rests += delayMax > 0 ? Math.min(rest, delayMax) : rest;
  }
  return Math.ceil(timeout * (1 + retries) + rests);
}

/** @param source what the plan is of, such as the file's name. */
export function lintReport(source: string, pipeline: PipelineFile): string[] {
  const { stages, chain } = planOf(pipeline);
  const count = `${stages.length} ${stages.length === 1 ? 'stage' : 'stages'}`;
  const rows = stages.map((row, at) => [
    String(at + 1),
    escaped(row.id),
    waitsFor(row),
    String(row.workers),
    String(row.tries),
    limit(row.timeoutSeconds),
  ]);
  return [
    `${escaped(source)}: ${count}, no problems found`,
    `the whole run: timeout ${limit(pipeline.timeout)}, on failure ${pipeline.on_failure}`,
    ...columnsOf([['#', 'STAGE', 'WAITS FOR', 'WORKERS', 'TRIES', 'TIMEOUT'], ...rows]),
    ...chainLines(chain),
  ];
}

/** The same for programs. */
export function lintJson(source: string, pipeline: PipelineFile): string {
  const { stages, chain } = planOf(pipeline);
  return jsonLine('plan', {
    source,
    stages: stages.map(({ id, dependsOn, runWhen, workers, tries, timeoutSeconds }) => ({
      id,
      depends_on: dependsOn,
      run_when: runWhen,
      workers,
      tries,
      timeout_seconds: timeoutSeconds,
    })),
    critical_path: { stage_ids: chain.ids, seconds_max: chain.secondsMax ?? null },
  });
}

const dependenciesMax = 4;

function waitsFor({ dependsOn, isClosing, runWhen }: PlanRow): string {
  const stages = isClosing ? 'all other stages' : listed(dependsOn.map(escaped), dependenciesMax) || '-';
  switch (runWhen) {
    case 'success':
      return stages;
    case 'failure':
      return `${stages} (only after a failure)`;
    case 'always':
      return `${stages} (in any case)`;
  }
}

function limit(seconds: number): string {
  return seconds === 0 ? "the server's" : shortDuration(seconds * 1_000);
}

function chainLines({ ids, secondsMax }: Chain): string[] {
  const chain = chainOf(ids);
  if (secondsMax === undefined)
    return [
      `longest chain, ${ids.length} long, all stages weighed alike: ${chain}`,
      "With a timeout in every stage the chain would be weighed by them: the server's own is not known here.",
    ];
  return [
    `longest chain by timeouts, at most ${shortDuration(secondsMax * 1_000)}: ${chain}`,
    'Timeouts are limits, not durations: this is an upper bound, all tries included, waiting for room not.',
  ];
}

function columnsOf(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    rows.reduce((max, row) => Math.max(max, displayWidth(row[column] ?? '')), 0),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => fitToWidth(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
