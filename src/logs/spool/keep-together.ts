/** Many who wait until their lines are kept share one write: whoever comes while it runs shares the next. */
export class KeepTogether {
  readonly #flush: () => Promise<boolean>;
  #running: Promise<boolean> | undefined;
  #next: Promise<boolean> | undefined;

  /** @param flush resolves with false where what was there before cannot be kept now */
  constructor(flush: () => Promise<boolean>) {
    this.#flush = flush;
  }

  /** Resolves with true once all that was there before is kept. */
  keep(): Promise<boolean> {
    if (!this.#running) return this.#run();
    this.#next ??= this.#running.then(() => {
      this.#next = undefined;
      return this.#run();
    });
    return this.#next;
  }

  #run(): Promise<boolean> {
    const running = this.#flush().finally(() => {
      if (this.#running === running) this.#running = undefined;
    });
    this.#running = running;
    return running;
  }
}
