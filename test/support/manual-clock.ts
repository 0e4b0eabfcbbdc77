/** A clock that stands still until the test moves it. */
import type { Clock } from '../../src/cluster/kubernetes/clock.ts';

interface Sleeper {
  readonly ms: number;
  readonly untilMs: number;
  readonly wake: () => void;
}

export class ManualClock implements Clock {
  #nowMs = 0;
  readonly #sleepers = new Set<Sleeper>();
  readonly #watchers = new Set<() => void>();

  readonly nowMs = (): number => this.#nowMs;

  readonly epochMs = (): number => Date.UTC(2026, 0, 1) + this.#nowMs;

  readonly sleep = (ms: number, signal: AbortSignal): Promise<void> => {
    if (signal.aborted) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    const sleeper = { ms, untilMs: this.#nowMs + ms, wake: resolve };
    this.#sleepers.add(sleeper);
    signal.addEventListener(
      'abort',
      () => {
        this.#sleepers.delete(sleeper);
        resolve();
        this.#notify();
      },
      { once: true },
    );
    this.#notify();
    return promise;
  };

  /** The durations of the sleeps that go on. */
  get sleeping(): readonly number[] {
    return [...this.#sleepers].map(({ ms }) => ms);
  }

  advance(ms: number): void {
    this.#nowMs += ms;
    for (const sleeper of this.#sleepers) {
      if (sleeper.untilMs > this.#nowMs) continue;
      this.#sleepers.delete(sleeper);
      sleeper.wake();
    }
  }

  /** Resolves once the sleeps that go on are as wanted. */
  async untilSleeping(holds: (sleeping: readonly number[]) => boolean): Promise<readonly number[]> {
    while (!holds(this.sleeping)) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#watchers.add(resolve);
      await promise;
    }
    return this.sleeping;
  }

  #notify(): void {
    for (const notify of this.#watchers) notify();
    this.#watchers.clear();
  }
}
