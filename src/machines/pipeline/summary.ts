/** What is shown of a run in a list, and remembered of it once it has ended: all derived from its events. */
import { isEnd, thePipeline, type ProgressEvent } from './progress.ts';
import type { OpenPipeline, PipelineRecord, PipelineSummary } from './record.ts';

type Summarized = Pick<OpenPipeline, 'command' | 'acceptedAt'> & {
  readonly record: Pick<PipelineRecord, 'progress'>;
};

export function summarize({ command, acceptedAt, record: { progress } }: Summarized): PipelineSummary {
  const latest = new Map(progress.map((event) => [event.stage, event]));
  const run = latest.get(thePipeline);
  latest.delete(thePipeline);
  const stages = [...latest.values()];
  const count = (...of: ReadonlyArray<ProgressEvent['status']>) =>
    stages.filter(({ status }) => of.includes(status)).length;
  const status = run?.status ?? 'pending';
  return {
    pipelineId: command.pipelineId,
    name: command.name,
    status,
    percentage: run && isEnd(status) ? run.percentage : progressOf(stages, command.stages.length),
    message: run?.message ?? '',
    errorMessage: run?.errorMessage ?? '',
    acceptedAt,
    completedAt: run?.completedAt ?? '',
    stagesTotal: command.stages.length,
    stagesCompleted: count('completed'),
    stagesFailed: count('failed'),
    stagesRunning: count('running', 'retrying'),
    lastSequence: progress.length,
    triggeredBy: command.triggeredBy,
  };
}

/** Of a run under way: how far its stages are, those that have ended being as far as they come. */
function progressOf(stages: readonly ProgressEvent[], total: number): number {
  const sum = stages.reduce((all, { status, percentage }) => all + (isEnd(status) ? 100 : percentage), 0);
  return total === 0 ? 0 : Math.min(99, Math.floor(sum / total));
}
