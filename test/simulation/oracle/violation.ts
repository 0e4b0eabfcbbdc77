/** A broken promise: which one, of what, and when it was seen. */

/** Invariants by their numbers in the design; of the guarantees those that have no invariant of their own. */
export type Invariant =
  /** Pods ever created are intended attempts. */
  | 'I1'
  /** At most one live attempt a slot. */
  | 'I2'
  /** At rest there is no Pod without a ledger, and every Pod was deleted once. */
  | 'I3'
  /** No foreign object is touched. */
  | 'I4'
  /** Terminal states never change. */
  | 'I5'
  /** No stage before its dependencies. */
  | 'I6'
  /** What was accepted ends, as it must, and a replay is answered the same. */
  | 'I7'
  /** Retries are within policy. */
  | 'I8'
  /** Every line of a worker is received once, in order, or a record stands where it is missing. */
  | 'I9'
  /** What is acknowledged to Redis is in the ledger, or a dead letter. */
  | 'I10'
  /** Queues and spools are within their bounds. */
  | 'I11'
  /** Progress is free of gaps, and has one end. */
  | 'I12'
  /** No planted secret is anywhere. */
  | 'I13'
  /** Live workers are within the limit. */
  | 'I14'
  /** Nothing is lost unnoticed: notices are durable before they are told, in order, and true. */
  | 'G5'
  /** An event takes effect once, and what cannot is a dead letter that says why. */
  | 'G6'
  /** One actor's crash is an alarm here: nothing that is injected excuses one. */
  | 'G9'
  /** One leads, and who does not writes nothing. */
  | 'G10'
  /** Capacity is derived: its drift is 0. */
  | 'G13'
  /** Once faults have stopped, all comes to rest in bounded time. */
  | 'liveness';

export interface Violation {
  readonly invariant: Invariant;
  readonly atMs: number;
  /** The object that it is about: a Pod, a ledger, a run, a process. */
  readonly object: string;
  readonly sentence: string;
}

export class Violations {
  readonly found: Violation[] = [];
  readonly #nowMs: () => number;
  readonly #known = new Set<string>();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** What is broken in the same way again is told once. */
  report(invariant: Invariant, object: string, sentence: string): void {
    const key = `${invariant} ${object} ${sentence}`;
    if (this.#known.has(key)) return;
    this.#known.add(key);
    this.found.push({ invariant, atMs: this.#nowMs(), object, sentence });
  }

  get sentences(): readonly string[] {
    return this.found.map(({ sentence }) => sentence);
  }
}
