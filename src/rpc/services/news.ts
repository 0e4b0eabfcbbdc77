/**
 * Waits for news that may come many at once: however many come while nobody waits, they are one.
 *
 * Whoever tells of them pays next to nothing, and whoever waits is woken when all that came together is there.
 */
export class News {
  readonly #signal: AbortSignal;
  readonly #onAbort = () => this.#arrival.resolve();
  #arrival = Promise.withResolvers<void>();
  #soon: NodeJS.Immediate | undefined;
  #later: NodeJS.Timeout | undefined;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  soon(): void {
    this.#soon ??= setImmediate(() => {
      this.#soon = undefined;
      this.#arrival.resolve();
    });
  }

  /** Of what may be told thousands of times a second and is not urgent. */
  within(ms: number): void {
    this.#later ??= setTimeout(() => {
      this.#later = undefined;
      this.#arrival.resolve();
    }, ms);
  }

  /** Resolves once there were news since the last call. Rejects with the signal's reason. */
  async next(): Promise<void> {
    this.#signal.throwIfAborted();
    await this.#arrival.promise;
    this.#signal.throwIfAborted();
    this.#arrival = Promise.withResolvers();
  }

  close(): void {
    clearImmediate(this.#soon);
    clearTimeout(this.#later);
    this.#signal.removeEventListener('abort', this.#onAbort);
  }
}
