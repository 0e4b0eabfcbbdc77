/**
 * What a seed decides. Each decision is drawn from the seed and its own key, never from a stream that others
 * draw from too: taking one fault away leaves all the others as they were.
 */
import type { Random } from '../../../src/actors/ports.ts';
import { seeded } from '../model/seeded.ts';
import { catalogue, faultNumbers, type FaultNumber } from './fault-catalogue.ts';

/** One fault that happened, or one thing that a caller did. */
export interface Injection {
  /** The same in every life of the seed. */
  readonly key: string;
  readonly fault: FaultNumber;
  readonly atMs: number;
}

export interface DecisionsOptions {
  readonly seed: number;
  readonly nowMs: () => number;
  /** Where given, nothing happens but this. */
  readonly only?: ReadonlySet<string> | undefined;
}

export class Decisions {
  readonly seed: number;
  readonly injected: Injection[] = [];
  /** Faults that this seed may meet, and how often. */
  readonly rates: ReadonlyMap<FaultNumber, number>;
  /** No fault begins from then on. */
  faultsUntilMs = Infinity;
  /** Told of each fault as it happens. */
  onInjection: (injection: Injection) => void = () => undefined;
  readonly #nowMs: () => number;
  readonly #only: ReadonlySet<string> | undefined;

  constructor({ seed, nowMs, only }: DecisionsOptions) {
    this.seed = seed;
    this.#nowMs = nowMs;
    this.#only = only;
    this.rates = this.#drawRates();
  }

  /** Chance of this key alone. */
  dice(key: string): Random {
    return seeded(hashOf(`${this.seed} ${key}`));
  }

  /** Whether this fault may begin now, and is drawn; it is noted as having happened. */
  strikes(fault: FaultNumber, about: string): boolean {
    const rate = this.rates.get(fault);
    if (rate === undefined || this.#nowMs() >= this.faultsUntilMs) return false;
    const key = `${fault} ${about}`;
    if (this.dice(key)() >= rate || !this.allows(key)) return false;
    this.#happened(fault, key);
    return true;
  }

  /** A fault that came of others: it is counted, and nobody can take it away. */
  came(fault: FaultNumber, about: string): void {
    this.#happened(fault, `${fault} ${about}`);
  }

  #happened(fault: FaultNumber, key: string): void {
    const injection = { key, fault, atMs: this.#nowMs() };
    this.injected.push(injection);
    this.onInjection(injection);
  }

  allows(key: string): boolean {
    return this.#only === undefined || this.#only.has(key);
  }

  /** Some seeds meet a few faults, so that these meet little else; some meet most of them. */
  #drawRates(): ReadonlyMap<FaultNumber, number> {
    const share = 0.1 + 0.7 * this.dice('faults')();
    const drawn = faultNumbers.filter((fault) => this.dice(`faults ${fault}`)() < share);
    return new Map(
      drawn.map((fault) => {
        const { most } = catalogue[fault];
        return [fault, most === 1 ? 1 : most * this.dice(`rate ${fault}`)()];
      }),
    );
  }
}

/** @see http://www.isthe.com/chongo/tech/comp/fnv/ (FNV-1a), with a last mix: keys differ in few bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
