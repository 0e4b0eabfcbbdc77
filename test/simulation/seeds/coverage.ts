/** How often each fault happened in many lives, and what else is worth telling of them. */
import { catalogue, faultNumbers } from './fault-catalogue.ts';
import type { EventCounts } from './event-court.ts';
import type { Life } from './life.ts';
import type { Excuse, LineCounts } from './output-court.ts';

export interface Coverage {
  readonly seeds: number;
  readonly violations: number;
  readonly failingSeeds: readonly number[];
  readonly steps: number;
  readonly virtualSeconds: number;
  readonly seconds: number;
  readonly longestConvergenceSeconds: number;
  /** Lines of workers in lives with a data plane; what nobody could have noticed to be lost, by its cause. */
  readonly lines: LineCounts;
  /** Events in lives with Redis. */
  readonly events: EventCounts;
  /** By number: what it is, how often it happened, in how many lives. */
  readonly faults: Readonly<
    Record<string, { readonly what: string; readonly injected: number; readonly seeds: number }>
  >;
}

export class CoverageCount {
  #seeds = 0;
  #violations = 0;
  #steps = 0;
  #virtualMs = 0;
  #convergedMs = 0;
  #lines: LineCounts = { written: 0, received: 0, repeated: 0, marked: 0, excused: {} };
  #events: EventCounts = { added: 0, carriedOut: 0, deadLetters: 0, lost: 0 };
  readonly #failing: number[] = [];
  readonly #injected = new Map<number, number>();
  readonly #lives = new Map<number, number>();

  add(life: Life): void {
    this.#seeds += 1;
    this.#violations += life.violations.length;
    if (life.violations.length > 0) this.#failing.push(life.seed);
    this.#steps += life.steps;
    this.#virtualMs += life.virtualMs;
    this.#convergedMs = Math.max(this.#convergedMs, life.convergedMs);
    if (life.lines) this.#lines = sum(this.#lines, life.lines);
    if (life.events) this.#events = sumOfEvents(this.#events, life.events);
    for (const { fault } of life.injected) this.#injected.set(fault, (this.#injected.get(fault) ?? 0) + 1);
    for (const fault of new Set(life.injected.map((one) => one.fault)))
      this.#lives.set(fault, (this.#lives.get(fault) ?? 0) + 1);
  }

  get seeds(): number {
    return this.#seeds;
  }

  get failing(): readonly number[] {
    return this.#failing;
  }

  /** @param ms how long it took */
  report(ms: number): Coverage {
    const round = (value: number) => Math.round(value * 10) / 10;
    const faults = faultNumbers.map((fault) => {
      const { what } = catalogue[fault];
      return [fault, { what, injected: this.#injected.get(fault) ?? 0, seeds: this.#lives.get(fault) ?? 0 }];
    });
    return {
      seeds: this.#seeds,
      violations: this.#violations,
      failingSeeds: this.#failing,
      steps: this.#steps,
      virtualSeconds: round(this.#virtualMs / 1_000),
      seconds: round(ms / 1_000),
      longestConvergenceSeconds: round(this.#convergedMs / 1_000),
      lines: this.#lines,
      events: this.#events,
      faults: Object.fromEntries(faults) as Coverage['faults'],
    };
  }
}

function sum(a: LineCounts, b: LineCounts): LineCounts {
  const excused: Partial<Record<Excuse, number>> = { ...a.excused };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its keys are these
  for (const [excuse, lines] of Object.entries(b.excused) as [Excuse, number][])
    excused[excuse] = (excused[excuse] ?? 0) + lines;
  return {
    written: a.written + b.written,
    received: a.received + b.received,
    repeated: a.repeated + b.repeated,
    marked: a.marked + b.marked,
    excused,
  };
}

const sumOfEvents = (a: EventCounts, b: EventCounts): EventCounts => ({
  added: a.added + b.added,
  carriedOut: a.carriedOut + b.carriedOut,
  deadLetters: a.deadLetters + b.deadLetters,
  lost: a.lost + b.lost,
});
