/**
 * Virtual time of a whole world: the timers of its cluster and of every process in it, fired one at a time
 * in the order in which they are due.
 */
import type { Clock } from '../../../src/actors/ports.ts';

interface Timer {
  readonly dueMs: number;
  readonly fire: () => void;
}

export class SimClock implements Clock {
  #nowMs: number;
  #lastId = 0;
  readonly #timers = new Map<number, Timer>();

  constructor(epochMs: number) {
    this.#nowMs = epochMs;
  }

  now(): number {
    return this.#nowMs;
  }

  setTimeout(fire: () => void, timeoutMs: number): number {
    this.#lastId += 1;
    this.#timers.set(this.#lastId, { dueMs: this.#nowMs + Math.max(0, timeoutMs), fire });
    return this.#lastId;
  }

  clearTimeout(id: unknown): void {
    if (typeof id === 'number') this.#timers.delete(id);
  }

  /** Lets time pass until the next timer and fires it. @returns false where none is due until then. */
  step(untilMs: number): boolean {
    let nextId = 0;
    let dueMs = Infinity;
    for (const [id, timer] of this.#timers) {
      if (timer.dueMs < dueMs) [nextId, dueMs] = [id, timer.dueMs];
    }
    const timer = this.#timers.get(nextId);
    this.#nowMs = Math.max(this.#nowMs, Math.min(dueMs, untilMs));
    if (!timer || dueMs > untilMs) return false;
    this.#timers.delete(nextId);
    timer.fire();
    return true;
  }
}

/** One process's view of the time; it ends with the process, and its timers with it. */
export class ProcessClock implements Clock {
  readonly #world: SimClock;
  readonly #own = new Set<number>();
  #isStopped = false;

  constructor(world: SimClock) {
    this.#world = world;
  }

  now(): number {
    return this.#world.now();
  }

  setTimeout(fire: () => void, timeoutMs: number): number {
    if (this.#isStopped) return 0;
    const id = this.#world.setTimeout(() => {
      this.#own.delete(id);
      fire();
    }, timeoutMs);
    this.#own.add(id);
    return id;
  }

  clearTimeout(id: unknown): void {
    if (typeof id !== 'number' || !this.#own.delete(id)) return;
    this.#world.clearTimeout(id);
  }

  stop(): void {
    this.#isStopped = true;
    for (const id of this.#own) this.#world.clearTimeout(id);
    this.#own.clear();
  }
}
