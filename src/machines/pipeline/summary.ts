/** What is shown of a run in a list, and remembered of it once it has ended: all derived from its events. */
import { thePipeline, type ProgressEvent } from './progress.ts';
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
  return {
    pipelineId: command.pipelineId,
    name: command.name,
    status: run?.status ?? 'pending',
    percentage: run?.percentage ?? 0,
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
