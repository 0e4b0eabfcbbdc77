/** What effects need besides the cluster: time, chance, a place for log lines. All are injected. */

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

/** One line that a worker wrote. */
interface WorkerLine {
  readonly podName: string;
  readonly taskId: string;
  readonly text: string;
}

/** Where worker output goes. */
export interface LineSink {
  write(line: WorkerLine): void;
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
