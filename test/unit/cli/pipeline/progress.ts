/** Runs as a server tells of them, for the tests of how they are shown. */
import { foldEvent, startRun, type RunState } from '../../../../src/cli/pipeline/run-state.ts';
import { runPlan } from '../../../../src/cli/pipeline/run-plan.ts';
import type { PipelineProgress__Output } from '../../../../src/rpc/generated/ottoscaler/v1/PipelineProgress.ts';
import type { PipelineStage } from '../../../../src/rpc/generated/ottoscaler/v1/PipelineStage.ts';
import type { StageStatus__Output } from '../../../../src/rpc/generated/ottoscaler/v1/StageStatus.ts';

export const epochMs = Date.parse('2025-01-02T03:04:05Z');

/** RFC 3339, this many seconds after {@link epochMs}. */
export const at = (seconds: number) => new Date(epochMs + seconds * 1_000).toISOString();

type Word = 'pending' | 'running' | 'retrying' | 'completed' | 'failed' | 'cancelled' | 'skipped';

const wireStatus: Readonly<Record<Word, StageStatus__Output>> = {
  pending: 'STAGE_PENDING',
  running: 'STAGE_RUNNING',
  retrying: 'STAGE_RETRYING',
  completed: 'STAGE_COMPLETED',
  failed: 'STAGE_FAILED',
  cancelled: 'STAGE_CANCELLED',
  skipped: 'STAGE_SKIPPED',
};

/** An event of a stage, or of the run where `stageId` is ''. */
export function progress(
  sequence: number,
  stageId: string,
  status: Word,
  fields: Partial<PipelineProgress__Output> = {},
): PipelineProgress__Output {
  const ended = !['pending', 'running', 'retrying'].includes(status);
  return {
    pipeline_id: 'p1',
    stage_id: stageId,
    status: wireStatus[status],
    message: status,
    worker_pod_names: [],
    progress_percentage: status === 'completed' ? 100 : 0,
    timestamp: at(sequence),
    started_at: '',
    completed_at: ended ? at(sequence) : '',
    error_message: '',
    metrics: null,
    sequence,
    attempt: stageId === '' || status === 'pending' || status === 'skipped' ? 0 : 1,
    digest: '',
    ...fields,
  };
}

/** The metrics of this many workers. */
export const workers = (successful_workers: number, total_workers: number, failed_workers = 0) => ({
  metrics: {
    duration_seconds: 0,
    successful_workers,
    failed_workers,
    total_workers,
    avg_cpu_usage: 0,
    avg_memory_mb: 0,
  },
});

/** A stage of a request. */
export function stage(
  stage_id: string,
  depends_on: string[] = [],
  fields: PipelineStage = {},
): PipelineStage {
  return { stage_id, depends_on, worker_count: 1, ...fields };
}

/** The run of these stages after these events. */
export function runOf(
  stages: readonly PipelineStage[],
  events: readonly PipelineProgress__Output[],
): RunState {
  return events.reduce(foldEvent, startRun(runPlan(stages)));
}
