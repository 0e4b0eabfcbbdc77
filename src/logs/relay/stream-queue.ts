/**
 * The lines of one stream that were taken from the store and are not yet answered, in order.
 *
 * At most one message at a time has lines of a stream: so a line that otto-handler wants again is never behind a
 * later one of its stream, and a receiver that remembers the last number has them all.
 */
import type { LineOrigin, WorkerLine } from '../line.ts';
import { firstSeqOf, gapLine, type Loss } from '../spool/loss.ts';
import { weightOf } from '../spool/memory.ts';

interface Waiting {
  readonly position: number;
  readonly line: WorkerLine;
}

/** How far the array may lag behind before it is cut. */
const spentMax = 256;

export class StreamQueue {
  readonly stream: string;
  origin: LineOrigin;
  /** The last number that was taken; undefined before the first. */
  takenSeq: number | undefined;
  /** Lines at the head that a message has which is not answered. */
  inFlight = 0;
  /** Lines at the head that otto-handler wanted again: they go again together. */
  again = 0;
  /** How often it wanted them again. */
  tries = 0;
  restsUntilMs = 0;
  /** Where lines of it were left in the store; undefined where none were. */
  deferredFrom: number | undefined;
  #waiting: Waiting[] = [];
  #spent = 0;
  #weight = 0;

  constructor(stream: string, origin: LineOrigin, ackedSeq: number | undefined) {
    this.stream = stream;
    this.origin = origin;
    this.takenSeq = ackedSeq;
  }

  get size(): number {
    return this.#waiting.length - this.#spent;
  }

  get weight(): number {
    return this.#weight;
  }

  get oldestPosition(): number | undefined {
    return this.#waiting[this.#spent]?.position;
  }

  /**
   * Takes a line, after a record of what is missing before it. One that was taken before is passed over.
   *
   * @returns whether a record was made
   */
  take(position: number, line: WorkerLine, now: () => string): boolean {
    const { stream, origin, seq } = line;
    const firstSeq = firstSeqOf(line);
    const before = this.takenSeq ?? firstSeq - 1;
    if (seq <= before) return false;
    this.takenSeq = seq;
    const isHole = firstSeq > before + 1;
    if (isHole) {
      const lost = {
        stream,
        origin,
        firstSeq: before + 1,
        lastSeq: firstSeq - 1,
        reason: 'spool-torn',
      } as const;
      this.#push(position, gapLine(lost, now()));
    }
    this.#push(position, line);
    return isHole;
  }

  /** As `take`, of numbers that are missing. */
  lose(position: number, loss: Loss, now: () => string): boolean {
    const before = this.takenSeq ?? loss.firstSeq - 1;
    if (loss.lastSeq <= before) return false;
    this.takenSeq = loss.lastSeq;
    this.#push(position, gapLine({ ...loss, firstSeq: before + 1 }, now()));
    return true;
  }

  /** Appends lines at the head to `into`, at most so many. @returns their weight */
  send(into: WorkerLine[], linesMax: number, weightMax: number): number {
    const until = Math.min(this.#waiting.length, this.#spent + Math.min(linesMax, this.again || Infinity));
    let index = this.#spent;
    let weight = 0;
    for (; index < until && (weight < weightMax || this.again > 0); index++) {
      const waiting = this.#waiting[index];
      if (!waiting) break;
      weight += weightOf(waiting.line);
      into.push(waiting.line);
    }
    this.inFlight = index - this.#spent;
    return weight;
  }

  /** What was in flight is delivered. @returns its last line */
  delivered(): WorkerLine | undefined {
    this.again = 0;
    this.tries = 0;
    this.restsUntilMs = 0;
    return this.#shift(this.inFlight);
  }

  /** Goes again, sooner or later: as it was, or because its connection ended. */
  returned(): void {
    this.again = this.inFlight;
    this.inFlight = 0;
  }

  /** Whether what is in flight is nothing but the record of what was given up before. */
  get isRecordInFlight(): boolean {
    return this.inFlight === 1 && this.#waiting[this.#spent]?.line.gap?.reason === 'dropped';
  }

  /**
   * What was in flight is given up, and a record goes in its place.
   *
   * @returns how many lines there were
   */
  givenUp(time: string): number {
    const first = this.#waiting[this.#spent];
    const lines = this.#waiting
      .slice(this.#spent, this.#spent + this.inFlight)
      .filter(({ line }) => !line.gap).length;
    const last = this.delivered();
    if (!first || !last) return 0;
    const { stream, origin, seq: lastSeq } = last;
    const loss: Loss = { stream, origin, firstSeq: firstSeqOf(first.line), lastSeq, reason: 'dropped' };
    const record = gapLine(loss, time);
    this.#waiting.splice(0, this.#spent, { position: first.position, line: record });
    this.#spent = 0;
    this.#weight += weightOf(record);
    return lines;
  }

  #push(position: number, line: WorkerLine): void {
    this.#waiting.push({ position, line });
    this.#weight += weightOf(line);
  }

  #shift(count: number): WorkerLine | undefined {
    let last: WorkerLine | undefined;
    for (let done = 0; done < count; done++) {
      const waiting = this.#waiting[this.#spent];
      if (!waiting) break;
      this.#spent++;
      this.#weight -= weightOf(waiting.line);
      last = waiting.line;
    }
    this.inFlight = 0;
    if (this.#spent > spentMax && this.#spent * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#spent);
      this.#spent = 0;
    }
    return last;
  }
}
