/**
 * The newest lines of all workers, in memory, for whoever reads along.
 *
 * Bounded by weight: the oldest lines of workers that have ended go first, then the oldest of all. A reader that wants
 * what has gone is told how many lines that were. Whoever adds never waits for one who reads.
 */
import type { LineOrigin, WorkerLine } from '../line.ts';
import { weightOf } from '../spool/memory.ts';
import { matches, type LineFilter } from './line-filter.ts';
import { OldestFirst } from './oldest-first.ts';
import { RecentReader, type ReaderOptions } from './recent-reader.ts';
import { WorkerLines } from './worker-lines.ts';

/** Workers that are remembered, with lines or without. */
const workersMax = 20_000;

export class RecentLines {
  readonly #bytesMax: number;
  readonly #workers = new Map<string, WorkerLines>();
  /** In the order in which they ended. */
  readonly #ended = new Set<WorkerLines>();
  /** Workers that ended before a line of them was seen. */
  readonly #endedUnseen = new Set<string>();
  readonly #readers = new Map<RecentReader, LineFilter>();
  readonly #oldestOfLive = byAge();
  readonly #oldestOfEnded = byAge();
  #places = 0;
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** What its lines take, by estimate. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Takes lines in the order of their streams; one whose number was there before is passed over. */
  add(lines: readonly WorkerLine[]): void {
    let worker: WorkerLines | undefined;
    let hasNews = false;
    for (const line of lines) {
      if (worker?.origin.workerId !== line.origin.workerId) {
        if (hasNews && worker) tellNews(worker);
        hasNews = false;
        worker = this.#workerOf(line.origin);
      }
      const wasEmpty = worker.first === worker.end;
      if (!worker.push(line, this.#places)) continue;
      hasNews = true;
      this.#places += 1;
      if (wasEmpty) this.#ages(worker).add(worker);
      this.#bytes += weightOf(line);
      if (this.#bytes > this.#bytesMax) this.#makeRoom();
    }
    if (hasNews && worker) tellNews(worker);
  }

  /** No more lines of it will come. */
  ended(workerId: string): void {
    const worker = this.#workers.get(workerId);
    if (!worker) {
      this.#endedUnseen.add(workerId);
      const [oldest] = this.#endedUnseen;
      if (this.#endedUnseen.size > workersMax && oldest !== undefined) this.#endedUnseen.delete(oldest);
      return;
    }
    if (worker.isEnded) return;
    this.#oldestOfLive.remove(worker);
    this.#end(worker);
    if (worker.first < worker.end) this.#oldestOfEnded.add(worker);
    tellNews(worker);
  }

  hasEnded(workerId: string): boolean {
    return this.#workers.get(workerId)?.isEnded ?? this.#endedUnseen.has(workerId);
  }

  /** @returns the newest line that is not blank, as it stands in the end, at most 400 characters; '' without one */
  lastLineOf(workerId: string): string {
    return this.#workers.get(workerId)?.lastLine ?? '';
  }

  /** Whether a line of such a worker is kept, or was. */
  knows(filter: LineFilter): boolean {
    for (const worker of this.#matching(filter)) if (worker.end > 0) return true;
    return false;
  }

  /** To be given back to `close`. */
  open(filter: LineFilter, options: ReaderOptions): RecentReader {
    const reader = new RecentReader(options);
    for (const worker of this.#matching(filter)) reader.follow(worker);
    if (options.onNews) this.#readers.set(reader, filter);
    return reader;
  }

  close(reader: RecentReader): void {
    this.#readers.delete(reader);
    reader.close();
  }

  *#matching(filter: LineFilter): Generator<WorkerLines> {
    const only = filter.workerId === '' ? undefined : this.#workers.get(filter.workerId);
    const candidates = filter.workerId === '' ? this.#workers.values() : only ? [only] : [];
    for (const worker of candidates) if (matches(filter, worker.origin)) yield worker;
  }

  #workerOf(origin: LineOrigin): WorkerLines {
    const { workerId } = origin;
    const known = this.#workers.get(workerId);
    if (known) return known;
    if (this.#workers.size >= workersMax) this.#forgetOne();
    const worker = new WorkerLines(origin);
    this.#workers.set(workerId, worker);
    if (this.#endedUnseen.delete(workerId)) this.#end(worker);
    for (const [reader, filter] of this.#readers) if (matches(filter, origin)) reader.follow(worker);
    return worker;
  }

  #end(worker: WorkerLines): void {
    worker.isEnded = true;
    this.#ended.add(worker);
  }

  #makeRoom(): void {
    while (this.#bytes > this.#bytesMax) {
      const ages = this.#oldestOfEnded.first ? this.#oldestOfEnded : this.#oldestOfLive;
      const worker = ages.first;
      if (!worker) return;
      this.#bytes -= worker.drop();
      if (worker.first === worker.end) ages.remove(worker);
      else ages.settleFirst();
    }
  }

  #forgetOne(): void {
    const [ended] = this.#ended;
    const [oldest] = this.#workers.values();
    const worker = ended ?? oldest;
    if (!worker) return;
    this.#ages(worker).remove(worker);
    while (worker.first < worker.end) this.#bytes -= worker.drop();
    this.#ended.delete(worker);
    this.#workers.delete(worker.origin.workerId);
    const followers = [...worker.followers];
    worker.followers.clear();
    for (const follower of followers) follower.forgotten(worker);
  }

  #ages({ isEnded }: WorkerLines): OldestFirst<WorkerLines> {
    return isEnded ? this.#oldestOfEnded : this.#oldestOfLive;
  }
}

function byAge(): OldestFirst<WorkerLines> {
  return new OldestFirst((worker) => worker.placeOf(worker.first));
}

function tellNews(worker: WorkerLines): void {
  for (const follower of worker.followers) follower.news(worker);
}
