/** A run as a whole, as the wire shows it. */
import type { PipelineSummary as SummaryView } from '../../machines/pipeline/record.ts';
import type { PipelineSummary } from '../generated/ottoscaler/v1/PipelineSummary.ts';
import type { RunStatus } from '../validate/pipeline-query.ts';
import { statusNames } from './encode-progress.ts';

export function encodeSummary(summary: SummaryView): PipelineSummary {
  return {
    pipeline_id: summary.pipelineId,
    name: summary.name,
    status: statusNames[runStatusOf(summary)],
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

/** A run that was accepted runs, also while it has told nothing yet. */
export function runStatusOf({ status }: Pick<SummaryView, 'status'>): RunStatus {
  switch (status) {
    case 'completed':
    case 'failed':
    case 'cancelled':
      return status;
    case 'pending':
    case 'running':
    case 'retrying':
    case 'skipped':
      return 'running';
  }
}
