/**
 * What a watch knows of its workers, from answer to answer. Pure.
 *
 * An answer is the truth about those it lists. Silence about a worker is not:
 * a server that has just restarted may not list it yet, and one that has
 * forgotten it never will. So a worker that ended stays as it was, and one that
 * stays unlisted for long is lost: how it ended is unknown, which is no success.
 */
import { hasEnded, type SeenWorker } from './seen-worker.ts';

/** Which workers are watched. */
export type Scope =
  /** Those that one command made or ended. */
  | { readonly kind: 'workers'; readonly podNames: readonly string[] }
  /** Whatever the answers list, until all of it has ended. */
  | { readonly kind: 'task' }
  /** Whatever the latest answer lists, without an end. */
  | { readonly kind: 'everything' };

export interface WatchedWorker {
  readonly podName: string;
  /** Absent until an answer lists it. */
  readonly seen?: SeenWorker;
  /** Since when the answers have left it out. */
  readonly missingSinceMs?: number;
}

export interface WatchState {
  readonly scope: Scope;
  readonly workers: ReadonlyMap<string, WatchedWorker>;
  /** How many more the server has than it listed. */
  readonly omittedCount: number;
}

/** Longer than a restarted server takes to find its workers again. */
export const lostAfterMs = 10_000;

export function startWatch(scope: Scope): WatchState {
  const podNames = scope.kind === 'workers' ? scope.podNames : [];
  return { scope, workers: new Map(podNames.map((podName) => [podName, { podName }])), omittedCount: 0 };
}

/** @param nowMs by any clock that does not jump. */
export function observe(
  { scope, workers }: WatchState,
  answer: { readonly workers: readonly SeenWorker[]; readonly omittedCount: number },
  nowMs: number,
): WatchState {
  const next = new Map<string, WatchedWorker>();
  if (scope.kind !== 'everything') {
    for (const [podName, worker] of workers) next.set(podName, unlisted(worker, nowMs));
  }
  for (const seen of answer.workers) {
    const { podName } = seen;
    if (scope.kind !== 'workers' || workers.has(podName)) next.set(podName, { podName, seen });
  }
  return { scope, workers: next, omittedCount: scope.kind === 'workers' ? 0 : answer.omittedCount };
}

function unlisted(worker: WatchedWorker, nowMs: number): WatchedWorker {
  return worker.seen && hasEnded(worker.seen) ? worker : { missingSinceMs: nowMs, ...worker };
}

export type Phase = 'pending' | 'running' | 'succeeded' | 'failed' | 'unknown';

export function phaseOf({ seen, missingSinceMs }: WatchedWorker, nowMs: number): Phase {
  if (missingSinceMs !== undefined && nowMs - missingSinceMs >= lostAfterMs) return 'unknown';
  switch (seen?.status) {
    case 'running':
    case 'succeeded':
    case 'failed':
      return seen.status;
    case undefined:
    default:
      return 'pending';
  }
}

export type Counts = Readonly<Record<Phase, number>>;

export function countPhases({ workers }: WatchState, nowMs: number): Counts {
  const counts = { pending: 0, running: 0, succeeded: 0, failed: 0, unknown: 0 };
  for (const worker of workers.values()) counts[phaseOf(worker, nowMs)]++;
  return counts;
}

/** Whether nothing more can happen to what is watched. */
export function isOver(state: WatchState, nowMs: number): boolean {
  if (state.scope.kind === 'everything') return false;
  const { pending, running } = countPhases(state, nowMs);
  return pending === 0 && running === 0;
}
