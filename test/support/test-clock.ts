/** Virtual time for charts: xstate's SimulatedClock, moved from timer to timer, with every operation counted. */
import { SimulatedClock } from 'xstate';
import type { TimerClock } from '../../src/machines/indexed-scheduler.ts';

/** More timers than this within one `advance` are a loop that never waits. */
const firingsMax = 100_000;

export class TestClock implements TimerClock {
  readonly #simulated = new SimulatedClock();
  readonly #dueAt = new Map<unknown, number>();
  /** How often a timer was set or cleared. */
  operations = 0;

  get nowMs(): number {
    return this.#simulated.now();
  }

  /** Timers that have neither fired nor been cleared. */
  get pending(): number {
    return this.#dueAt.size;
  }

  /** The time at which each pending timer fires, soonest first. */
  get dueAt(): readonly number[] {
    return [...this.#dueAt.values()].toSorted((a, b) => a - b);
  }

  setTimeout(fn: () => void, timeoutMs: number): unknown {
    this.operations++;
    const id = this.#simulated.setTimeout(() => {
      this.#dueAt.delete(id);
      fn();
    }, timeoutMs);
    this.#dueAt.set(id, this.nowMs + timeoutMs);
    return id;
  }

  clearTimeout(id: unknown): void {
    this.operations++;
    if (typeof id !== 'number') return;
    this.#dueAt.delete(id);
    this.#simulated.clearTimeout(id);
  }

  /** Lets `ms` pass; timers fire at their own time, so that what they set counts from then. */
  advance(ms: number): void {
    const until = this.nowMs + ms;
    for (let firings = 0; ; firings++) {
      if (firings > firingsMax) throw new Error('timers are set again and again without time passing');
      const next = this.dueAt[0];
      if (next === undefined || next > until) break;
      this.#simulated.set(Math.max(next, this.nowMs));
    }
    this.#simulated.set(until);
  }
}
