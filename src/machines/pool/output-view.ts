/** Whose output may still come, as the pool's snapshot says it to those outside: plain data, read only. */
import type { PipelineReading } from '../pipeline/reading.ts';
import { readPipeline } from './pipeline-view.ts';
import type { FinishedWorker, PipelineRef, Registry, ScaleUpRef } from './registry.ts';
import type { PoolSnapshot } from './view.ts';

/** Whose output is asked for; '' matches everything, and all that are given must match. */
export interface OutputQuery {
  /** Of a run's workers it is the run's id. */
  readonly taskId: string;
  readonly pipelineId: string;
  readonly stageId: string;
  /** A worker's Pod name. */
  readonly workerId: string;
}

interface Writers {
  /** Workers whose actors are not over, by their ids. */
  readonly workerIds: readonly string[];
  /** A command or a run that is under way may make more of them. */
  readonly mayGrow: boolean;
}

/** Whether such a worker lives or is remembered, or the task or run may have some. */
export function knowsOutput(pool: PoolSnapshot, query: OutputQuery): boolean {
  const { registry } = pool.context;
  if (
    query.workerId === '' &&
    (runOf(registry, query) !== 'unknown' || commandOf(registry, query, () => true))
  )
    return true;
  for (const { order, slot } of registry.history.values())
    if (isAsked(query, order, slot.podName)) return true;
  return livingWorkers(registry, query).length > 0;
}

export function readWriters(pool: PoolSnapshot, query: OutputQuery): Writers {
  const { registry } = pool.context;
  const mayGrow =
    query.workerId === '' &&
    (runOf(registry, query) === 'under way' || commandOf(registry, query, isBeingPlaced));
  return { workerIds: livingWorkers(registry, query), mayGrow };
}

function livingWorkers({ workers }: Registry, query: OutputQuery): readonly string[] {
  const ids: string[] = [];
  for (const [podName, ref] of workers)
    if (isAsked(query, ref.getSnapshot().context.order, podName)) ids.push(podName);
  return ids;
}

function isAsked(
  { taskId, pipelineId, stageId, workerId }: OutputQuery,
  order: FinishedWorker['order'],
  podName: string,
): boolean {
  return (
    (workerId === '' || podName === workerId) &&
    (taskId === '' || order.taskId === taskId) &&
    (pipelineId === '' || order.stage?.pipelineId === pipelineId) &&
    (stageId === '' || order.stage?.stageId === stageId)
  );
}

function commandOf(
  { scaleUps }: Registry,
  { taskId, pipelineId }: OutputQuery,
  holds: (scaleUp: ScaleUpRef) => boolean,
): boolean {
  if (pipelineId !== '') return false;
  return scaleUps
    .values()
    .some((scaleUp) => scaleUp.getSnapshot().context.command.taskId === taskId && holds(scaleUp));
}

/** Once it has answered, all of its workers are actors. */
function isBeingPlaced(scaleUp: ScaleUpRef): boolean {
  return !scaleUp.getSnapshot().hasTag('answered');
}

/** The run that is named, be it as a task; undefined where that contradicts itself. */
function runIdOf({ taskId, pipelineId }: OutputQuery): string | undefined {
  return pipelineId === '' || taskId === '' || taskId === pipelineId ? pipelineId || taskId : undefined;
}

function runOf(
  { pipelines, endedPipelines }: Registry,
  query: OutputQuery,
): 'unknown' | 'under way' | 'over' {
  const runId = runIdOf(query) ?? '';
  const { phase, open } = readingOf(pipelines.get(runId));
  const { stageId } = query;
  if (phase === 'opening') return 'under way';
  if (open && stageId !== '' && !open.command.stages.some((stage) => stage.stageId === stageId))
    return 'unknown';
  if (phase === 'under way') return 'under way';
  // Of a run that is long over its stages are not remembered, so none is said to be unknown.
  return phase === 'ended' || endedPipelines.has(runId) ? 'over' : 'unknown';
}

function readingOf(ref: PipelineRef | undefined): Partial<PipelineReading> {
  return ref ? readPipeline(ref) : {};
}
