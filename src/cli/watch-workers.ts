/**
 * Asks for the workers' status again and again until nothing more can happen to them.
 *
 * One request at a time, with a pause between. A server that is restarting is
 * waited for as long as one answer may take (-timeout): its workers outlive it.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { OttoscalerClientError, type OttoscalerClient } from '../rpc/client.ts';
import { printable } from './printable.ts';
import { seenWorker } from './seen-worker.ts';
import type { WatchDisplay } from './watch-display.ts';
import { isOver, observe, startWatch, type Scope, type WatchState } from './watch-state.ts';
import type { Moment } from './worker-row.ts';

export interface WatchOptions {
  readonly client: OttoscalerClient;
  readonly taskId: string;
  readonly scope: Scope;
  /** For each call. */
  readonly timeoutMs: number;
  /** Whether the server has answered just before; one that never did is not waited for. */
  readonly hasAnswered: boolean;
  readonly display: WatchDisplay;
  readonly signal: AbortSignal;
}

const pollMs = 500;

/**
 * @returns the state in which all is over.
 * @throws OttoscalerClientError where a call fails for good; whatever aborts the signal, as an AbortError or CANCELLED.
 */
export async function watchWorkers(options: WatchOptions): Promise<WatchState> {
  const { scope, display, signal } = options;
  const beganMs = performance.now();
  const now = (): Moment => ({ dateMs: Date.now(), elapsedMs: performance.now() - beganMs });
  let state = startWatch(scope);
  let { hasAnswered } = options;
  try {
    for (;;) {
      const answer = await ask({ ...options, hasAnswered }, now);
      hasAnswered = true;
      const moment = now();
      state = observe(state, answer, moment.elapsedMs);
      if (isOver(state, moment.elapsedMs)) {
        display.show(state, moment);
        display.end(state, moment);
        return state;
      }
      display.show(state, moment);
      await pause(pollMs, undefined, { signal });
    }
  } finally {
    display.close();
  }
}

/** One answer, and the patience to wait for a server that is away for a while. */
async function ask(options: WatchOptions, now: () => Moment) {
  const { client, taskId, timeoutMs, hasAnswered, display, signal } = options;
  const beganMs = now().elapsedMs;
  let isTroubled = false;
  for (;;) {
    try {
      const answer = await client.getWorkerStatus({ task_id: taskId }, { timeoutMs, signal });
      return { workers: answer.workers.map(seenWorker), omittedCount: answer.omitted_count };
    } catch (error) {
      const moment = now();
      const isPatient = hasAnswered && moment.elapsedMs - beganMs < timeoutMs;
      if (!isPatient || !isAway(error) || signal.aborted) throw error;
      if (!isTroubled) display.trouble(`trying again: ${printable(error.message)}`, moment);
      isTroubled = true;
      await pause(pollMs, undefined, { signal });
    }
  }
}

/** A server that dies in the middle of a call may leave it CANCELLED. */
function isAway(error: unknown): error is OttoscalerClientError {
  if (!(error instanceof OttoscalerClientError)) return false;
  return error.code === 'UNAVAILABLE' || error.code === 'CANCELLED';
}
