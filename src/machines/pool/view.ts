/** What the pool's snapshot says to those outside: plain data, read only, nothing kept. */
import type { SnapshotFrom } from 'xstate';
import type { ScaleDownCommand, ScaleUpCommand, StatusFilter } from '../command.ts';
import { describeFailure } from '../failure.ts';
import { podOf } from '../worker/context.ts';
import { workerLabels, type Outcome, type WorkerSlot } from '../worker/order.ts';
import type { poolMachine } from './pool.machine.ts';
import {
  scaleDownId,
  scaleUpId,
  type FinishedWorker,
  type ScaleDownRef,
  type ScaleUpRef,
  type WorkerRef,
} from './registry.ts';

export type PoolSnapshot = SnapshotFrom<typeof poolMachine>;

/** One worker as GetWorkerStatus shows it. Times are RFC 3339, '' while they have not come. */
export interface WorkerView {
  readonly podName: string;
  /** Of a run's worker the run's id. */
  readonly taskId: string;
  /** '' unless it is a run's. */
  readonly stageId: string;
  readonly ledgerName: string;
  readonly index: number;
  readonly attempt: number;
  readonly status: StatusFilter;
  readonly createdAt: string;
  readonly startedAt: string;
  readonly completedAt: string;
  readonly nodeName: string;
  readonly podIp: string;
  /** Those that we put on the Pod. */
  readonly labels: Readonly<Record<string, string>>;
  /** '' unless failed. */
  readonly errorMessage: string;
  /** Why it is where it is, in a clause; '' once it is over. */
  readonly reason: string;
}

export function findScaleUp(pool: PoolSnapshot, command: ScaleUpCommand): ScaleUpRef | undefined {
  return pool.context.registry.scaleUps.get(scaleUpId(command));
}

export function findScaleDown(pool: PoolSnapshot, command: ScaleDownCommand): ScaleDownRef | undefined {
  return pool.context.registry.scaleDowns.get(scaleDownId(command));
}

/** Live workers in the order of their making, then the finished ones that are still remembered. */
export function* viewWorkers(pool: PoolSnapshot): Generator<WorkerView> {
  const { workers, history } = pool.context.registry;
  for (const ref of workers.values()) yield viewWorker(ref);
  for (const finished of history.values()) yield viewFinished(finished);
}

function viewWorker(ref: WorkerRef): WorkerView {
  const snapshot = ref.getSnapshot();
  const { order, slot, outcome, ended } = snapshot.context;
  const pod = podOf(snapshot.context);
  const container = pod?.container;
  return {
    ...identity(order, slot),
    status: outcome ? outcome.kind : snapshot.hasTag('running') ? 'running' : 'pending',
    createdAt: pod?.createdAt ?? order.acceptedAt,
    startedAt: container && container.kind !== 'waiting' ? container.startedAt : '',
    completedAt: ended?.endedAt ?? (container?.kind === 'terminated' ? container.finishedAt : ''),
    nodeName: pod?.nodeName ?? '',
    podIp: pod?.podIp ?? '',
    errorMessage: errorOf(outcome),
    reason: reasonOf(snapshot),
  };
}

/** The innermost state's own word on why the actor is in it. */
export function reasonOf(snapshot: ReturnType<WorkerRef['getSnapshot']>): string {
  const metas = Object.entries(snapshot.getMeta());
  const innermost = metas.toSorted(([a], [b]) => b.length - a.length)[0]?.[1];
  return innermost?.reason(snapshot.context) ?? '';
}

function viewFinished({ order, slot, ended }: FinishedWorker): WorkerView {
  return {
    ...identity(order, slot),
    status: ended.outcome.kind,
    createdAt: ended.createdAt || order.acceptedAt,
    startedAt: ended.startedAt,
    completedAt: ended.endedAt,
    nodeName: ended.nodeName,
    podIp: '',
    errorMessage: errorOf(ended.outcome),
    reason: '',
  };
}

const identity = ({ taskId, ledger, stage }: FinishedWorker['order'], slot: WorkerSlot) => ({
  podName: slot.podName,
  taskId,
  stageId: stage?.stageId ?? '',
  ledgerName: ledger.name,
  index: slot.index,
  attempt: slot.attempt,
  labels: workerLabels(ledger.name, slot),
});

const errorOf = (outcome: Outcome | undefined) =>
  outcome?.kind === 'failed' ? describeFailure(outcome.failure) : '';
