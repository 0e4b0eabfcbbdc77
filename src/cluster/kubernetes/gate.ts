/**
 * A bound on the requests in flight, and on those that wait for their turn.
 *
 * A slow API server must cost waiting, not memory: beyond `waitingMax`, or after `waitMaxMs` in line, a
 * request is refused as `throttled`, which also says that it was certainly not sent.
 */
import { ClusterError } from '../port.ts';

export interface GateOptions {
  readonly inFlightMax: number;
  readonly waitingMax: number;
  readonly waitMaxMs: number;
  readonly nowMs: () => number;
}

interface Waiter {
  readonly what: string;
  readonly sinceMs: number;
  readonly admit: () => void;
  readonly refuse: (error: ClusterError) => void;
}

export class Gate {
  readonly #options: GateOptions;
  readonly #waiters = new Set<Waiter>();
  #inFlight = 0;

  constructor(options: GateOptions) {
    this.#options = options;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get waiting(): number {
    return this.#waiters.size;
  }

  /** Resolves once there is room. Each entry must be followed by exactly one {@link leave}. */
  enter(what: string): Promise<void> {
    const { inFlightMax, waitingMax, nowMs } = this.#options;
    if (this.#inFlight < inFlightMax) {
      this.#inFlight += 1;
      return Promise.resolve();
    }
    if (this.#waiters.size >= waitingMax) return Promise.reject(refusal(what, this.#waiters.size));
    return new Promise((admit, refuse) => {
      this.#waiters.add({ what, sinceMs: nowMs(), admit, refuse });
    });
  }

  leave(): void {
    this.#refuseExpired();
    const [next] = this.#waiters;
    if (next === undefined) {
      this.#inFlight -= 1;
      return;
    }
    // The place passes on, so that a newcomer cannot overtake the line.
    this.#waiters.delete(next);
    next.admit();
  }

  /** The line is in order of arrival and every request in flight is bounded in time: no timers are needed. */
  #refuseExpired(): void {
    const oldestMs = this.#options.nowMs() - this.#options.waitMaxMs;
    for (const waiter of this.#waiters) {
      if (waiter.sinceMs >= oldestMs) return;
      this.#waiters.delete(waiter);
      waiter.refuse(refusal(waiter.what, this.#waiters.size));
    }
  }
}

function refusal(what: string, waiting: number): ClusterError {
  return new ClusterError(
    'throttled',
    `${what}: not sent, ${waiting} requests already wait for the API server`,
    {
      retryAfterMs: 1000,
    },
  );
}
