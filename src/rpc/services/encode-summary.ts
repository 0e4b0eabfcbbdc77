/** A run as a whole, as the wire shows it. */
import type { ProgressEvent } from '../../machines/pipeline/progress.ts';
import type { PipelineSummary as SummaryView } from '../../machines/pipeline/record.ts';
import type { PipelineSummary } from '../generated/ottoscaler/v1/PipelineSummary.ts';
import { isOfStage, statusNames } from './encode-progress.ts';
import type { AcceptedRun } from './open-run.ts';

export function encodeSummary(summary: SummaryView): PipelineSummary {
  return {
    pipeline_id: summary.pipelineId,
    name: summary.name,
    status: statusNames[summary.status],
    message: summary.message,
    progress_percentage: summary.percentage,
    accepted_at: summary.acceptedAt,
    completed_at: summary.completedAt,
    error_message: summary.errorMessage,
    stages_total: summary.stagesTotal,
    stages_completed: summary.stagesCompleted,
    stages_failed: summary.stagesFailed,
    stages_running: summary.stagesRunning,
    last_sequence: summary.lastSequence,
    triggered_by: summary.triggeredBy,
  };
}

/** What a run's own events say of it as a whole. One that was accepted and has told nothing yet runs. */
export function summaryOf(
  { command, acceptedAt }: AcceptedRun,
  progress: readonly ProgressEvent[],
): SummaryView {
  const ofPipeline = progress.findLast((event) => !isOfStage(event));
  const latest = [...latestIndices(progress).values()].map((index) => progress[index]?.status);
  const count = (...statuses: ProgressEvent['status'][]) =>
    latest.filter((status) => status !== undefined && statuses.includes(status)).length;
  return {
    pipelineId: command.pipelineId,
    name: command.name,
    status: ofPipeline?.status ?? 'running',
    percentage: ofPipeline?.percentage ?? 0,
    message: ofPipeline?.message ?? '',
    errorMessage: ofPipeline?.errorMessage ?? '',
    acceptedAt,
    completedAt: ofPipeline?.completedAt ?? '',
    stagesTotal: command.stages.length,
    stagesCompleted: count('completed'),
    stagesFailed: count('failed'),
    stagesRunning: count('running', 'retrying'),
    lastSequence: progress.length,
    triggeredBy: command.triggeredBy,
  };
}

/** By stage: where its latest event is in the list. */
export function latestIndices(progress: readonly ProgressEvent[]): ReadonlyMap<number, number> {
  const latest = new Map<number, number>();
  for (const [index, event] of progress.entries()) if (isOfStage(event)) latest.set(event.stage, index);
  return latest;
}
