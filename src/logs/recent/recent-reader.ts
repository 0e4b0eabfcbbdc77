/**
 * One reader's place among the newest lines: of each worker that it follows how far it has come.
 *
 * It holds no lines: one that stands still costs its place, and where lines went before it came to them, it gets a
 * record of how many. Lines come in the order in which they arrived, those of a stream in the order of their numbers.
 */
import type { WorkerLine } from '../line.ts';
import { firstSeqOf, gapLine } from '../spool/loss.ts';
import { weightOf } from '../spool/memory.ts';
import { OldestFirst } from './oldest-first.ts';
import type { Follower, WorkerLines } from './worker-lines.ts';

interface Cursor {
  readonly worker: WorkerLines;
  /** Index of the next line to read. */
  next: number;
  /** Index at which it ends. */
  readonly until: number;
  /** The last number of each stream, as far as it is to be read. */
  readonly lastSeqs: ReadonlyMap<string, number>;
  /** The last number of each stream that was read, or left out by the reader's own wish. */
  readonly taken: Map<string, number>;
}

export interface ReaderOptions {
  /** Of a worker that has more lines, only so many of the newest; 0 = all. */
  readonly tail: number;
  /**
   * There is more to read, or a worker has ended. May be called often, and while lines are being added. Without it
   * only what is there now is read.
   */
  readonly onNews?: () => void;
}

export class RecentReader implements Follower {
  readonly #options: ReaderOptions;
  readonly #cursors = new Map<WorkerLines, Cursor>();
  readonly #behind = new Set<Cursor>();

  constructor(options: ReaderOptions) {
    this.#options = options;
  }

  /** Whether nothing is there that was not read. */
  get isCurrent(): boolean {
    return this.#behind.size === 0;
  }

  /** The workers that it follows. */
  workers(): Iterable<WorkerLines> {
    return this.#cursors.keys();
  }

  /** Of a worker that is there already, its lines are read from the wished place on. */
  follow(worker: WorkerLines): void {
    const { tail, onNews } = this.#options;
    const cursor: Cursor = {
      worker,
      next: worker.first,
      until: onNews ? Infinity : worker.end,
      lastSeqs: onNews ? worker.streams : new Map(worker.streams),
      taken: new Map(),
    };
    if (tail > 0 && worker.end - worker.first >= tail) skipBefore(cursor, worker.end - tail);
    this.#cursors.set(worker, cursor);
    if (onNews) worker.followers.add(this);
    if (worker.end > 0) this.#behind.add(cursor);
  }

  news(worker: WorkerLines): void {
    const cursor = this.#cursors.get(worker);
    if (cursor && cursor.next < worker.end) this.#behind.add(cursor);
    this.#options.onNews?.();
  }

  forgotten(worker: WorkerLines): void {
    const cursor = this.#cursors.get(worker);
    // One that is behind learns of it by a record of what it missed.
    if (cursor && !this.#behind.has(cursor)) this.#cursors.delete(worker);
  }

  /** @returns the next lines, with records of what is missing; at most so many and a few records more */
  read(linesMax: number, weightMax: number): WorkerLine[] {
    const lines: WorkerLine[] = [];
    const queue = new OldestFirst<Cursor>(({ worker, next }) => worker.placeOf(next));
    for (const cursor of this.#behind) {
      cursor.next = Math.max(cursor.next, cursor.worker.first);
      queue.add(cursor);
    }
    let weight = 0;
    while (lines.length < linesMax && weight < weightMax) {
      const cursor = queue.first;
      if (!cursor) break;
      const line = cursor.next < cursor.until ? cursor.worker.at(cursor.next) : undefined;
      if (line) {
        take(cursor, line, lines);
        weight += weightOf(line);
      }
      if (cursor.next < Math.min(cursor.worker.end, cursor.until)) queue.settleFirst();
      else {
        queue.remove(cursor);
        this.#caughtUp(cursor, lines);
      }
    }
    return lines;
  }

  close(): void {
    for (const { followers } of this.#cursors.keys()) followers.delete(this);
    this.#cursors.clear();
    this.#behind.clear();
  }

  /** Of streams whose newest lines have gone too nothing follows that would show the hole. */
  #caughtUp(cursor: Cursor, lines: WorkerLine[]): void {
    const { worker, taken, lastSeqs } = cursor;
    this.#behind.delete(cursor);
    for (const [stream, lastSeq] of lastSeqs) {
      const firstSeq = (taken.get(stream) ?? 0) + 1;
      taken.set(stream, lastSeq);
      const { origin } = worker;
      if (firstSeq <= lastSeq)
        lines.push(gapLine({ stream, origin, firstSeq, lastSeq, reason: 'not-kept' }, origin.createdAt));
    }
    for (const stream of taken.keys()) if (!lastSeqs.has(stream)) taken.delete(stream);
    if (!worker.followers.has(this)) this.#cursors.delete(worker);
  }
}

function take(cursor: Cursor, line: WorkerLine, into: WorkerLine[]): void {
  const { stream, origin, seq, time } = line;
  const before = cursor.taken.get(stream) ?? 0;
  const lastSeq = firstSeqOf(line) - 1;
  if (lastSeq > before)
    into.push(gapLine({ stream, origin, firstSeq: before + 1, lastSeq, reason: 'not-kept' }, time));
  into.push(line);
  cursor.taken.set(stream, seq);
  cursor.next += 1;
}

/** What is left out on purpose is no gap. */
function skipBefore(cursor: Cursor, index: number): void {
  const { worker, taken } = cursor;
  for (const [stream, last] of worker.streams) taken.set(stream, last);
  for (let at = worker.end - 1; at >= index; at--) {
    const line = worker.at(at);
    if (line) taken.set(line.stream, firstSeqOf(line) - 1);
  }
  cursor.next = index;
}
