/**
 * What a worker is told when it is made: shared by all workers of one command, so ten thousand workers
 * hold ten thousand references, not ten thousand copies.
 */
import type { WorkerTemplate } from '../command.ts';
import type { Failure } from '../failure.ts';

/** The durable record that owns the Pods of a command. */
export interface LedgerRef {
  readonly name: string;
  readonly uid: string;
}

export interface WorkerOrder {
  readonly ledger: LedgerRef;
  readonly taskId: string;
  readonly repository: string;
  readonly commitSha: string;
  readonly triggeredBy: string;
  readonly workerCount: number;
  readonly template: WorkerTemplate;
  /** RFC 3339; when the ledger was written. */
  readonly acceptedAt: string;
  readonly limits: WorkerLimits;
  /** Present where the workers are a pipeline's; `taskId` is then the pipeline's id. */
  readonly stage?: StagePlace;
}

/** Which stage workers belong to, and what its place in the run means for them. */
export interface StagePlace {
  readonly pipelineId: string;
  readonly stageId: string;
  /** Index into the command's stages. */
  readonly stageIndex: number;
  /** Workers of each combination; `workerCount` of the order is this too. */
  readonly matrix: ReadonlyArray<{ readonly name: string; readonly values: readonly string[] }>;
  /** RFC 3339; the run's own deadline, which no worker's `activeDeadlineSeconds` exceeds. '' = none. */
  readonly endsBy: string;
}

/** Durations in ms after which a state of a worker is left, whatever the cluster says. */
export interface WorkerLimits {
  /** Waiting for capacity. */
  readonly queueMs: number;
  /** From admission until the container runs. */
  readonly pendingMs: number;
  /** Running; a little longer than `activeDeadlineSeconds`, so that the kubelet is first. */
  readonly runMs: number;
  /** Running on a node that does not answer. */
  readonly unreachableMs: number;
  /** One try to record an outcome; then an alarm and the next try. */
  readonly recordMs: number;
  readonly drainMs: number;
  /** From the accepted deletion until absence; then an alarm, and the worker no longer counts as active. */
  readonly deleteMs: number;
}

/** One Pod of an order. */
export interface WorkerSlot {
  /** Deterministic; also the worker's id. */
  readonly podName: string;
  /** 0 … workerCount − 1. */
  readonly index: number;
  /** Counts from 1. */
  readonly attempt: number;
}

/** The labels of a worker's Pod. Ids of users are annotations: a label could not hold them all. */
export function workerLabels(ledgerName: string, slot: WorkerSlot): Readonly<Record<string, string>> {
  return {
    'managed-by': 'ottoscaler',
    app: 'otto-agent',
    'ottoscaler.io/ledger': ledgerName,
    'ottoscaler.io/index': String(slot.index),
    'ottoscaler.io/attempt': String(slot.attempt),
  };
}

/** Invalid: the object is wrong. Forbidden: we lack the right. Foreign: the name belongs to someone else's Pod. */
export const refusals = ['invalid', 'forbidden', 'foreign'] as const;
export type Refusal = (typeof refusals)[number];

export type Outcome = { readonly kind: 'succeeded' } | { readonly kind: 'failed'; readonly failure: Failure };

/** What the ledger keeps of an ended worker, and what GetWorkerStatus shows of it. Times are RFC 3339 or ''. */
export interface EndedWorker {
  readonly outcome: Outcome;
  readonly createdAt: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly nodeName: string;
  /** Present where the API server would never have taken the Pod. */
  readonly refusal?: Refusal;
}
