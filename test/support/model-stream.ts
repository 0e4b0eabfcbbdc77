/**
 * A Redis stream with one group, in memory and by a clock that is handed in: the port as a test plays it.
 *
 * It keeps what Redis keeps and forgets it when told to. A connection is one that a test may cut; what was asked
 * over it then rejects, whether Redis has acted or not.
 */
import type { Clock } from '../../src/actors/ports.ts';
import {
  StreamError,
  type Entry,
  type EventStream,
  type EventStreams,
} from '../../src/redis/event-stream.ts';

interface Pending {
  readonly entry: Entry;
  consumer: string;
  touchedAtMs: number;
  deliveries: number;
}

/** What becomes of the next call of this name: it never arrives, or its answer is lost, or nothing happens at all. */
type Fault = 'unheard' | 'unanswered' | 'silent';

export class ModelStream {
  readonly entries: Entry[] = [];
  readonly dead: (readonly (readonly [string, string])[])[] = [];
  /** By id; undefined where there is no group. */
  pending: Map<string, Pending> | undefined;
  /** Every call that arrived, in order. */
  readonly calls: string[] = [];
  isUp = true;
  readonly #clock: Clock;
  readonly #faults = new Map<string, Fault>();
  /** How to cut each connection, with whose it is. */
  readonly #cuts = new Map<() => void, string>();
  readonly #readers = new Set<() => void>();
  #read = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(...entries: readonly Entry[]): void {
    this.entries.push(...entries);
    for (const wake of this.#readers) wake();
  }

  /** Strikes the next call of this name only. */
  failNext(call: keyof EventStream, fault: Fault): void {
    this.#faults.set(call, fault);
  }

  /** It strikes no more. */
  heal(call: keyof EventStream): void {
    this.#faults.delete(call);
  }

  /** Every connection is lost, or those of one consumer. */
  cut(name?: string): void {
    for (const [cut, consumer] of this.#cuts) {
      if (name !== undefined && consumer !== name) continue;
      cut();
      this.#cuts.delete(cut);
    }
  }

  /** Stream and entries stay, what was read is forgotten: as after a failover to a replica that lagged. */
  loseGroup(): void {
    this.pending = undefined;
    this.#read = 0;
  }

  /** As a consumer that was killed had it. */
  leaveWith(consumer: string, ...entries: readonly Entry[]): void {
    this.pending ??= new Map();
    this.entries.push(...entries);
    this.#read = this.entries.length;
    for (const entry of entries)
      this.pending.set(entry.id, { entry, consumer, touchedAtMs: this.#clock.now(), deliveries: 1 });
  }

  consumer(name: string): EventStreams {
    return {
      connect: async () => {
        if (!this.isUp) throw new StreamError('lost', 'connection refused');
        return this.#connection(name);
      },
    };
  }

  #connection(name: string): EventStream {
    const lost = Promise.withResolvers<never>();
    lost.promise.catch(() => {});
    let isCut = false;
    const close = () => {
      isCut = true;
      lost.reject(new StreamError('lost', 'the connection was lost'));
    };
    this.#cuts.set(close, name);
    const call = async <T>(what: keyof EventStream, act: () => T | Promise<T>): Promise<T> => {
      if (isCut) return await lost.promise;
      const fault = this.#faults.get(what);
      this.#faults.delete(what);
      if (fault === 'silent') return await lost.promise;
      if (fault === 'unheard') close();
      else this.calls.push(what);
      const reply = fault === 'unheard' ? lost.promise : act();
      if (fault === 'unanswered') close();
      return await Promise.race([lost.promise, reply]);
    };
    return {
      createGroup: () => call('createGroup', () => void (this.pending ??= new Map())),
      read: (countMax, blockMs) => call('read', () => this.#readNew(name, countMax, blockMs)),
      recall: (held, countMax) =>
        call('recall', () =>
          this.#hand(name, countMax, (one) => one.consumer === name && !held.has(one.entry.id)),
        ),
      claim: (minIdleMs, countMax) =>
        call('claim', () => {
          const untouched = (one: Pending) => this.#clock.now() - one.touchedAtMs >= minIdleMs;
          return { deliveries: this.#hand(name, countMax, untouched), trimmed: 0 };
        }),
      renew: (ids) => call('renew', () => ids.forEach((id) => this.#touch(id, name))),
      charge: (id, deliveries) => call('charge', () => this.#touch(id, name, deliveries)),
      acknowledge: (id) => call('acknowledge', () => void this.pending?.delete(id)),
      bury: (fields) =>
        call('bury', () => {
          this.dead.push(fields.map(([field, value]) => [String(field), String(value)] as const));
        }),
      measure: () =>
        call('measure', () => ({ lag: this.entries.length - this.#read, pending: this.#group().size })),
      close,
    };
  }

  #group(): Map<string, Pending> {
    if (!this.pending) throw new StreamError('no-group', 'NOGROUP No such consumer group');
    return this.pending;
  }

  async #readNew(consumer: string, countMax: number, blockMs: number) {
    this.#group();
    if (this.#read === this.entries.length) await this.#untilAdded(blockMs);
    const group = this.#group();
    const entries = this.entries.slice(this.#read, this.#read + countMax);
    this.#read += entries.length;
    return entries.map((entry) => {
      group.set(entry.id, { entry, consumer, touchedAtMs: this.#clock.now(), deliveries: 1 });
      return { entry, deliveries: 1 };
    });
  }

  async #untilAdded(blockMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = this.#clock.setTimeout(resolve, blockMs);
    this.#readers.add(resolve);
    await promise;
    this.#readers.delete(resolve);
    this.#clock.clearTimeout(timer);
  }

  #hand(consumer: string, countMax: number, isWanted: (one: Pending) => boolean) {
    const wanted = [...this.#group().values()].filter(isWanted).slice(0, countMax);
    return wanted.map(({ entry, deliveries }) => {
      this.#touch(entry.id, consumer, deliveries + 1);
      return { entry, deliveries: deliveries + 1 };
    });
  }

  #touch(id: string, consumer: string, deliveries?: number): void {
    const one = this.#group().get(id);
    if (!one) return;
    Object.assign(one, {
      consumer,
      touchedAtMs: this.#clock.now(),
      deliveries: deliveries ?? one.deliveries,
    });
  }
}
