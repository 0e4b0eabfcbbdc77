/** Events of a run as the wire shows them. */
import type { ProgressEvent, StageStatus } from '../../machines/pipeline/progress.ts';
import type { PipelineProgress } from '../generated/ottoscaler/v1/PipelineProgress.ts';
import type { StageMetrics } from '../generated/ottoscaler/v1/StageMetrics.ts';
import type { StageStatus__Output } from '../generated/ottoscaler/v1/StageStatus.ts';
import type { AcceptedRun } from './open-run.ts';

export const statusNames = {
  pending: 'STAGE_PENDING',
  running: 'STAGE_RUNNING',
  retrying: 'STAGE_RETRYING',
  completed: 'STAGE_COMPLETED',
  failed: 'STAGE_FAILED',
  cancelled: 'STAGE_CANCELLED',
  skipped: 'STAGE_SKIPPED',
} as const satisfies Record<StageStatus, StageStatus__Output>;

/** @param index the event's place in the run's list, from 0 */
export function encodeProgress(run: AcceptedRun, event: ProgressEvent, index: number): PipelineProgress {
  const { command, stages } = run;
  const isStage = isOfStage(event);
  return {
    pipeline_id: command.pipelineId,
    stage_id: isStage ? (command.stages[event.stage]?.stageId ?? '') : '',
    status: statusNames[event.status],
    message: event.message,
    worker_pod_names: [...event.podNames],
    progress_percentage: event.percentage,
    timestamp: event.at,
    started_at: event.startedAt,
    completed_at: event.completedAt,
    error_message: event.errorMessage,
    metrics: isStage ? metrics(event) : null,
    sequence: index + 1,
    attempt: event.attempt,
    digest: isStage ? (stages[event.stage]?.digest ?? '') : '',
  };
}

/** A stage that nothing has been told of yet. */
export function encodeUnbegun(run: AcceptedRun, stage: number): PipelineProgress {
  return {
    pipeline_id: run.command.pipelineId,
    stage_id: run.command.stages[stage]?.stageId ?? '',
    status: 'STAGE_PENDING',
    message: 'has not begun',
    metrics: { total_workers: run.stages[stage]?.workers ?? 0 },
    digest: run.stages[stage]?.digest ?? '',
  };
}

/** Otherwise it is about the pipeline itself. */
export function isOfStage({ stage }: Pick<ProgressEvent, 'stage'>): boolean {
  return stage >= 0;
}

function metrics({ startedAt, completedAt, at, workers, usage }: ProgressEvent): StageMetrics {
  return {
    duration_seconds: secondsBetween(startedAt, completedAt || at),
    successful_workers: workers.succeeded,
    failed_workers: workers.failed,
    total_workers: workers.total,
    avg_cpu_usage: usage?.cpuCores ?? 0,
    avg_memory_mb: usage?.memoryMb ?? 0,
  };
}

/** Whole seconds; 0 where either time is missing or a clock went back. */
function secondsBetween(from: string, to: string): number {
  const seconds = Math.round((Date.parse(to) - Date.parse(from)) / 1_000);
  return seconds > 0 ? seconds : 0;
}
