/**
 * What was delivered of a container's log, in bounded memory: enough to find the place again in a later reading.
 *
 * A log is a file that only grows at its end, and a reading from a time on leaves out its older lines, whatever their
 * order. So the lines of that reading which were delivered before are its first ones, and their number is known
 * from the number of lines in each second of the log; their fingerprints add up to a known sum, and the first
 * of them is known. This holds for equal times, equal lines and lines out of order alike.
 */

/** Seconds with lines in them that are remembered. */
const secondsMax = 100;
/** The newest lines, to be found in a file that has lost its beginning. */
const recentMax = 32;
const sumModulus = 2 ** 32;

interface Second {
  readonly second: number;
  lines: number;
  sum: number;
  /** The first of its lines: its place among all, and its fingerprint. */
  readonly firstPlace: number;
  readonly firstPrint: number;
}

/** JSON: numbers only, in the order of the fields above. */
export interface DeliveredState {
  readonly lines: number;
  readonly from: number;
  readonly seconds: ReadonlyArray<readonly [number, number, number, number, number]>;
  readonly recent: ReadonlyArray<readonly [number, number]>;
}

/** The delivered lines that a reading from a time on begins with. */
export interface Expected {
  readonly lines: number;
  readonly sum: number;
  readonly firstPrint: number;
}

export class Delivered {
  #lines = 0;
  /** Of every second from this one on all lines are counted. */
  #from = -Infinity;
  readonly #seconds = new Map<number, Second>();
  #newest: Second | undefined;
  #recent: (readonly [second: number, print: number])[] = [];

  static restore({ lines, from, seconds, recent }: DeliveredState): Delivered {
    const delivered = new Delivered();
    delivered.#lines = lines;
    delivered.#from = from;
    delivered.#recent = [...recent];
    for (const [second, count, sum, firstPlace, firstPrint] of seconds)
      delivered.#seconds.set(second, { second, lines: count, sum, firstPlace, firstPrint });
    return delivered;
  }

  get lines(): number {
    return this.#lines;
  }

  /** The newest line in the order of the file; undefined before the first one. */
  get last(): { readonly second: number; readonly print: number } | undefined {
    const last = this.#recent.at(-1);
    return last && { second: last[0], print: last[1] };
  }

  add(second: number, print: number): void {
    if (this.#newest?.second !== second) this.#newest = this.#secondOf(second, print);
    this.#newest.lines += 1;
    this.#newest.sum = (this.#newest.sum + print) % sumModulus;
    this.#lines += 1;
    this.#recent.push([second, print]);
    // Twice the bound before each cut, so that a line costs the same on average.
    if (this.#recent.length >= 2 * recentMax) this.#recent = this.#recent.slice(-recentMax);
  }

  /** @returns undefined where lines of that time may have been forgotten. */
  expectedFrom(second: number): Expected | undefined {
    if (second < this.#from) return undefined;
    let lines = 0;
    let sum = 0;
    let first: Second | undefined;
    for (const one of this.#seconds.values()) {
      if (one.second < second) continue;
      lines += one.lines;
      sum = (sum + one.sum) % sumModulus;
      if (first === undefined || one.firstPlace < first.firstPlace) first = one;
    }
    return first && { lines, sum, firstPrint: first.firstPrint };
  }

  /** The fingerprints of the newest lines that a reading from that second on holds, the newest one last. */
  recentFrom(second: number): readonly number[] {
    return this.#recent
      .slice(-recentMax)
      .filter(([at]) => at >= second)
      .map(([, print]) => print);
  }

  state(): DeliveredState {
    return {
      lines: this.#lines,
      from: Math.max(this.#from, Number.MIN_SAFE_INTEGER),
      seconds: [...this.#seconds.values()].map(
        ({ second, lines, sum, firstPlace, firstPrint }) =>
          [second, lines, sum, firstPlace, firstPrint] as const,
      ),
      recent: this.#recent.slice(-recentMax),
    };
  }

  #secondOf(second: number, print: number): Second {
    const known = this.#seconds.get(second);
    if (known) return known;
    const opened = { second, lines: 0, sum: 0, firstPlace: this.#lines, firstPrint: print };
    this.#seconds.set(second, opened);
    if (this.#seconds.size > secondsMax) this.#forgetOldest();
    return opened;
  }

  #forgetOldest(): void {
    const oldest = Math.min(...this.#seconds.keys());
    this.#seconds.delete(oldest);
    this.#from = Math.max(this.#from, oldest + 1);
  }
}
