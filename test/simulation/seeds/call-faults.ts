/** What becomes of the calls of one process and of those that follow it under its name. */
import {
  fails,
  refused,
  served,
  unanswered,
  type ClusterCall,
  type Fate,
  type FaultPlan,
} from '../model/fault-plan.ts';
import type { Decisions } from './decisions.ts';
import type { FaultNumber } from './fault-catalogue.ts';

/** What a call sets off beside its own fate. */
export interface SideEffects {
  /** A foreign Pod takes this name. */
  readonly plant: (podName: string) => void;
  /** The Pod that is made by this create is deleted by somebody at once, and takes its time to go. */
  readonly takeBack: (podName: string) => void;
  readonly terminate: () => void;
}

const kinds = ['before', 'unanswered', 'after'] as const;

export class CallFaults {
  /** Nothing answers until then. */
  outageUntilMs = 0;
  readonly #decisions: Decisions;
  readonly #process: string;
  readonly #effects: SideEffects;
  readonly #nowMs: () => number;
  readonly #counts = new Map<string, number>();
  /** Pods that the API server never takes. */
  readonly #invalid: Set<string>;
  /** Pods of which nobody can say beforehand how they end. */
  readonly #unforeseen: Set<string>;

  constructor(
    decisions: Decisions,
    process: string,
    options: {
      readonly effects: SideEffects;
      readonly nowMs: () => number;
      readonly invalid: Set<string>;
      readonly unforeseen: Set<string>;
    },
  ) {
    this.#decisions = decisions;
    this.#process = process;
    this.#effects = options.effects;
    this.#nowMs = options.nowMs;
    this.#invalid = options.invalid;
    this.#unforeseen = options.unforeseen;
  }

  readonly plan: FaultPlan = (call) => {
    const what = `${call.verb} ${call.name}`.trim();
    const nth = (this.#counts.get(what) ?? 0) + 1;
    this.#counts.set(what, nth);
    if (this.#nowMs() < this.outageUntilMs) return refused('unavailable');
    const about = `${this.#process} ${what} #${nth}`;
    return this.#killed(call, about) ?? this.#ofVerb(call, about, nth) ?? this.#ofAny(call, about) ?? served;
  };

  #killed({ verb }: ClusterCall, about: string): Fate | undefined {
    const strikes = (fault: FaultNumber) => this.#decisions.strikes(fault, about);
    const at = (most: number) =>
      kinds[Math.floor(this.#decisions.dice(`kill ${about}`)() * most)] ?? 'before';
    if (verb === 'records.create') {
      if (strikes(34)) return { kind: 'killed', when: 'before' };
      if (strikes(35)) return { kind: 'killed', when: at(2) === 'before' ? 'unanswered' : 'after' };
    }
    if (verb === 'pods.create' && strikes(36)) return { kind: 'killed', when: at(3) };
    if (verb === 'records.update' && strikes(37)) return { kind: 'killed', when: at(3) };
    if (verb === 'pods.delete' && strikes(39)) return { kind: 'killed', when: at(3) };
    return undefined;
  }

  #ofVerb({ verb, name }: ClusterCall, about: string, nth: number): Fate | undefined {
    if (verb === 'pods.create') return this.#ofCreate(name, about, nth);
    if (verb === 'records.update' && this.#decisions.strikes(4, about)) return refused('conflict');
    if (verb === 'records.list' && nth > 1 && this.#decisions.strikes(6, about)) return refused('expired');
    return undefined;
  }

  #ofCreate(name: string, about: string, nth: number): Fate | undefined {
    const strikes = (fault: FaultNumber) => this.#decisions.strikes(fault, about);
    if (this.#invalid.has(name)) return refused('invalid');
    // Only a Pod that nobody tried to make before: whoever was taken once is not refused for what it is.
    if (nth === 1 && strikes(21)) {
      this.#invalid.add(name);
      this.#unforeseen.add(name);
      return refused('invalid');
    }
    if (nth === 1 && strikes(2)) {
      this.#unforeseen.add(name);
      this.#effects.plant(name);
      return served;
    }
    if (strikes(3)) {
      this.#unforeseen.add(name);
      this.#effects.takeBack(name);
      return unanswered('timeout');
    }
    if (this.#decisions.dice(`amid ${about}`)() < 0.08 && strikes(45)) this.#effects.terminate();
    return strikes(20) ? refused('quota') : undefined;
  }

  #ofAny({ write }: ClusterCall, about: string): Fate | undefined {
    const strikes = (fault: FaultNumber) => this.#decisions.strikes(fault, about);
    const dice = this.#decisions.dice(`times ${about}`);
    if (write > 0 && strikes(9)) return unanswered(dice() < 0.5 ? 'timeout' : 'unavailable');
    if (write > 0 && strikes(10))
      return { kind: 'late', error: fails('timeout'), appliedAfterMs: dice() * 30_000 };
    if (strikes(7)) return refused('throttled', Math.floor(dice() * 5_000));
    if (strikes(8)) return refused(dice() < 0.7 ? 'unavailable' : 'timeout');
    if (strikes(19)) return refused('unauthorized');
    if (strikes(18)) return { kind: 'slow', beforeMs: dice() * 15_000, afterMs: dice() * 15_000 };
    return undefined;
  }
}
