/**
 * A Redis under virtual time: it outlives processes, is away and comes back with what it had kept, is replaced by a
 * replica that lags, and does to each command what its plan says.
 *
 * Who is killed is disconnected at once; what had arrived by then is done.
 */
import { StreamError } from '../../../../src/redis/event-stream.ts';
import { streamError, type RedisConnection } from '../../../../src/redis/redis-connection.ts';
import type { Inhabitant } from '../peripheral.ts';
import type { SimClock } from '../sim-clock.ts';
import { blocksFor, perform, type Argument } from './stream-commands.ts';
import { copyOf, type Keyspace } from './stream-key.ts';

export type CommandFate =
  | { readonly kind: 'served' }
  | { readonly kind: 'slow'; readonly beforeMs: number; readonly afterMs: number }
  /** The connection is lost. */
  | { readonly kind: 'lost'; readonly isDone: boolean }
  /** Nothing is heard on this connection any more, nor is anything done that is said on it later. */
  | { readonly kind: 'silent'; readonly isDone: boolean }
  /** kill -9 before it is done, after it but before the answer, or after the answer. */
  | { readonly kind: 'killed'; readonly when: 'before' | 'unanswered' | 'after' };

export interface RedisPlan {
  readonly command: (from: string, command: readonly Argument[]) => CommandFate;
  /** Whether it is heard by whoever connects. */
  readonly connects: (from: string) => boolean;
}

/** Sees each command as it is done. */
export type Watched = (from: string, command: readonly Argument[], deed: () => unknown) => unknown;

interface Waiting {
  readonly look: () => unknown;
  readonly resolve: (reply: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** As the client's own patience. */
const connectMs = 5_000;
/** How finely what was is remembered, and how far back. */
const keptEveryMs = 200;
const keptMost = 50;
const readings: ReadonlySet<Argument> = new Set(['XPENDING', 'XINFO']);

export class ScriptedRedis {
  keys: Keyspace = new Map();
  /** Nobody is there until then. */
  awayUntilMs = 0;
  readonly #clock: SimClock;
  readonly #plan: RedisPlan;
  readonly #watched: Watched;
  readonly #connections = new Map<(reason: string) => void, Inhabitant>();
  readonly #waiting = new Set<Waiting>();
  readonly #past: { readonly atMs: number; readonly keys: Keyspace }[] = [];

  constructor(clock: SimClock, plan: RedisPlan, watched: Watched = (_from, _command, deed) => deed()) {
    this.#clock = clock;
    this.#plan = plan;
    this.#watched = watched;
  }

  get isAway(): boolean {
    return this.#clock.now() < this.awayUntilMs;
  }

  /** Of somebody who is no process of ours. @throws Refusal */
  ask(...command: readonly Argument[]): unknown {
    return this.#perform('', command);
  }

  /**
   * It dies, and comes back or a replica takes its place.
   *
   * @param lossMs of what it took last is not there then: up to a second where it syncs every second, or the replica's lag
   */
  leave(ms: number, lossMs: number): void {
    this.awayUntilMs = Math.max(this.awayUntilMs, this.#clock.now() + ms);
    this.#disconnect();
    this.#goBack(lossMs);
  }

  connectOf(inhabitant: Inhabitant): () => Promise<RedisConnection> {
    return async () => {
      await Promise.resolve();
      const { identity, isGone, deliver, clock } = inhabitant;
      if (isGone()) return never();
      if (this.isAway) throw new StreamError('lost', 'connect ECONNREFUSED');
      if (this.#plan.connects(identity)) return this.#connection(inhabitant);
      const { promise, reject } = Promise.withResolvers<never>();
      clock.setTimeout(() => deliver(() => reject(new StreamError('lost', 'connection timeout'))), connectMs);
      return promise;
    };
  }

  /** It was killed: its kernel tells. */
  forget(inhabitant: Inhabitant): void {
    for (const [end, whose] of this.#connections) if (whose === inhabitant) end('killed');
  }

  #connection(inhabitant: Inhabitant): RedisConnection {
    const { deliver, isGone } = inhabitant;
    const lost = Promise.withResolvers<never>();
    lost.promise.catch(() => undefined);
    const wire = { isOver: false, isSilent: false };
    const end = (reason: string): void => {
      wire.isOver = true;
      this.#connections.delete(end);
      deliver(() => lost.reject(new StreamError('lost', reason)));
    };
    this.#connections.set(end, inhabitant);
    const exchange = async (command: readonly Argument[]): Promise<unknown> => {
      if (isGone() || wire.isSilent || wire.isOver) return never();
      return await this.#exchange(command, { inhabitant, wire, end });
    };
    // One after the other, as the wire has it.
    let before: Promise<unknown> = Promise.resolve();
    return {
      ask: (...command) => {
        const reply = before.then(() => exchange(command));
        before = reply.catch(() => undefined);
        return Promise.race([lost.promise, reply]);
      },
      close: () => {
        if (!wire.isOver) end('closed');
      },
    };
  }

  async #exchange(command: readonly Argument[], { inhabitant, wire, end }: Wire): Promise<unknown> {
    const { identity, deliver, kill } = inhabitant;
    const fate = this.#plan.command(identity, command);
    const act = (): Promise<unknown> => this.#act(identity, command, wire);
    const heard = (reply: unknown): Promise<unknown> =>
      new Promise((resolve) => deliver(() => resolve(reply)));
    switch (fate.kind) {
      case 'served':
        return await heard(await act());
      case 'slow': {
        await this.#pass(fate.beforeMs);
        if (wire.isOver) return never();
        const reply = await act();
        await this.#pass(fate.afterMs);
        return await heard(reply);
      }
      case 'lost':
        if (fate.isDone) await act();
        end('Socket closed unexpectedly');
        return never();
      case 'silent':
        if (fate.isDone) await act();
        wire.isSilent = true;
        return never();
      case 'killed':
        if (fate.when === 'before') kill();
        else {
          const reply = await act();
          if (fate.when === 'after') {
            this.#clock.setTimeout(kill, 0);
            return await heard(reply);
          }
          kill();
        }
        return never();
    }
  }

  async #act(from: string, command: readonly Argument[], wire: Wire['wire']): Promise<unknown> {
    try {
      const reply = this.#perform(from, command);
      const blockMs = blocksFor(command);
      return reply === null && blockMs !== undefined
        ? await this.#wait(blockMs, () => (wire.isOver ? gone : this.#perform(from, command)))
        : reply;
    } catch (error) {
      throw streamError(error);
    }
  }

  #wait(ms: number, look: () => unknown): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const waiting: Waiting = { look, resolve, reject };
    this.#waiting.add(waiting);
    const late = this.#clock.setTimeout(() => {
      if (this.#waiting.delete(waiting)) resolve(null);
    }, ms);
    return promise.finally(() => this.#clock.clearTimeout(late));
  }

  /** Who waited longest is served first. */
  #wake(): void {
    for (const waiting of this.#waiting) {
      try {
        const reply = waiting.look();
        if (reply === null) continue;
        this.#waiting.delete(waiting);
        if (reply !== gone) waiting.resolve(reply);
      } catch (error) {
        this.#waiting.delete(waiting);
        waiting.reject(error);
      }
    }
  }

  #perform(from: string, command: readonly Argument[]): unknown {
    const [name = ''] = command;
    if (!readings.has(name)) this.#remember();
    const reply = this.#watched(from, command, () => perform(this.keys, command, this.#clock.now()));
    if (name === 'XADD' || name === 'XGROUP' || name === 'FLUSHALL') this.#wake();
    return reply;
  }

  /** What is there before something changes. */
  #remember(): void {
    const nowMs = this.#clock.now();
    const lastMs = this.#past.at(-1)?.atMs ?? -Infinity;
    if (nowMs - lastMs < keptEveryMs) return;
    this.#past.push({ atMs: nowMs, keys: copyOf(this.keys) });
    if (this.#past.length > keptMost) this.#past.shift();
  }

  #goBack(ms: number): void {
    const fromMs = this.#clock.now() - ms;
    const at = this.#past.findIndex(({ atMs }) => atMs > fromMs);
    const then = this.#past[at];
    if (!then) return;
    this.#past.length = at;
    this.keys = then.keys;
  }

  #disconnect(): void {
    this.#waiting.clear();
    for (const end of this.#connections.keys()) end('Socket closed unexpectedly');
  }

  #pass(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#clock.setTimeout(resolve, ms);
    return promise;
  }
}

interface Wire {
  readonly inhabitant: Inhabitant;
  readonly wire: { isOver: boolean; isSilent: boolean };
  readonly end: (reason: string) => void;
}

/** Of a client that is not there any more when its turn comes. */
const gone = Symbol('gone');

/** What a dead process waits for, and whoever is not heard. */
function never(): Promise<never> {
  return new Promise(() => undefined);
}
