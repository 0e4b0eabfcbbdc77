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
  /** Ids as a binary heap, the next due first, of two the older; those of cleared timers are passed over. */
  readonly #heap: number[] = [];
  readonly #dueMs = new Map<number, number>();

  constructor(epochMs: number) {
    this.#nowMs = epochMs;
  }

  now(): number {
    return this.#nowMs;
  }

  setTimeout(fire: () => void, timeoutMs: number): number {
    this.#lastId += 1;
    const dueMs = this.#nowMs + Math.max(0, timeoutMs);
    this.#timers.set(this.#lastId, { dueMs, fire });
    this.#dueMs.set(this.#lastId, dueMs);
    this.#heap.push(this.#lastId);
    this.#rise(this.#heap.length - 1);
    return this.#lastId;
  }

  clearTimeout(id: unknown): void {
    if (typeof id === 'number') this.#timers.delete(id);
  }

  /** Lets time pass until the next timer and fires it. @returns false where none is due until then. */
  step(untilMs: number): boolean {
    while (this.#heap.length > 0 && !this.#timers.has(this.#first)) this.#pop();
    const timer = this.#timers.get(this.#first);
    const dueMs = timer?.dueMs ?? Infinity;
    this.#nowMs = Math.max(this.#nowMs, Math.min(dueMs, untilMs));
    if (!timer || dueMs > untilMs) return false;
    this.#timers.delete(this.#pop());
    timer.fire();
    return true;
  }

  get #first(): number {
    return this.#heap[0] ?? 0;
  }

  #pop(): number {
    const first = this.#first;
    const last = this.#heap.pop() ?? 0;
    if (this.#heap.length > 0) {
      this.#heap[0] = last;
      this.#sink(0);
    }
    this.#dueMs.delete(first);
    return first;
  }

  #rise(from: number): void {
    for (let at = from; at > 0;) {
      const above = (at - 1) >> 1;
      if (!this.#isBefore(at, above)) return;
      this.#swap(at, above);
      at = above;
    }
  }

  #sink(from: number): void {
    for (let at = from; ;) {
      const left = 2 * at + 1;
      const least = left + 1 < this.#heap.length && this.#isBefore(left + 1, left) ? left + 1 : left;
      if (left >= this.#heap.length || !this.#isBefore(least, at)) return;
      this.#swap(at, least);
      at = least;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const [x = 0, y = 0] = [this.#heap[a], this.#heap[b]];
    const [dueX = 0, dueY = 0] = [this.#dueMs.get(x), this.#dueMs.get(y)];
    return dueX < dueY || (dueX === dueY && x < y);
  }

  #swap(a: number, b: number): void {
    const [x = 0, y = 0] = [this.#heap[a], this.#heap[b]];
    [this.#heap[a], this.#heap[b]] = [y, x];
  }
}

/** How a process stands still: all of its machine does, its monotonic clock too; or only the process itself. */
export type Standstill = 'suspended' | 'stalled';

interface OwnTimer {
  dueMs: number;
  readonly fire: () => void;
  worldId: number;
}

/** One process's view of the time; it ends with the process, and its timers with it. */
export class ProcessClock implements Clock {
  readonly #world: SimClock;
  /** Its wall clock is that far ahead of the others'. */
  #skewMs: number;
  readonly #own = new Map<number, OwnTimer>();
  #lastId = 0;
  #isStopped = false;
  #still: { readonly how: Standstill; readonly sinceMs: number } | undefined;
  /** How long its machine has been suspended so far. */
  #suspendedMs = 0;

  constructor(world: SimClock, skewMs = 0) {
    this.#world = world;
    this.#skewMs = skewMs;
  }

  now(): number {
    return this.#world.now() + this.#skewMs;
  }

  /** Never jumps, and does not count what its machine slept through. */
  readonly monotonicMs = (): number => {
    const { how = 'stalled', sinceMs = 0 } = this.#still ?? {};
    const nowMs = how === 'suspended' ? sinceMs : this.#world.now();
    return nowMs - this.#suspendedMs;
  };

  setTimeout(fire: () => void, timeoutMs: number): number {
    if (this.#isStopped) return 0;
    this.#lastId += 1;
    const timer = { dueMs: this.#world.now() + Math.max(0, timeoutMs), fire, worldId: 0 };
    this.#own.set(this.#lastId, timer);
    this.#arm(this.#lastId, timer);
    return this.#lastId;
  }

  clearTimeout(id: unknown): void {
    if (typeof id !== 'number') return;
    const timer = this.#own.get(id);
    this.#own.delete(id);
    if (timer) this.#world.clearTimeout(timer.worldId);
  }

  /** Somebody sets its wall clock. */
  jump(ms: number): void {
    this.#skewMs += ms;
  }

  stop(): void {
    this.#isStopped = true;
    for (const { worldId } of this.#own.values()) this.#world.clearTimeout(worldId);
    this.#own.clear();
  }

  stand(how: Standstill): void {
    this.#still = { how, sinceMs: this.#world.now() };
  }

  /** After a stall all that came due fires now, the oldest first; after a suspension each timer has its rest. */
  goOn(): void {
    if (!this.#still) return;
    const { how, sinceMs } = this.#still;
    this.#still = undefined;
    const nowMs = this.#world.now();
    if (how === 'suspended') this.#suspendedMs += nowMs - sinceMs;
    const inOrder = [...this.#own].toSorted(([a, x], [b, y]) => x.dueMs - y.dueMs || a - b);
    for (const [id, timer] of inOrder) {
      if (how === 'suspended') timer.dueMs += nowMs - sinceMs;
      this.#world.clearTimeout(timer.worldId);
      this.#arm(id, timer);
    }
  }

  #arm(id: number, timer: OwnTimer): void {
    timer.worldId = this.#world.setTimeout(() => {
      if (this.#still) return;
      this.#own.delete(id);
      timer.fire();
    }, timer.dueMs - this.#world.now());
  }
}
