/** Effects that have begun and not ended; a drain waits until there are none. */
import type { Effect, EffectObserver } from './effect-observer.ts';

export class InFlight {
  #count = 0;
  readonly #waiting = new Set<() => void>();
  readonly #observer: EffectObserver | undefined;

  constructor(observer?: EffectObserver) {
    this.#observer = observer;
  }

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

  /** The same, and whoever observes hears of its beginning and its end. */
  observed<T>(effect: Effect, run: () => Promise<T>): Promise<T> {
    const observer = this.#observer;
    if (!observer) return this.run(run);
    return this.run(async () => {
      const end = observer.began(effect);
      try {
        const output = await run();
        end({ kind: 'done', output });
        return output;
      } catch (error) {
        end({ kind: 'failed', error });
        throw error;
      }
    });
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
