/** What is repeated of a run that has ended, and what is taken over from it. Pure. */
import type { PipelineCommand, ReusedStage } from '../../machines/pipeline/command.ts';
import {
  isEnd,
  thePipeline,
  type ProgressEvent,
  type StageStatus,
} from '../../machines/pipeline/progress.ts';
import type { PipelineRecord } from '../../machines/pipeline/record.ts';
import { digestsOf } from './pipeline-order.ts';
import type { PipelineDefaults, PipelineLedger } from './pipeline-record.ts';
import { dependenciesOf, inOrder } from './stage-graph.ts';

/** Why a run cannot be repeated now, as a sentence; undefined where it can. */
export function obstacleTo({ command }: PipelineLedger, { progress }: PipelineRecord): string | undefined {
  const id = `pipeline_id ${JSON.stringify(command.pipelineId)}`;
  const latest = latestStatuses(progress);
  const status = latest.get(thePipeline);
  if (status === undefined || !isEnd(status)) {
    return `${id} has not ended: only a run that has ended can be retried`;
  }
  const isAllWell = status === 'completed' && ![...latest.values()].includes('failed');
  return isAllWell ? `${id} has completed: there is nothing to retry` : undefined;
}

/** @param defaults of now: a stage that they make another one is not taken over */
export function retryCommand(
  earlier: PipelineLedger,
  { progress }: PipelineRecord,
  fresh: { readonly pipelineId: string; readonly triggeredBy: string },
  defaults: PipelineDefaults,
): PipelineCommand {
  const { command } = earlier;
  const reused = reusable(earlier, latestStatuses(progress), defaults);
  return { ...command, ...fresh, retryOf: { pipelineId: command.pipelineId, reused } };
}

/** Ordinary stages that completed, are the same now, and depend on such alone. */
function reusable(
  earlier: PipelineLedger,
  latest: ReadonlyMap<number, StageStatus>,
  defaults: PipelineDefaults,
): readonly ReusedStage[] {
  const { stages } = earlier.command;
  const dependencies = dependenciesOf(stages);
  const order = inOrder(dependencies);
  const then = digestsOf(earlier, dependencies, order);
  const now = digestsOf({ ...earlier, defaults }, dependencies, order);
  const isReused = new Set<number>();
  for (const index of order) {
    const isSame =
      stages[index]?.runWhen === 'success' && latest.get(index) === 'completed' && then[index] === now[index];
    if (isSame && (dependencies[index] ?? []).every((before) => isReused.has(before))) isReused.add(index);
  }
  return stages.flatMap(({ stageId }, index) =>
    isReused.has(index) ? [{ stageId, digest: now[index] ?? '' }] : [],
  );
}

function latestStatuses(progress: readonly ProgressEvent[]): ReadonlyMap<number, StageStatus> {
  return new Map(progress.map(({ stage, status }) => [stage, status]));
}
