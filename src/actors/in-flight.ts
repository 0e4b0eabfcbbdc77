/** Effects that have begun and not ended; a drain waits until there are none. */
export class InFlight {
  #count = 0;
  readonly #waiting = new Set<() => void>();

  get count(): number {
    return this.#count;
  }

  /** Runs one effect, counted until it settles. */
  async run<T>(effect: () => Promise<T>): Promise<T> {
    this.#count++;
    try {
      return await effect();
    } finally {
      this.#count--;
      if (this.#count === 0) this.#release();
    }
  }

  /** Resolves when nothing is under way; at once if nothing is. */
  idle(): Promise<void> {
    if (this.#count === 0) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.add(resolve);
    return promise;
  }

  #release(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}
