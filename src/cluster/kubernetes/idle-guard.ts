/**
 * Whether a silent watch is quiet or dead.
 *
 * A half-open connection is silent for ever, and a healthy watch of quiet Pods is silent too: bookmarks come
 * every 60 s (measured on Kubernetes 1.20), and opening it anew sooner than that would keep them from
 * ever coming, until the position is too old and all Pods are listed again. So a silent watch is left alone
 * and asked about: a second watch of one second from the same position brings what the first one missed.
 * TCP keepalive ends connections whose peer is gone; this finds those that a proxy or a hung server keeps.
 */
import { ClusterError } from '../port.ts';
import type { Clock } from './clock.ts';
import type { Transport } from './transport.ts';
import { watchEvents, type WatchRequest } from './watch-stream.ts';

export interface IdleGuardOptions {
  readonly clock: Clock;
  readonly idleMs: number;
  readonly signal: AbortSignal;
  /** When the watch last brought data, in the clock's milliseconds. */
  readonly dataMs: () => number;
  /** Called after each `idleMs` without data. Must not reject. */
  readonly check: () => Promise<void>;
}

/** Resolves when `signal` aborts. */
export async function guardIdle(options: IdleGuardOptions): Promise<void> {
  const { clock, idleMs, signal, dataMs, check } = options;
  let checkedMs = clock.nowMs();
  while (!signal.aborted) {
    const restMs = Math.max(dataMs(), checkedMs) + idleMs - clock.nowMs();
    if (restMs > 0) {
      await clock.sleep(restMs, signal);
      continue;
    }
    await check();
    checkedMs = clock.nowMs();
  }
}

/**
 * @returns `current` where the position is the newest, `behind` where there is more after it or the server
 * knows it no longer. Rejects with a ClusterError where the server does not answer.
 */
export async function comparePosition(
  transport: Transport,
  request: WatchRequest,
  deadline: { readonly clock: Clock; readonly ms: number },
  signal: AbortSignal,
): Promise<'current' | 'behind'> {
  const ending = new AbortController();
  const either = AbortSignal.any([signal, ending.signal]);
  const expire = async (): Promise<void> => {
    await deadline.clock.sleep(deadline.ms, either);
    ending.abort();
  };
  void expire();
  try {
    for await (const events of watchEvents(
      transport,
      { ...request, timeoutSeconds: 1 },
      either,
      () => undefined,
    )) {
      if (events.some((event) => event.type !== 'BOOKMARK')) return 'behind';
    }
    return 'current';
  } catch (error) {
    if (error instanceof ClusterError && error.code === 'expired') return 'behind';
    if (!ending.signal.aborted) throw error;
    throw new ClusterError('timeout', `${request.what}: no answer to a check within ${deadline.ms} ms`);
  } finally {
    ending.abort();
  }
}
