/**
 * Writes the spool's lines out of memory to the disk when they are due, and its checkpoint after them.
 *
 * What the disk refuses stays in memory and is tried again; what has no room there becomes a hole. Nothing here rejects.
 */
import type { Clock, Log } from '../../actors/ports.ts';
import type { LostLines } from './lost-lines.ts';
import { firstSeqOf } from './loss.ts';
import { chunkEnd, type Chunk, type MemoryLines } from './memory.ts';
import type { SpoolFiles } from './spool-files.ts';
import type { StreamBook } from './stream-book.ts';

interface SpoolWriterParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly memoryBytesMax: number;
  readonly spillAfterMs: number;
  readonly checkpointEveryMs: number;
  readonly files: SpoolFiles;
  readonly book: StreamBook;
  readonly memory: MemoryLines;
  readonly lost: LostLines;
  /** As they are now. */
  readonly places: { readonly cursor: number; readonly end: number };
  readonly madeRoom: () => void;
}

const retryDiskAfterMs = 5_000;

export class SpoolWriter {
  readonly #parts: SpoolWriterParts;
  #retryDiskAtMs = 0;
  #isDiskDown = false;
  #isDirty = false;
  #isClosed = false;
  #spilling: Promise<void> | undefined;
  #timer: unknown;
  #checkpointDueMs = 0;

  constructor(parts: SpoolWriterParts) {
    this.#parts = parts;
    this.#watch();
  }

  get isDiskDown(): boolean {
    return this.#isDiskDown;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** The checkpoint is no longer true. */
  touch(): void {
    this.#isDirty = true;
  }

  /** Resolves with false where the disk refuses. @param end the place up to which all is to be kept */
  async flush(end: number): Promise<boolean> {
    this.#retryDiskAtMs = 0;
    while (this.#hasInMemory(end)) {
      await this.spill(end);
      if (this.#isDiskDown) return false;
    }
    return await this.#checkpoint();
  }

  /** Keeps what is in memory, and writes nothing more. */
  async close(end: number): Promise<void> {
    this.#parts.clock.clearTimeout(this.#timer);
    await this.flush(end);
    this.#isClosed = true;
  }

  #hasInMemory(end: number): boolean {
    const { oldest } = this.#parts.memory;
    return oldest !== undefined && (oldest.position < end || oldest.lines.length === 0);
  }

  #watch(): void {
    const { clock, spillAfterMs } = this.#parts;
    this.#timer = clock.setTimeout(
      () => {
        if (this.#isClosed) return;
        void this.spill(0).then(() => this.#checkpointIfDue());
        this.#watch();
      },
      Math.max(10, spillAfterMs / 4),
    );
  }

  async #checkpointIfDue(): Promise<void> {
    const nowMs = this.#parts.clock.now();
    if (!this.#isDirty || this.#isClosed || nowMs < this.#checkpointDueMs) return;
    // Many marks make it large; then it is written less often.
    const { checkpointEveryMs } = this.#parts;
    this.#checkpointDueMs =
      nowMs + checkpointEveryMs * Math.max(1, this.#parts.files.checkpointBytes / 2 ** 20);
    if (this.#isDiskDown && nowMs < this.#retryDiskAtMs) return;
    await this.#checkpoint();
  }

  async #checkpoint(): Promise<boolean> {
    this.#isDirty = false;
    try {
      await this.#parts.files.checkpoint(
        this.#parts.places.cursor,
        this.#parts.places.end,
        this.#parts.book,
        this.#parts.lost.holes,
      );
      this.#recovered();
      return true;
    } catch (error) {
      this.#isDirty = true;
      this.#failed(error);
      return false;
    }
  }

  /** Writes what is due, one chunk after the other; those that wait for it share one run. */
  spill(before?: number): Promise<void> {
    this.#spilling ??= this.#writeChunks(before).finally(() => {
      this.#spilling = undefined;
      this.#parts.madeRoom();
    });
    return this.#spilling;
  }

  async #writeChunks(before: number | undefined): Promise<void> {
    const { clock, memoryBytesMax, spillAfterMs } = this.#parts;
    for (;;) {
      const chunk = this.#parts.memory.oldest;
      const nowMs = clock.now();
      if (!chunk || this.#isClosed || (this.#isDiskDown && nowMs < this.#retryDiskAtMs)) return;
      const isAsked = before !== undefined && chunk.position < before;
      const isOld = nowMs - chunk.sinceMs >= spillAfterMs;
      if (chunk.lines.length === 0) {
        // A mark alone, of lines that are all on the disk or delivered: it is the oldest.
        this.settle(chunk);
        continue;
      }
      if (!isAsked && !isOld && this.#parts.memory.weight <= memoryBytesMax / 4) return;
      chunk.isSealed = true;
      if (!(await this.#writeChunk(chunk))) return;
      this.#parts.madeRoom();
    }
  }

  async #writeChunk(chunk: Chunk): Promise<boolean> {
    try {
      const written = await this.#parts.files.write(
        chunk.position,
        chunk.lines,
        [...chunk.marks.values()],
        () => this.#dropOldestSegment(),
      );
      this.#recovered();
      if (written) {
        for (const { stream, lastSeq } of written.ranges) this.#parts.book.kept(stream, lastSeq);
        this.settle(chunk);
      } else this.dropFromMemory(chunk);
      return true;
    } catch (error) {
      this.#failed(error);
      return false;
    }
  }

  settle(chunk: Chunk): void {
    for (const mark of chunk.marks.values()) this.#parts.book.settle(mark, chunkEnd(chunk));
    this.#parts.memory.remove(chunk);
    this.#isDirty = true;
  }

  async #dropOldestSegment(): Promise<void> {
    const { oldest } = this.#parts.files;
    const waiting =
      oldest?.frames.filter(({ position, count }) => position + count > this.#parts.places.cursor) ?? [];
    const from = waiting[0]?.position;
    const last = waiting.at(-1);
    if (from !== undefined && last !== undefined) {
      const ranges = waiting.flatMap((frame) => frame.ranges);
      this.#parts.lost.add(from, last.position + last.count, ranges, 'spool-full');
      this.#isDirty = true;
    }
    await this.#parts.files.removeOldest(
      this.#parts.places.cursor,
      this.#parts.places.end,
      this.#parts.book,
      this.#parts.lost.holes,
    );
  }

  dropFromMemory(chunk = this.#parts.memory.oldest): void {
    if (!chunk) return;
    const ranges = chunk.lines.map((line) => {
      const { stream, origin, seq } = line;
      return { stream, origin, firstSeq: firstSeqOf(line), lastSeq: seq };
    });
    this.#parts.memory.remove(chunk);
    this.#parts.lost.add(chunk.position, chunkEnd(chunk), ranges, 'spool-full');
    this.#isDirty = true;
    this.#parts.madeRoom();
  }

  #failed(error: unknown): void {
    this.#retryDiskAtMs = this.#parts.clock.now() + retryDiskAfterMs;
    if (!this.#isDiskDown)
      this.#parts.log.error({ err: error }, 'The spool of log lines cannot be written; lines stay in memory');
    this.#isDiskDown = true;
    this.#parts.madeRoom();
  }

  #recovered(): void {
    if (this.#isDiskDown) this.#parts.log.info({}, 'The spool of log lines is written again');
    this.#isDiskDown = false;
  }
}
