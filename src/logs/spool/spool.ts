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
import { chunkEnd, MemoryLines } from './memory.ts';
import type { SpoolFiles } from './spool-files.ts';
import { SpoolWriter } from './spool-writer.ts';
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
  #room = Promise.withResolvers<void>();
  readonly #writer: SpoolWriter;

  private constructor(files: SpoolFiles, options: SpoolOptions) {
    this.#options = options;
    this.#files = files;
    const { book, cursor, end, holes } = files.recovered;
    this.#book = book;
    this.#cursor = cursor;
    this.#end = end;
    this.#lost = new LostLines(holes, book, options.log);
    this.#writer = new SpoolWriter({
      ...options,
      files,
      book,
      memory: this.#memory,
      lost: this.#lost,
      places: this,
      madeRoom: () => this.#makeRoom(),
    });
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
    this.#writer.touch();
    for (const tell of this.#listeners) tell();
    const { memoryBytesMax } = this.#options;
    if (this.#memory.weight > memoryBytesMax / 2) void this.#writer.spill();
    while (this.#memory.weight > memoryBytesMax && !this.#writer.isClosed) {
      if (this.#writer.isDiskDown) this.#writer.dropFromMemory();
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
    this.#writer.touch();
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
      isDiskDown: this.#writer.isDiskDown,
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
    this.#writer.touch();
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
    this.#writer.touch();
  }

  /** Everything before this place was acknowledged. */
  advance(cursor: number): void {
    if (cursor <= this.#cursor) return;
    this.#cursor = cursor;
    this.#writer.touch();
    for (;;) {
      const chunk = this.#memory.oldest;
      if (!chunk || chunkEnd(chunk) > cursor) break;
      // A chunk on its way to the disk is finished there.
      this.#writer.settle(chunk);
    }
    this.#lost.forgetBefore(cursor);
    this.#makeRoom();
  }

  /** Resolves once all that was appended is on the disk or delivered; with false where the disk refuses. */
  async flush(): Promise<boolean> {
    return await this.#writer.flush(this.#end);
  }

  /** Keeps what is in memory; lets go of the disk. */
  async close(): Promise<void> {
    if (this.#writer.isClosed) return;
    await this.#writer.close(this.#end);
    this.#makeRoom();
    await this.#files.close();
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
