/**
 * How many lines before its end a log has the newest delivered one, for connections that live too short to pass all
 * lines of the seconds before it: an API server can begin at a second or so many lines before the end, nowhere else.
 *
 * Pure. It is asked what to read next, and told where that began by the times of its first line. Times may be
 * equal or out of order: whoever reads looks for the line itself, and says when it was not there.
 */

export type TailStep =
  /** See which line is so many lines before the end. */
  | { readonly type: 'probe'; readonly lines: number }
  /** Read from there on; the newest delivered line is among the first `passMax` lines. */
  | { readonly type: 'read'; readonly lines: number; readonly passMax: number };

/** The lines before the newest one, which it is known by. */
const contextLines = 64;

export interface TailPlaceOptions {
  /** Where it begins to look. */
  readonly firstLines?: number;
  /** So many lines are passed sooner than another place is looked at. */
  readonly nearLines?: number;
  /** More lines than any log file has. */
  readonly linesMax?: number;
}

/** By times alone, and only where they leave no doubt: else `same`. `empty`: the log has no line, it was rotated just now. */
export type TailSight = 'before' | 'same' | 'after' | 'empty';

export class TailPlace {
  /** So many lines from the end are certainly new. */
  #new = 0;
  /** So many lines from the end are not enough, as far as times can tell. */
  #few = 0;
  #enough: number | undefined;
  readonly #firstLines: number;
  readonly #nearLines: number;

  readonly #linesMax: number;

  constructor({ firstLines = 1_024, nearLines = 2_000, linesMax = 2 ** 25 }: TailPlaceOptions = {}) {
    this.#linesMax = linesMax;
    this.#firstLines = firstLines;
    this.#nearLines = nearLines;
  }

  /** @returns undefined where the whole log is newer than what was delivered. */
  next(): TailStep | undefined {
    if (this.#few >= this.#linesMax) return undefined;
    if (this.#enough === undefined)
      return { type: 'probe', lines: Math.min(this.#linesMax, Math.max(this.#firstLines, this.#few * 4)) };
    const between = this.#enough - this.#few;
    if (between > this.#nearLines) return { type: 'probe', lines: this.#few + Math.ceil(between / 2) };
    const passMax = this.#enough - this.#new + 2 * contextLines;
    return { type: 'read', lines: this.#enough + contextLines, passMax };
  }

  /** The time of the line at that place, beside that of the newest delivered one. */
  seen(lines: number, is: TailSight): void {
    if (is === 'empty') this.missed(this.#linesMax);
    else if (is === 'before') this.#enough = lines;
    else if (is === 'same' && lines >= this.#linesMax) {
      // It may be any of the log's first lines.
      this.#enough = lines;
      this.#few = lines - 1;
    } else this.missed(lines);
    if (is === 'after') this.#new = Math.max(this.#new, lines);
  }

  /** A reading from there on did not hold the newest delivered line. */
  missed(lines: number): void {
    this.#few = Math.max(this.#few, lines);
    // What was written meanwhile may have moved the end away from where it was.
    if (this.#enough !== undefined && this.#enough <= this.#few) this.#enough = undefined;
  }

  /** So many more lines were delivered. */
  delivered(lines: number): void {
    this.#new = Math.max(0, this.#new - lines);
    this.#few = Math.max(0, this.#few - lines);
    if (this.#enough !== undefined) this.#enough = Math.max(contextLines, this.#enough - lines);
  }
}
