/** The vocabulary between a stage, its pipeline and, through it, the pool. */
import type { ProgressDraft, StageStatus } from '../pipeline/progress.ts';
import type { AttemptRecord } from '../pipeline/record.ts';
import type { StageResult } from '../pipeline/schedule.ts';
import type { UsageSample } from '../pipeline/usage.ts';
import type { WorkerReport } from '../worker/events.ts';
import type { EndedWorker, WorkerSlot } from '../worker/order.ts';

export type StageEvent =
  | { readonly type: 'stage.start' }
  /** Its pipeline's actor is no more; another one takes over from the ledger. */
  | { readonly type: 'stage.abandon' }
  | { readonly type: 'stage.skip'; readonly reason: string }
  /** Its workers are terminated; once they are gone the stage ends as `verdict`. */
  | { readonly type: 'stage.stop'; readonly verdict: 'cancelled' | 'failed'; readonly reason: string }
  /** What it told of this status is durable. */
  | { readonly type: 'stage.recorded'; readonly status: StageStatus }
  /** A failed worker has rested. Sent by the stage to itself. */
  | { readonly type: 'attempt.due'; readonly index: number; readonly attempt: number }
  /** Why its workers do not run, as they say themselves; in the order asked for. */
  | { readonly type: 'workers.waiting'; readonly reasons: readonly string[] }
  | { readonly type: 'usage.sampled'; readonly samples: readonly UsageSample[] }
  | WorkerReport;

/** One try that the pool is asked for: to be begun, or to be told about again. */
export interface WantedAttempt {
  readonly slot: WorkerSlot;
  /** Present where the ledger knows its outcome: only the absence of its Pod is of interest. */
  readonly ended?: EndedWorker;
  /** Present where it is not to begin any more, and why: if it has not, the absence of its Pod is made sure of. */
  readonly stopped?: string;
}

/** What a stage tells its pipeline. `stage` is its index. */
export type StageReport =
  | { readonly type: 'stage.told'; readonly draft: ProgressDraft }
  | {
      readonly type: 'stage.created';
      readonly attempt: Pick<AttemptRecord, 'stage' | 'index' | 'attempt'>;
    }
  | { readonly type: 'stage.ended'; readonly stage: number; readonly result: StageResult }
  /** None of its Pods exists any more; the actor is over. */
  | { readonly type: 'stage.cleared'; readonly stage: number }
  | {
      readonly type: 'stage.wants';
      readonly stage: number;
      readonly attempts: readonly WantedAttempt[];
    }
  | { readonly type: 'stage.terminates'; readonly ids: readonly string[]; readonly reason: string }
  /** Asks why these workers do not run yet. */
  | { readonly type: 'stage.asks'; readonly ids: readonly string[] };
