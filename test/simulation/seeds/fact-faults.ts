/** What becomes of what the watch of one process tells it. */
import type { PodFact } from '../../../src/cluster/port.ts';
import type { FactFate } from '../model/watch.ts';
import type { Decisions } from './decisions.ts';
import type { FaultNumber } from './fault-catalogue.ts';

export class FactFaults {
  readonly #decisions: Decisions;
  readonly #process: string;
  readonly #counts = new Map<string, number>();

  constructor(decisions: Decisions, process: string) {
    this.#decisions = decisions;
    this.#process = process;
  }

  readonly fate = (fact: PodFact): FactFate => {
    const name = fact.type === 'pod.observed' ? fact.pod.name : fact.name;
    const what = `${fact.type} ${name}`;
    const nth = (this.#counts.get(what) ?? 0) + 1;
    this.#counts.set(what, nth);
    const about = `${this.#process} ${what} #${nth}`;
    const strikes = (fault: FaultNumber) => this.#decisions.strikes(fault, about);
    const dice = this.#decisions.dice(`times ${about}`);
    if (strikes(13)) return { kind: 'doubled' };
    if (strikes(14)) return { kind: 'reverted' };
    if (strikes(15)) return { kind: 'dropped' };
    if (strikes(5)) return { kind: 'silent', ms: 10 };
    if (strikes(12)) return { kind: 'silent', ms: 1_000 + dice() * 4_000 };
    if (strikes(11)) return { kind: 'silent', ms: 10_000 + dice() * 50_000 };
    if (strikes(18)) return { kind: 'delayed', ms: dice() * 5_000 };
    return { kind: 'told' };
  };
}
