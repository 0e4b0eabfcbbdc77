/**
 * The one store of lines: in memory while they are delivered soon, on the disk where they must wait, oldest dropped
 * above its limit.
 *
 * Every line has a place in one order. A reader asks for what is at a place and learns the next; what is missing there
 * it is told as losses, never by silence. Lines go to the disk once they have waited for `spillAfterMs`, once they
 * are more than memory shall hold, and at the end. Each write is synced before what it holds counts as kept.
 *
 * Trusts the disk with nothing: what it refuses stays in memory, within the memory's bound, and what it returns is
 * checked. Never rejects because of it; `alarm` tells the log, `counts` the metrics.
 */
import type { Clock, Log } from '../../actors/ports.ts';
import type { WorkerLine } from '../line.ts';
import type { FollowMark, LineStore, MarkedSource } from '../store.ts';
import { LostLines } from './lost-lines.ts';
import { firstSeqOf, type Loss } from './loss.ts';
import { chunkEnd, MemoryLines, type Chunk } from './memory.ts';
import type { SpoolFiles } from './spool-files.ts';
import type { StreamBook } from './stream-book.ts';

export interface SpoolOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** How much is held in memory, roughly in bytes, before appending waits. */
  readonly memoryBytesMax: number;
  /** How long a line waits in memory for its delivery. */
  readonly spillAfterMs: number;
  readonly checkpointEveryMs: number;
}

/** What there is at a place: lines, or losses, or neither. */
export interface Portion {
  readonly position: number;
  /** The first has the place `position`, the others follow. */
  readonly lines: readonly WorkerLine[];
  readonly losses: readonly Loss[];
  /** Where to go on. */
  readonly next: number;
}

export interface SpoolCounts {
  readonly diskBytes: number;
  readonly memoryBytes: number;
  readonly waitingLines: number;
  readonly repeatedLines: number;
  readonly droppedLines: number;
  readonly tornBytes: number;
  readonly isDiskDown: boolean;
}

const retryDiskAfterMs = 5_000;
const portionLinesMax = 1_024;

export class Spool implements LineStore {
  readonly #options: SpoolOptions;
  readonly #files: SpoolFiles;
  readonly #book: StreamBook;
  readonly #memory = new MemoryLines();
  readonly #listeners = new Set<() => void>();
  readonly #lost: LostLines;
  #cursor: number;
  #end: number;
  #repeatedLines = 0;
  #retryDiskAtMs = 0;
  #isDiskDown = false;
  #isDirty = false;
  #isClosed = false;
  #spilling: Promise<void> | undefined;
  #room = Promise.withResolvers<void>();
  #timer: unknown;
  #checkpointDueMs = 0;

  private constructor(files: SpoolFiles, options: SpoolOptions) {
    this.#options = options;
    this.#files = files;
    const { book, cursor, end, holes } = files.recovered;
    this.#book = book;
    this.#cursor = cursor;
    this.#end = end;
    this.#lost = new LostLines(holes, book, options.log);
    this.#watch();
  }

  static open(files: SpoolFiles, options: SpoolOptions): Spool {
    return new Spool(files, options);
  }

  async append(lines: readonly WorkerLine[], mark?: FollowMark): Promise<void> {
    const before = this.#end + lines.length;
    const fresh = lines.filter((line) => this.#book.accept(line, firstSeqOf(line), before));
    this.#repeatedLines += lines.length - fresh.length;
    this.#memory.add(this.#end, fresh, mark, this.#options.clock.now());
    this.#end += fresh.length;
    this.#isDirty = true;
    for (const tell of this.#listeners) tell();
    const { memoryBytesMax } = this.#options;
    if (this.#memory.weight > memoryBytesMax / 2) void this.#spill();
    while (this.#memory.weight > memoryBytesMax && !this.#isClosed) {
      if (this.#isDiskDown) this.#dropFromMemory();
      else await this.#room.promise;
    }
  }

  markOf(key: string): FollowMark | undefined {
    return this.#book.markOf(key);
  }

  /** What may be gone on with, as it is now. */
  sources(): readonly MarkedSource[] {
    return [...this.#book.sources()];
  }

  forget(key: string): void {
    this.#book.forget(key);
    this.#isDirty = true;
  }

  /** The place of the oldest line that is not yet delivered. */
  get cursor(): number {
    return this.#cursor;
  }

  get end(): number {
    return this.#end;
  }

  get counts(): SpoolCounts {
    return {
      diskBytes: this.#files.bytes,
      memoryBytes: this.#memory.weight,
      waitingLines: this.#end - this.#cursor,
      repeatedLines: this.#repeatedLines,
      droppedLines: this.#lost.lines,
      tornBytes: this.#files.tornBytes,
      isDiskDown: this.#isDiskDown,
    };
  }

  /** @returns the number up to which a stream need not be delivered; undefined where it is not known */
  ackedSeq(stream: string): number | undefined {
    return this.#book.state(stream)?.ackedSeq;
  }

  /** Resolves with what is at the place, at once; `next` is `position` where there is nothing yet. */
  async read(position: number): Promise<Portion> {
    const hole = this.#lost.find(position);
    const chunk = this.#memory.find(position);
    const frame = this.#files.find(position);
    const nearest = Math.min(
      hole?.from ?? Infinity,
      chunk?.position ?? Infinity,
      frame?.position ?? Infinity,
    );
    const nothing = { position, lines: [], losses: [], next: position };
    if (hole && hole.from === nearest) return { ...nothing, losses: hole.losses, next: hole.to };
    if (chunk && chunk.position === nearest) return portion(position, chunk.position, chunk.lines);
    if (!frame) return nothing;
    const end = frame.position + frame.count;
    const lines = await this.#files.read(position);
    if (lines) return portion(position, frame.position, lines);
    // It was dropped meanwhile, and a hole says so; or it cannot be read, and this one does.
    if (this.#files.find(position)?.position !== frame.position) return await this.read(position);
    this.#isDirty = true;
    const losses = this.#lost.add(frame.position, end, frame.ranges, 'spool-torn');
    return { ...nothing, losses, next: end };
  }

  /** @param listener is told whenever there is more at the end. @returns how to stop that */
  onAppended(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Numbers of the stream up to this one were delivered or given up. */
  acknowledge(stream: string, seq: number): void {
    this.#book.acknowledge(stream, seq);
    this.#isDirty = true;
  }

  /** Everything before this place was acknowledged. */
  advance(cursor: number): void {
    if (cursor <= this.#cursor) return;
    this.#cursor = cursor;
    this.#isDirty = true;
    for (;;) {
      const chunk = this.#memory.oldest;
      if (!chunk || chunkEnd(chunk) > cursor) break;
      // A chunk on its way to the disk is finished there.
      this.#settle(chunk);
    }
    this.#lost.forgetBefore(cursor);
    this.#makeRoom();
  }

  /** Resolves once all that was appended is on the disk or delivered; with false where the disk refuses. */
  async flush(): Promise<boolean> {
    const { end } = this;
    this.#retryDiskAtMs = 0;
    while (this.#hasInMemory(end)) {
      await this.#spill(end);
      if (this.#isDiskDown) return false;
    }
    return await this.#checkpoint();
  }

  /** Keeps what is in memory; lets go of the disk. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#options.clock.clearTimeout(this.#timer);
    await this.flush();
    this.#isClosed = true;
    this.#makeRoom();
    await this.#files.close();
  }

  #hasInMemory(end: number): boolean {
    const { oldest } = this.#memory;
    return oldest !== undefined && (oldest.position < end || oldest.lines.length === 0);
  }

  #watch(): void {
    const { clock, spillAfterMs } = this.#options;
    this.#timer = clock.setTimeout(
      () => {
        if (this.#isClosed) return;
        void this.#spill(0).then(() => this.#checkpointIfDue());
        this.#watch();
      },
      Math.max(10, spillAfterMs / 4),
    );
  }

  async #checkpointIfDue(): Promise<void> {
    const nowMs = this.#options.clock.now();
    if (!this.#isDirty || this.#isClosed || nowMs < this.#checkpointDueMs) return;
    // Many marks make it large; then it is written less often.
    const { checkpointEveryMs } = this.#options;
    this.#checkpointDueMs = nowMs + checkpointEveryMs * Math.max(1, this.#files.checkpointBytes / 2 ** 20);
    if (this.#isDiskDown && nowMs < this.#retryDiskAtMs) return;
    await this.#checkpoint();
  }

  async #checkpoint(): Promise<boolean> {
    this.#isDirty = false;
    try {
      await this.#files.checkpoint(this.#cursor, this.#end, this.#book, this.#lost.holes);
      this.#recovered();
      return true;
    } catch (error) {
      this.#isDirty = true;
      this.#failed(error);
      return false;
    }
  }

  /** Writes what is due, one chunk after the other; those that wait for it share one run. */
  #spill(before?: number): Promise<void> {
    this.#spilling ??= this.#writeChunks(before).finally(() => {
      this.#spilling = undefined;
      this.#makeRoom();
    });
    return this.#spilling;
  }

  async #writeChunks(before: number | undefined): Promise<void> {
    const { clock, memoryBytesMax, spillAfterMs } = this.#options;
    for (;;) {
      const chunk = this.#memory.oldest;
      const nowMs = clock.now();
      if (!chunk || this.#isClosed || (this.#isDiskDown && nowMs < this.#retryDiskAtMs)) return;
      const isAsked = before !== undefined && chunk.position < before;
      const isOld = nowMs - chunk.sinceMs >= spillAfterMs;
      if (chunk.lines.length === 0) {
        // A mark alone, of lines that are all on the disk or delivered: it is the oldest.
        this.#settle(chunk);
        continue;
      }
      if (!isAsked && !isOld && this.#memory.weight <= memoryBytesMax / 4) return;
      chunk.isSealed = true;
      if (!(await this.#writeChunk(chunk))) return;
      this.#makeRoom();
    }
  }

  async #writeChunk(chunk: Chunk): Promise<boolean> {
    try {
      const written = await this.#files.write(chunk.position, chunk.lines, [...chunk.marks.values()], () =>
        this.#dropOldestSegment(),
      );
      this.#recovered();
      if (written) {
        for (const { stream, lastSeq } of written.ranges) this.#book.kept(stream, lastSeq);
        this.#settle(chunk);
      } else this.#dropFromMemory(chunk);
      return true;
    } catch (error) {
      this.#failed(error);
      return false;
    }
  }

  #settle(chunk: Chunk): void {
    for (const mark of chunk.marks.values()) this.#book.settle(mark, chunkEnd(chunk));
    this.#memory.remove(chunk);
    this.#isDirty = true;
  }

  async #dropOldestSegment(): Promise<void> {
    const { oldest } = this.#files;
    const waiting = oldest?.frames.filter(({ position, count }) => position + count > this.#cursor) ?? [];
    const from = waiting[0]?.position;
    const last = waiting.at(-1);
    if (from !== undefined && last !== undefined) {
      const ranges = waiting.flatMap((frame) => frame.ranges);
      this.#lost.add(from, last.position + last.count, ranges, 'spool-full');
      this.#isDirty = true;
    }
    await this.#files.removeOldest(this.#cursor, this.#end, this.#book, this.#lost.holes);
  }

  #dropFromMemory(chunk = this.#memory.oldest): void {
    if (!chunk) return;
    const ranges = chunk.lines.map((line) => {
      const { stream, origin, seq } = line;
      return { stream, origin, firstSeq: firstSeqOf(line), lastSeq: seq };
    });
    this.#memory.remove(chunk);
    this.#lost.add(chunk.position, chunkEnd(chunk), ranges, 'spool-full');
    this.#isDirty = true;
    this.#makeRoom();
  }

  #failed(error: unknown): void {
    this.#retryDiskAtMs = this.#options.clock.now() + retryDiskAfterMs;
    if (!this.#isDiskDown)
      this.#options.log.error(
        { err: error },
        'The spool of log lines cannot be written; lines stay in memory',
      );
    this.#isDiskDown = true;
    this.#makeRoom();
  }

  #recovered(): void {
    if (this.#isDiskDown) this.#options.log.info({}, 'The spool of log lines is written again');
    this.#isDiskDown = false;
  }

  #makeRoom(): void {
    this.#room.resolve();
    this.#room = Promise.withResolvers();
  }
}

function portion(asked: number, first: number, all: readonly WorkerLine[]): Portion {
  const position = Math.max(asked, first);
  const lines = all.slice(position - first, position - first + portionLinesMax);
  return { position, lines, losses: [], next: position + lines.length };
}
