/** What effects need besides the cluster: time, chance, a log, a witness. All are injected. */
import type { ObservedPod } from '../machines/pod.ts';
import type { WorkerTarget } from '../machines/worker/events.ts';
import type { Outcome } from '../machines/worker/order.ts';

export interface Clock {
  /** Epoch ms. */
  now(): number;
  setTimeout(fn: () => void, timeoutMs: number): unknown;
  clearTimeout(id: unknown): void;
}

/** Uniform in [0, 1). */
export type Random = () => number;

/** Structured log; fields first, one plain sentence second. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** A worker and its Pod as last seen; undefined where none was. */
export interface WitnessedWorker extends WorkerTarget {
  readonly pod: ObservedPod | undefined;
  /** The Pod is not there any more, and nobody waits for it: what it wrote cannot be read now. */
  readonly isGone?: boolean;
}

/**
 * Stands beside the workers: keeps what they write, and tells of their lives. Lines never become events of actors.
 * Nothing here rejects, and nothing of it decides what becomes of a worker.
 */
export interface Witness {
  /** More is known of it than before. */
  saw(worker: WitnessedWorker): void;
  /** Resolves once the end is durable to be told: before it is recorded, so that no end is ever untold. */
  ending(worker: WitnessedWorker, outcome: Outcome): Promise<void>;
  /** Resolves once what its Pod wrote is kept, or, after `withinMs`, will not be: then the Pod may be deleted. */
  drain(worker: WitnessedWorker, withinMs: number): Promise<void>;
  /** Its Pod's absence is confirmed. */
  gone(worker: WitnessedWorker): void;
}

/** @returns after `delayMs`, or at once when the signal aborts. */
export function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) resolve();
  const timer = clock.setTimeout(resolve, delayMs);
  const stop = () => {
    clock.clearTimeout(timer);
    resolve();
  };
  signal.addEventListener('abort', stop, { once: true });
  return promise.finally(() => signal.removeEventListener('abort', stop));
}
