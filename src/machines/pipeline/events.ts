/** The vocabulary between a run, its stages and the pool. */
import type { StageReport, WantedAttempt } from '../stage/events.ts';
import type { WorkerReport } from '../worker/events.ts';
import type { Cancel } from './command.ts';
import type { UsageSample } from './usage.ts';

export type PipelineEvent =
  | { readonly type: 'pipeline.cancel'; readonly cancel: Cancel }
  /** Nobody is expected to read it any more; only a run that is over obeys. */
  | { readonly type: 'pipeline.forget' }
  /** Its stages are made, and what they wait for is as the ledger says. Sent by the run to itself. */
  | { readonly type: 'run.restored' }
  /** A cancel is durable. Sent by the run to itself. */
  | { readonly type: 'cancel.recorded' }
  | {
      readonly type: 'workers.waiting';
      readonly reasons: ReadonlyArray<readonly [id: string, reason: string]>;
    }
  | { readonly type: 'usage.sampled'; readonly samples: readonly UsageSample[] }
  | StageReport
  | WorkerReport;

/** What a run tells the pool. `by` and `pipelineId` are the run's id. */
export type PipelineReport =
  | {
      readonly type: 'attempts.wanted';
      readonly by: string;
      /** Index into the command's stages. */
      readonly stage: number;
      readonly attempts: readonly WantedAttempt[];
    }
  | {
      readonly type: 'workers.terminate';
      readonly ids: readonly string[];
      readonly reason: string;
      readonly by: string;
    }
  /** Asks why these workers do not run; answered by `workers.waiting`. */
  | { readonly type: 'reasons.wanted'; readonly by: string; readonly ids: readonly string[] }
  /** Its ledger is a tombstone. The actor may still be read for a while. */
  | { readonly type: 'pipeline.closed'; readonly pipelineId: string }
  /** The actor is over. */
  | { readonly type: 'pipeline.finished'; readonly pipelineId: string };
