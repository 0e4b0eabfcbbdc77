/**
 * What must not leave the process with contexts, events and reasons: values of variables that are called like secrets.
 *
 * They are hidden where they stand beside their name, however short, and wherever else a text holds them, such as in
 * a command or in what Kubernetes says of a Pod.
 */
import { Redactions } from '../logs/redact/redactions.ts';
import type { Redact } from '../logs/redact/secret-values.ts';
import type { PoolSnapshot } from '../machines/pool/view.ts';
import { pairsWithin, plainData, type Bounds, type Pairs } from './plain-data.ts';

const namesMax = 10_000;

export class Secrets {
  readonly #redactions: Redactions;
  readonly #knownNames = new Map<string, boolean>();

  /** @param names variables whose values are secrets beside those that are called so */
  constructor(names: readonly string[]) {
    this.#redactions = new Redactions(names);
  }

  /** @returns undefined where nothing is to be hidden */
  of(pairs: Pairs): Redact | undefined {
    return this.#redactions.of(pairs);
  }

  /**
   * @param own secrets that are known beforehand; those of all that the value holds, and of workers that it names, are
   *   hidden anyway
   * @returns JSON of a bounded size
   */
  plain(value: unknown, bounds: Bounds, pool: PoolSnapshot, own?: Redact): unknown {
    const hidden = this.#within(value, bounds, pool);
    if (own) hidden.add(own);
    return plainData(value, bounds, (text, name) =>
      name !== '' && this.#isSecret(name)
        ? '‹hidden›'
        : [...hidden].reduce((shown, redact) => redact(shown), text),
    );
  }

  #within(value: unknown, bounds: Bounds, pool: PoolSnapshot): Set<Redact> {
    const { workers } = pool.context.registry;
    const { pairs, texts } = pairsWithin(value, bounds);
    const found = new Set<Redact>();
    const note = (some: Pairs) => {
      const redact = this.of(some);
      if (redact) found.add(redact);
    };
    for (const one of pairs) note(one);
    for (const text of texts) {
      const worker = workers.get(text);
      if (worker) note(worker.getSnapshot().context.order.template.env);
    }
    return found;
  }

  #isSecret(name: string): boolean {
    const known = this.#knownNames.get(name);
    if (known !== undefined) return known;
    const isSecret = this.#redactions.hides(name);
    if (this.#knownNames.size >= namesMax) this.#knownNames.clear();
    this.#knownNames.set(name, isSecret);
    return isSecret;
  }
}
