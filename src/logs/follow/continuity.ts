/**
 * Where a reading of a container's log goes on: for every line, whether it was delivered before.
 *
 * Pure: it is told of readings and of their lines in the order of the file, and says what to do. `skip` is said only
 * of lines that were delivered; `deliver` only after the last delivered line was passed, or once it is certain
 * that it cannot be found, which is a break: what follows has a numbering of its own.
 */
import { Delivered, type DeliveredState, type Expected } from './delivered.ts';

/** Two streams of a container may reach the file a little out of order; whoever writes there needs less than this. */
const marginSeconds = 2;

/**
 * `all`: nothing was delivered, every line is new. `count`: begins with a known number of delivered lines. `search`:
 * the newest delivered line is looked for, for the file may have lost what is before it.
 */
export type Approach = 'all' | 'count' | 'search';

/** `lost`: this reading does not begin as it should; another one has to search. */
export type Verdict = 'deliver' | 'skip' | 'lost';

export interface ContinuityState {
  /** Counts from 1; each break begins another one. */
  readonly epoch: number;
  readonly since: number | null;
  readonly delivered: DeliveredState;
}

export class Continuity {
  #epoch = 1;
  #count = 0;
  #delivered = new Delivered();
  /** Where the readings of this epoch begin as long as nothing was delivered in it. */
  #since: number | undefined;
  #mustSearch = false;
  /** Undefined: every line of the reading is new from here on. */
  #place: Counting | Searching | undefined;

  static restore({ epoch, since, delivered }: ContinuityState): Continuity {
    const continuity = new Continuity();
    continuity.#epoch = epoch;
    continuity.#since = since ?? undefined;
    continuity.#delivered = Delivered.restore(delivered);
    return continuity;
  }

  /** Lines that were delivered, in this process. */
  get count(): number {
    return this.#count;
  }

  get epoch(): number {
    return this.#epoch;
  }

  /** How the next reading begins. */
  get approach(): Approach {
    if (this.#delivered.last === undefined) return 'all';
    return this.#mustSearch || this.#expected === undefined ? 'search' : 'count';
  }

  /** Epoch seconds from which on the next reading needs lines; undefined: from the beginning. */
  get since(): number | undefined {
    const { last } = this.#delivered;
    if (last === undefined) return this.#since;
    // What was before the break stays before it.
    return Math.max(last.second - marginSeconds, this.#since ?? -Infinity);
  }

  /** Of the newest delivered line. */
  get lastPrint(): number | undefined {
    return this.#delivered.last?.print;
  }

  /** Whether a line of that second is certainly newer than all that were delivered. */
  isAfter(second: number): boolean {
    const { last } = this.#delivered;
    return last === undefined || second > last.second + marginSeconds;
  }

  /** Whether the newest delivered line can be told from those before it, wherever a reading begins. */
  get isDistinct(): boolean {
    return !repeatsItself(this.#delivered.recentFrom(-Infinity));
  }

  /** Whether the reading has come to where everything is new. */
  get isCurrent(): boolean {
    return this.#place === undefined;
  }

  /**
   * A reading begins; it holds the lines from {@link since} on, or all lines after some place before the end.
   *
   * @param passMax lines of a tail after which the newest delivered one is not to be expected
   */
  begin(from: 'since' | 'tail', passMax = Infinity): void {
    const { since = -Infinity } = this;
    const expected = this.#expected;
    if (this.#delivered.last === undefined) this.#place = undefined;
    else if (from === 'tail') this.#place = new Searching(this.#delivered.recentFrom(-Infinity), passMax);
    else if (this.#mustSearch || expected === undefined)
      this.#place = new Searching(this.#delivered.recentFrom(since), passMax);
    else this.#place = new Counting(expected);
  }

  /** The next line of the reading. Only a line that is to be delivered changes anything for later readings. */
  judge(second: number, print: number): Verdict {
    if (this.#place === undefined) {
      this.#count += 1;
      this.#delivered.add(second, print);
      return 'deliver';
    }
    const found = this.#place.pass(print);
    if (found === 'mismatch') {
      this.#mustSearch ||= this.#place instanceof Counting;
      return 'lost';
    }
    if (found === 'here') {
      this.#place = undefined;
      this.#mustSearch = false;
    }
    return 'skip';
  }

  /** The reading ended in order before its place was found: the next one searches. */
  endEarly(): void {
    if (this.#place instanceof Counting) this.#mustSearch = true;
  }

  /** The newest delivered line is not in the log any more: what is there belongs to a new epoch. */
  breakOff(): void {
    this.#since = this.since;
    this.#epoch += 1;
    this.#delivered = new Delivered();
    this.#mustSearch = false;
    this.#place = undefined;
  }

  state(): ContinuityState {
    return { epoch: this.#epoch, since: this.#since ?? null, delivered: this.#delivered.state() };
  }

  get #expected(): Expected | undefined {
    return this.since === undefined ? undefined : this.#delivered.expectedFrom(this.since);
  }
}

type Pass = 'before' | 'here' | 'mismatch';

class Counting {
  readonly #expected: Expected;
  #lines = 0;
  #sum = 0;

  constructor(expected: Expected) {
    this.#expected = expected;
  }

  pass(print: number): Pass {
    const { lines, sum, firstPrint } = this.#expected;
    if (this.#lines === 0 && print !== firstPrint) return 'mismatch';
    this.#lines += 1;
    this.#sum = (this.#sum + print) % 2 ** 32;
    if (this.#lines < lines) return 'before';
    return this.#sum === sum ? 'here' : 'mismatch';
  }
}

/** Looks for the newest delivered line, with as many of those before it as the reading holds. */
class Searching {
  readonly #recent: readonly number[];
  readonly #isUnique: boolean;
  readonly #repeatsItself: boolean;
  #passMax: number;
  #passed: number[] = [];

  constructor(recent: readonly number[], passMax: number) {
    this.#recent = recent;
    this.#passMax = passMax;
    this.#isUnique = recent.indexOf(recent.at(-1) ?? 0) === recent.length - 1;
    this.#repeatsItself = repeatsItself(recent);
  }

  /** Of lines that repeat themselves nobody can say which one a file begins with that has lost some of them. */
  pass(print: number): Pass {
    this.#passed.push(print);
    if (this.#passed.length >= 256) this.#passed = this.#passed.slice(-this.#recent.length);
    this.#passMax -= 1;
    if (this.#passMax < 0) return 'mismatch';
    if (print !== this.#recent.at(-1)) return 'before';
    const length = Math.min(this.#passed.length, this.#recent.length);
    for (let back = 1; back <= length; back += 1)
      if (this.#passed.at(-back) !== this.#recent.at(-back)) return 'before';
    const isCertain = length === this.#recent.length ? !this.#repeatsItself : this.#isUnique;
    return isCertain ? 'here' : 'before';
  }
}

function repeatsItself(prints: readonly number[]): boolean {
  return prints.some(
    (_, shift) => shift > 0 && prints.every((print, at) => at < shift || print === prints[at - shift]),
  );
}
