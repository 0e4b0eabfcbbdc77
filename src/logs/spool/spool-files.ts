/**
 * The spool's folder: segments and checkpoint together within one limit, and what both tell after a crash.
 */
import type { WorkerLine } from '../line.ts';
import type { FollowMark } from '../store.ts';
import { checkpointName, encodeCheckpoint, readCheckpoint, type Checkpoint } from './checkpoint.ts';
import type { Disk } from './disk.ts';
import { holesFrom, withHole, type Hole } from './holes.ts';
import type { Loss } from './loss.ts';
import { encodeLines, type SegmentHead } from './segment-codec.ts';
import { Segments, type Segment } from './segments.ts';
import { StreamBook } from './stream-book.ts';

export interface Recovered {
  readonly book: StreamBook;
  readonly cursor: number;
  readonly end: number;
  readonly holes: readonly Hole[];
}

/** A segment is at most this share of the limit, so that dropping one drops little. */
const segmentShare = 1 / 16;
const segmentBytesMax = 8 * 2 ** 20;

export class SpoolFiles {
  readonly recovered: Recovered;
  checkpointBytes = 0;
  readonly #disk: Disk;
  readonly #segments: Segments;
  readonly #bytesMax: number;
  #checkpointing: Promise<void> = Promise.resolve();

  private constructor(disk: Disk, segments: Segments, bytesMax: number, saved: Checkpoint | 'none' | 'torn') {
    this.#disk = disk;
    this.#segments = segments;
    this.#bytesMax = bytesMax;
    this.recovered = recover(segments, saved);
  }

  /** @param bytesMax of all files together. Rejects where another process has the folder, or it cannot be read. */
  static async open(disk: Disk, bytesMax: number): Promise<SpoolFiles> {
    await disk.lock();
    const saved = await readCheckpoint(disk);
    const segments = await Segments.open(disk, Math.min(segmentBytesMax, bytesMax * segmentShare));
    const files = new SpoolFiles(disk, segments, bytesMax, saved);
    const known = (await disk.files()).find(({ name }) => name === checkpointName);
    files.checkpointBytes = known?.bytes ?? 0;
    return files;
  }

  get bytes(): number {
    return this.#segments.bytes + this.checkpointBytes;
  }

  get tornBytes(): number {
    return this.#segments.tornBytes;
  }

  get oldest(): Segment | undefined {
    return this.#segments.oldest;
  }

  find(position: number): SegmentHead | undefined {
    return this.#segments.find(position);
  }

  read(position: number): Promise<readonly WorkerLine[] | undefined> {
    return this.#segments.read(position).catch(() => undefined);
  }

  /**
   * @param dropOldest makes room
   * @returns undefined where there can never be room for it
   */
  async write(
    position: number,
    lines: readonly WorkerLine[],
    marks: readonly FollowMark[],
    dropOldest: () => Promise<void>,
  ): Promise<SegmentHead | undefined> {
    const { frame, head } = encodeLines(position, lines, marks);
    while (!this.#fits(frame.length)) {
      if (!this.#segments.oldest) return undefined;
      await dropOldest();
    }
    await this.#segments.append(frame, head);
    return head;
  }

  /** Durable when it resolves; segments of which nothing waits are removed. One at a time: they share a file. */
  async checkpoint(cursor: number, end: number, book: StreamBook, holes: readonly Hole[]): Promise<void> {
    book.sweep(cursor);
    const bytes = encodeCheckpoint({ cursor, end, streams: book.streams(), marks: book.marks(), holes });
    const turn = this.#checkpointing.then(() => this.#replaceCheckpoint(bytes, cursor));
    this.#checkpointing = turn.catch(() => undefined);
    await turn;
  }

  async #replaceCheckpoint(bytes: Buffer, cursor: number): Promise<void> {
    await this.#disk.replace(checkpointName, bytes);
    this.checkpointBytes = bytes.length;
    for (;;) {
      const { oldest } = this.#segments;
      if (!oldest || !this.#segments.endsBefore(oldest, cursor)) return;
      await this.#segments.removeOldest();
    }
  }

  /** The checkpoint tells first what will be missing, where the disk lets it. */
  async removeOldest(cursor: number, end: number, book: StreamBook, holes: readonly Hole[]): Promise<void> {
    const { oldest } = this.#segments;
    await this.checkpoint(cursor, end, book, holes).catch(() => undefined);
    if (this.#segments.oldest === oldest) await this.#segments.removeOldest();
  }

  async close(): Promise<void> {
    await this.#disk.unlock();
  }

  /** Twice the checkpoint: the old and the new one are there together for a moment, and it may have grown. */
  #fits(frameBytes: number): boolean {
    return this.#segments.bytes + frameBytes + 2.5 * this.checkpointBytes + 4_096 <= this.#bytesMax;
  }
}

function recover(segments: Segments, saved: Checkpoint | 'none' | 'torn'): Recovered {
  const book = new StreamBook();
  const checkpoint = typeof saved === 'string' ? undefined : saved;
  for (const state of checkpoint?.streams ?? []) book.restore(state);
  for (const { mark, before } of checkpoint?.marks ?? []) book.settle(mark, before);
  const cursor = checkpoint?.cursor ?? 0;
  /** How far each stream can still be read or was delivered. */
  const readable = new Map<string, number>();
  for (const { position, count, ranges, marks } of segments.heads()) {
    const before = position + count;
    for (const { stream, origin, lastSeq } of ranges) {
      readable.set(stream, lastSeq);
      // All of an unknown stream waits: whoever has its first lines passes over the record that they are missing.
      if (!book.state(stream) && before > cursor)
        book.restore({ stream, origin, tailSeq: lastSeq, keptSeq: lastSeq, ackedSeq: 0, before });
      book.kept(stream, lastSeq);
    }
    for (const mark of marks) book.settle(mark, before);
  }
  const holes = holesFrom(checkpoint?.holes ?? [], cursor);
  const end = Math.max(segments.end, checkpoint?.end ?? 0, ...holes.map(({ to }) => to));
  const losses = tornTails(book, readable, holes);
  if (losses.length === 0) return { book, cursor, end, holes };
  return { book, cursor, end: end + 1, holes: withHole(holes, { from: end, to: end + 1, losses }) };
}

/** What was kept and is not there: of a source that resumes, only what it will not read again. */
function tornTails(
  book: StreamBook,
  readable: ReadonlyMap<string, number>,
  holes: readonly Hole[],
): readonly Loss[] {
  const told = new Map<string, number>();
  for (const { stream, lastSeq } of holes.flatMap(({ losses }) => losses))
    told.set(stream, Math.max(told.get(stream) ?? 0, lastSeq));
  const marked = new Map([...book.marks()].map(({ mark }) => [mark.stream, mark.seq]));
  const losses: Loss[] = [];
  for (const state of book.streams()) {
    const { stream, origin, ackedSeq } = state;
    const there = Math.max(ackedSeq, readable.get(stream) ?? 0, told.get(stream) ?? 0);
    const lastSeq = marked.get(stream) ?? state.keptSeq;
    state.keptSeq = Math.max(there, lastSeq);
    state.tailSeq = state.keptSeq;
    if (lastSeq > there) losses.push({ stream, origin, firstSeq: there + 1, lastSeq, reason: 'spool-torn' });
  }
  return losses;
}
