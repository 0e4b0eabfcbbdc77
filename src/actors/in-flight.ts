/** Effects that have begun and not ended; a drain waits until there are none. */
import type { Effect, EffectEnd, Observer, Opened, Opening, OpeningReply } from './observer.ts';

export class InFlight {
  #count = 0;
  readonly #waiting = new Set<() => void>();
  readonly #observer: Pick<Observer, 'began'>;

  constructor(observer: Pick<Observer, 'began'> = {}) {
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
  observed<T>(effect: Exclude<Effect, Opening>, run: () => Promise<T>): Promise<T> {
    return this.#told(effect, run, () => ({ kind: 'done' }));
  }

  /** The same, and whoever observes hears what the opening came to. */
  opened<T extends OpeningReply>(opening: Opening, run: () => Promise<T>): Promise<T> {
    return this.#told(opening, run, (reply) => ({ kind: 'done', opened: openedOf(reply) }));
  }

  /** Resolves when nothing is under way; at once if nothing is. */
  idle(): Promise<void> {
    if (this.#count === 0) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.add(resolve);
    return promise;
  }

  #told<T>(effect: Effect, run: () => Promise<T>, done: (output: T) => EffectEnd): Promise<T> {
    return this.run(async () => {
      const tell = this.#observer.began?.(effect);
      try {
        const output = await run();
        tell?.(done(output));
        return output;
      } catch (error) {
        tell?.({ kind: 'failed' });
        throw error;
      }
    });
  }

  #release(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

function openedOf(reply: OpeningReply): Opened {
  const { kind: result } = reply;
  if ('order' in reply) return { result, ledger: reply.order.ledger };
  if ('ledger' in reply) return { result, ledger: reply.ledger };
  return 'ledgerName' in reply ? { result, ledger: { name: reply.ledgerName } } : { result };
}
