/**
 * The newest lines of one worker, in the order in which they came.
 *
 * A line's index counts all lines that ever came, so a reader's place stays what it is when older lines go.
 */
import type { LineOrigin, WorkerLine } from '../line.ts';
import { weightOf } from '../spool/memory.ts';
import { apart, isBlank, lastLineOf } from './last-line.ts';

/** Whoever reads a worker's lines. */
export interface Follower {
  /** There are more of them, or there will be none. */
  news(worker: WorkerLines): void;
  /** It is remembered no longer. */
  forgotten(worker: WorkerLines): void;
}

/** Of those beyond it the oldest is forgotten: repetitions of its numbers would be taken for new. */
const streamsMax = 64;
const spentMax = 1_024;

export class WorkerLines {
  readonly origin: LineOrigin;
  readonly followers = new Set<Follower>();
  /** No more lines will come. */
  isEnded = false;
  /** The last number of each stream. */
  readonly streams = new Map<string, number>();
  /** Those before `#start` have gone. */
  #lines: (WorkerLine | undefined)[] = [];
  #places: number[] = [];
  #start = 0;
  #gone = 0;
  #newest: WorkerLine | undefined;
  #lastWord = '';

  constructor(origin: LineOrigin) {
    this.origin = origin;
  }

  /** Index of the oldest line that is kept. */
  get first(): number {
    return this.#gone;
  }

  /** Index of the line that comes next. */
  get end(): number {
    return this.#gone + this.#lines.length - this.#start;
  }

  at(index: number): WorkerLine | undefined {
    return this.#lines[this.#start + index - this.#gone];
  }

  /** @returns where a line stands among those of all workers; Infinity where it is not kept */
  placeOf(index: number): number {
    return this.#places[this.#start + index - this.#gone] ?? Infinity;
  }

  /** '' where it has said nothing yet. */
  get lastLine(): string {
    return this.#newest ? lastLineOf(this.#newest.text) : this.#lastWord;
  }

  /** @returns false where its number was there before */
  push(line: WorkerLine, place: number): boolean {
    const { stream, seq } = line;
    const last = this.streams.get(stream);
    if (last !== undefined && seq <= last) return false;
    this.streams.set(stream, seq);
    if (last === undefined && this.streams.size > streamsMax) this.#forgetStream();
    this.#lines.push(line);
    this.#places.push(place);
    if (!line.gap && !isBlank(line.text)) this.#newest = line;
    return true;
  }

  /** Lets the oldest line go. @returns its weight */
  drop(): number {
    const line = this.#lines[this.#start];
    if (!line) return 0;
    if (line === this.#newest) {
      this.#lastWord = apart(this.lastLine);
      this.#newest = undefined;
    }
    this.#lines[this.#start] = undefined;
    this.#start += 1;
    this.#gone += 1;
    if (this.#start >= spentMax && this.#start * 2 >= this.#lines.length) {
      this.#lines = this.#lines.slice(this.#start);
      this.#places = this.#places.slice(this.#start);
      this.#start = 0;
    }
    return weightOf(line);
  }

  #forgetStream(): void {
    const [oldest] = this.streams.keys();
    if (oldest !== undefined) this.streams.delete(oldest);
  }
}
