/**
 * What the ledger keeps of a run besides its command, and what opening it answers. Everything else that a
 * pipeline knows is derived from this and from the Pods.
 */
import type { Refused } from '../scale/replies.ts';
import type { EndedWorker, LedgerRef, WorkerOrder, WorkerSlot } from '../worker/order.ts';
import type { Cancel, PipelineCommand } from './command.ts';
import type { ProgressDraft, ProgressEvent } from './progress.ts';

/** One try of one worker of a stage: `attempt` counts from 1, `index` from 0. */
export interface AttemptRecord {
  /** Index into the command's stages. */
  readonly stage: number;
  readonly index: number;
  readonly attempt: number;
  /** Absent while its outcome is not recorded: its Pod was created, and may be there. */
  readonly ended?: EndedWorker;
}

export interface PipelineRecord {
  /** Every attempt whose Pod was created or whose outcome is known. */
  readonly attempts: readonly AttemptRecord[];
  /** In order; the sequence number of the first is 1. */
  readonly progress: readonly ProgressEvent[];
  readonly cancel?: Cancel;
  /** RFC 3339; '' while there is work. A closed ledger is the run's tombstone. */
  readonly closedAt: string;
}

/** One stage as it is to be run: names and policy resolved. */
export interface StageOrder {
  readonly order: WorkerOrder;
  readonly workers: number;
  /** Hash of what the stage is and of all that it depends on. */
  readonly digest: string;
}

/** An accepted run. */
export interface OpenPipeline {
  readonly command: PipelineCommand;
  readonly ledger: LedgerRef;
  /** RFC 3339. */
  readonly acceptedAt: string;
  /** By stage index. */
  readonly stages: readonly StageOrder[];
  readonly record: PipelineRecord;
  /** Epoch ms at which the record was read. */
  readonly atMs: number;
  /** From `atMs` until the run's own deadline; may be negative. */
  readonly remainingMs: number;
}

/** Which run to open: a new one (or the same again), one that was accepted before, or a repetition of one. */
export type PipelineOpening =
  | { readonly kind: 'submit'; readonly pipelineId: string; readonly command: PipelineCommand }
  /** `again`: this process had it open, so it is opened whenever the cluster answers. */
  | { readonly kind: 'attach'; readonly pipelineId: string; readonly again?: true }
  | {
      readonly kind: 'retry';
      /** The new run. */
      readonly pipelineId: string;
      /** The run that has ended. */
      readonly earlierId: string;
      readonly triggeredBy: string;
    };

export type OpenPipelineReply =
  /** `resumed`: it had been accepted before; its record may say that it is over. */
  | ({ readonly kind: 'opened' | 'resumed' } & OpenPipeline)
  | Refused
  /** No such run, or it ended longer ago than tombstones are kept. */
  | { readonly kind: 'absent'; readonly pipelineId: string };

/** What is to be made durable together, in one write. Written twice it has the effect of once. */
export interface JournalEntry {
  readonly ledger: LedgerRef;
  /** How many events are durable already; the first draft becomes number `base + 1`. */
  readonly base: number;
  readonly drafts: readonly ProgressDraft[];
  /** Attempts whose Pod was seen. */
  readonly created: ReadonlyArray<Pick<AttemptRecord, 'stage' | 'index' | 'attempt'>>;
  readonly cancel?: Cancel;
}

/** A Pod that may exist, for a pool that takes over what a former process left. */
export interface RecoveredAttempt {
  readonly order: WorkerOrder;
  readonly slot: WorkerSlot;
  /** The ledger says that its Pod was created. */
  readonly created: boolean;
  readonly ended?: EndedWorker;
}

/** Deterministic name of the Pod of one attempt. */
export type NameAttempt = (pipelineId: string, stageId: string, index: number, attempt: number) => string;

/** What is remembered of a run without its stages. Times are RFC 3339 or ''. */
export interface PipelineSummary {
  readonly pipelineId: string;
  readonly name: string;
  readonly status: ProgressEvent['status'];
  readonly percentage: number;
  readonly message: string;
  readonly errorMessage: string;
  readonly acceptedAt: string;
  readonly completedAt: string;
  readonly stagesTotal: number;
  readonly stagesCompleted: number;
  readonly stagesFailed: number;
  readonly stagesRunning: number;
  readonly lastSequence: number;
  readonly triggeredBy: string;
}
