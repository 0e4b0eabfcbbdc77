/** A worker's line of the tree: of one that lives, and of one that is remembered. */
import type { FinishedWorker, WorkerRef } from '../machines/pool/registry.ts';
import type { PoolSnapshot } from '../machines/pool/view.ts';
import { phaseOfOutcome, phaseOfState } from './phases.ts';
import { pipelineId, runOf, stagePlace } from './place.ts';
import { clause, liveFields, msOf, type Reading, type RowNow } from './reading.ts';

export function workerRow(podName: string, reading: Reading): RowNow | undefined {
  const { workers, history } = reading.pool.context.registry;
  const ref = workers.get(podName);
  if (ref) return livingRow(podName, ref, reading);
  const finished = history.get(podName);
  return finished && finishedRow(podName, finished, reading);
}

function livingRow(podName: string, ref: WorkerRef, reading: Reading): RowNow {
  const snapshot = ref.getSnapshot();
  const { order, slot, outcome } = snapshot.context;
  const fields = liveFields(ref, snapshot, reading, reading.secrets.of(order.template.env));
  const phase = phaseOfState(fields.state);
  const hasEnded = phase === 'failed' || phase === 'succeeded';
  return {
    ...identity(podName, order, slot.attempt, reading.pool),
    ...fields,
    phase: snapshot.status === 'error' ? 'failed' : hasEnded && outcome ? phaseOfOutcome(outcome) : phase,
    ...(outcome?.kind === 'failed' ? { failure: outcome.failure.name } : {}),
  };
}

/** What it was called with is not remembered, so its evidence is not shown: it could hold a secret. */
function finishedRow(podName: string, { order, slot, ended }: FinishedWorker, { pool }: Reading): RowNow {
  const { outcome } = ended;
  const sinceMs = msOf(ended.endedAt);
  return {
    ...identity(podName, order, slot.attempt, pool),
    state: 'done',
    phase: phaseOfOutcome(outcome),
    ...(outcome.kind === 'failed' ? { failure: outcome.failure.name } : {}),
    ...(sinceMs === undefined ? {} : { sinceMs }),
    isOver: true,
  };
}

type Order = FinishedWorker['order'];

function identity(podName: string, order: Order, attempt: number, pool: PoolSnapshot) {
  const { stage } = order;
  return {
    id: podName,
    parent: parentOf(order, pool),
    kind: 'worker' as const,
    name: podName,
    task: clause(order.taskId, undefined),
    ...(stage ? { pipeline: stage.pipelineId, stage: stage.stageId } : {}),
    attempt,
  };
}

/** The row of whoever asked for it; those that nobody asks about any more are the pool's own. */
function parentOf({ stage, ledger }: Order, pool: PoolSnapshot): string {
  const { owners, endedPipelines } = pool.context.registry;
  if (!stage) return owners.get(ledger.name)?.id ?? 'pool';
  if (runOf(pool, stage.pipelineId))
    return stagePlace(pool, stage.pipelineId, stage.stageIndex)?.id ?? pipelineId(stage.pipelineId);
  return endedPipelines.has(stage.pipelineId) ? pipelineId(stage.pipelineId) : 'pool';
}
