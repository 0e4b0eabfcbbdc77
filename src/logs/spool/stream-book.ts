/**
 * What is known of every stream and every source: how far each was appended, kept, and acknowledged.
 *
 * Bounded: a stream is remembered while lines of it wait or its source may resume, and of the rest the latest.
 */
import type { LineOrigin, WorkerLine } from '../line.ts';
import { markKeyOf, type FollowMark, type MarkedSource } from '../store.ts';

/** Ended streams that are remembered, so that their lines are not taken for new ones. */
const streamsMax = 20_000;

export interface StreamState {
  readonly stream: string;
  readonly origin: LineOrigin;
  /** The last number that was appended; lives with the process. */
  tailSeq: number;
  /** The last number that is on the disk or acknowledged. */
  keptSeq: number;
  /** All numbers up to it need not be delivered any more. */
  ackedSeq: number;
  /** Its lines have places before this one. */
  before: number;
}

export interface PlacedMark {
  readonly mark: FollowMark;
  /** All lines that it covers have a place before this one. */
  readonly before: number;
}

export class StreamBook {
  readonly #streams = new Map<string, StreamState>();
  readonly #marks = new Map<string, PlacedMark>();
  readonly #gone = new Set<string>();

  /** @returns false where the line's number was there before */
  accept({ stream, seq, origin }: WorkerLine, firstSeq: number, before: number): boolean {
    const state = this.#streams.get(stream);
    if (!state) {
      const former = firstSeq - 1;
      this.restore({ stream, origin, tailSeq: seq, keptSeq: former, ackedSeq: former, before });
      return true;
    }
    if (seq <= state.tailSeq) return false;
    state.tailSeq = seq;
    state.before = before;
    return true;
  }

  restore(state: StreamState): void {
    this.#streams.set(state.stream, state);
    if (this.#streams.size > streamsMax) this.#forgetEnded();
  }

  state(stream: string): StreamState | undefined {
    return this.#streams.get(stream);
  }

  kept(stream: string, seq: number): void {
    const state = this.#streams.get(stream);
    if (!state) return;
    state.keptSeq = Math.max(state.keptSeq, seq);
    state.tailSeq = Math.max(state.tailSeq, seq);
  }

  acknowledge(stream: string, seq: number): void {
    const state = this.#streams.get(stream);
    if (!state) return;
    state.ackedSeq = Math.max(state.ackedSeq, seq);
    this.kept(stream, seq);
  }

  /** The lines that the mark covers are on the disk or acknowledged. */
  settle(mark: FollowMark, before: number): void {
    const key = markKeyOf(mark.stream);
    const known = this.#marks.get(key);
    if (this.#gone.has(key) || (known && known.before > before)) return;
    this.#marks.delete(key);
    this.#marks.set(key, { mark, before });
    const [oldest] = this.#marks.keys();
    if (this.#marks.size > streamsMax && oldest !== undefined) this.#marks.delete(oldest);
  }

  markOf(key: string): FollowMark | undefined {
    return this.#marks.get(key)?.mark;
  }

  forget(key: string): void {
    this.#marks.delete(key);
    this.#gone.add(key);
    const [oldest] = this.#gone;
    if (this.#gone.size > streamsMax && oldest !== undefined) this.#gone.delete(oldest);
  }

  /** Forgets the streams of sources that are gone, once all before `cursor` is delivered and they are with it. */
  sweep(cursor: number): void {
    for (const { stream, before, ackedSeq, tailSeq } of this.#streams.values())
      if (before <= cursor && ackedSeq >= tailSeq && this.#gone.has(markKeyOf(stream)))
        this.#streams.delete(stream);
  }

  streams(): Iterable<StreamState> {
    return this.#streams.values();
  }

  marks(): Iterable<PlacedMark> {
    return this.#marks.values();
  }

  /** Those with a mark. */
  *sources(): Generator<MarkedSource> {
    for (const [key, { mark }] of this.#marks) {
      const origin = this.#streams.get(mark.stream)?.origin;
      if (origin) yield { key, mark, origin };
    }
  }

  #forgetEnded(): void {
    for (const [stream, { ackedSeq, tailSeq }] of this.#streams) {
      if (this.#streams.size <= streamsMax) return;
      if (ackedSeq >= tailSeq) this.#streams.delete(stream);
    }
  }
}
