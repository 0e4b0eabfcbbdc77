/**
 * One connection to Redis while it lasts: every call bounded in time, the first failure the end of it.
 *
 * A group that is gone is no failure: it is made again from the stream's beginning, and the call is repeated.
 */
import type { Clock } from '../actors/ports.ts';
import { StreamError, type EventStream } from './event-stream.ts';

/** Longest that Redis may take to answer, beyond what it was asked to wait. */
const answerMs = 5_000;

export class Session {
  /** Aborts when the connection is of no use any more, with why. */
  readonly over: AbortSignal;
  readonly #stream: EventStream;
  readonly #clock: Clock;
  readonly #healed: () => void;
  readonly #end = new AbortController();

  /** @param healed is told when the group was made again. */
  constructor(stream: EventStream, clock: Clock, healed: () => void) {
    this.#stream = stream;
    this.#clock = clock;
    this.#healed = healed;
    this.over = this.#end.signal;
  }

  /** @throws StreamError; then the session is over. */
  async ask<T>(question: (stream: EventStream) => Promise<T>, waitMs = 0): Promise<T> {
    try {
      return await this.#inTime(question, waitMs);
    } catch (error) {
      if (!(error instanceof StreamError) || error.fault !== 'no-group') throw this.#broken(error);
    }
    try {
      await this.#inTime((stream) => stream.createGroup(), 0);
      this.#healed();
      return await this.#inTime(question, waitMs);
    } catch (error) {
      throw this.#broken(error);
    }
  }

  end(reason: unknown): void {
    if (this.over.aborted) return;
    this.#end.abort(reason);
    this.#stream.close();
  }

  #broken(error: unknown): unknown {
    this.end(error);
    return error;
  }

  async #inTime<T>(question: (stream: EventStream) => Promise<T>, waitMs: number): Promise<T> {
    const late = Promise.withResolvers<never>();
    const timer = this.#clock.setTimeout(
      () => late.reject(new StreamError('lost', 'Redis does not answer')),
      waitMs + answerMs,
    );
    try {
      return await Promise.race([question(this.#stream), late.promise]);
    } finally {
      this.#clock.clearTimeout(timer);
    }
  }
}
