/**
 * What a run tells: every status change of every stage and of the pipeline itself, numbered without gaps.
 *
 * A chart drafts an event; the ledger's writer stamps it with the time and makes it durable; only then is it
 * shown. What was shown is therefore never taken back, whatever crashes.
 */

/** The wire's StageStatus, for stages and for the pipeline itself. */
export type StageStatus =
  'pending' | 'running' | 'retrying' | 'completed' | 'failed' | 'cancelled' | 'skipped';

export interface ProgressDraft {
  /** Index into the command's stages, or -1 for the pipeline itself. */
  readonly stage: number;
  readonly status: StageStatus;
  /** One sentence for people. */
  readonly message: string;
  /** Pods of the current attempts; absent = as in the stage's event before. */
  readonly podNames?: readonly string[];
  /** 0–100. */
  readonly percentage: number;
  /** `name: evidence` of a failure, else ''. */
  readonly errorMessage: string;
  /** Workers of the current attempts. Zeros for the pipeline itself. */
  readonly workers: { readonly succeeded: number; readonly failed: number; readonly total: number };
  /** Mean use while it ran, where it was measured: cores, and MB (10^6 bytes). */
  readonly usage?: { readonly cpuCores: number; readonly memoryMb: number };
  /** Highest attempt number of the stage's workers; 0 for the pipeline itself. */
  readonly attempt: number;
  /** No change of status: left out, before it is given a number, where the ledger has become large. */
  readonly isOptional?: true;
}

/** A draft that is durable. Its sequence number is its place in the run's list, from 1. Times are RFC 3339 or ''. */
export interface ProgressEvent extends Omit<ProgressDraft, 'isOptional'> {
  readonly at: string;
  readonly startedAt: string;
  readonly completedAt: string;
  readonly podNames: readonly string[];
}

export const thePipeline = -1;

const ends: ReadonlySet<StageStatus> = new Set(['completed', 'failed', 'cancelled', 'skipped']);

export function isEnd(status: StageStatus): boolean {
  return ends.has(status);
}

/** @returns true once a run has told its own end, which is always its last event. */
export function isTold(progress: readonly ProgressEvent[]): boolean {
  const last = progress.at(-1);
  return last !== undefined && last.stage === thePipeline && isEnd(last.status);
}

/**
 * @param earlier the event before of the same stage
 * @param atMs epoch ms
 */
export function stamp(draft: ProgressDraft, earlier: ProgressEvent | undefined, atMs: number): ProgressEvent {
  const at = new Date(atMs).toISOString();
  const runs = draft.status === 'running' || draft.status === 'retrying';
  const { isOptional: _, ...told } = draft;
  const usage = draft.usage ?? earlier?.usage;
  return {
    ...told,
    at,
    startedAt: earlier?.startedAt || (runs ? at : ''),
    completedAt: isEnd(draft.status) ? at : '',
    podNames: draft.podNames ?? earlier?.podNames ?? [],
    ...(usage ? { usage } : {}),
  };
}
