/**
 * The lines on the disk: files of frames, the oldest first.
 *
 * `lines-0000000001.log`, `lines-0000000002.log` …: numbers only grow, a file is only appended to, and only whole
 * files are removed. Whatever a write left behind that failed is never appended to: the next frame begins a new file.
 * What cannot be read is passed over, and missing numbers tell of it (`loss.ts`).
 */
import type { WorkerLine } from '../line.ts';
import type { Disk } from './disk.ts';
import { frameEnd } from './frame.ts';
import { decodeHead, decodeLines, type SegmentHead } from './segment-codec.ts';

const namePattern = /^lines-(\d{10})\.log$/;

interface StoredFrame extends SegmentHead {
  readonly offset: number;
  readonly length: number;
}

export interface Segment {
  readonly name: string;
  /** At least what the file holds: a write that failed counts as done. */
  bytes: number;
  readonly frames: StoredFrame[];
}

export class Segments {
  /** What was cut or passed over at the start and since, for the counters. */
  tornBytes = 0;
  readonly #disk: Disk;
  readonly #segmentBytesMax: number;
  #segments: Segment[] = [];
  #lastNumber = 0;
  /** The last segment takes no more. */
  #isSealed = true;
  #appendedTo: Segment | undefined;

  private constructor(disk: Disk, segmentBytesMax: number) {
    this.#disk = disk;
    this.#segmentBytesMax = segmentBytesMax;
  }

  static async open(disk: Disk, segmentBytesMax: number): Promise<Segments> {
    const segments = new Segments(disk, segmentBytesMax);
    const found = (await disk.files()).flatMap(({ name, bytes }) => {
      const number = namePattern.exec(name)?.[1];
      return number === undefined ? [] : [{ name, bytes, number: Number(number) }];
    });
    found.sort((a, b) => a.number - b.number);
    for (const { name, bytes, number } of found) {
      segments.#lastNumber = number;
      await segments.#scan(name, bytes, number === found.at(-1)?.number);
    }
    return segments;
  }

  get bytes(): number {
    return this.#segments.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  get oldest(): Segment | undefined {
    return this.#segments[0];
  }

  *heads(): Generator<SegmentHead> {
    for (const { frames } of this.#segments) yield* frames;
  }

  /** The first place behind all of them. */
  get end(): number {
    const last = this.#segments.findLast(({ frames }) => frames.length > 0)?.frames.at(-1);
    return last ? last.position + last.count : 0;
  }

  /** Rejects where the disk does; then nothing was appended that is ever read. */
  async append(frame: Buffer, head: SegmentHead): Promise<void> {
    const segment = this.#open(frame.length);
    const offset = segment.bytes;
    segment.bytes += frame.length;
    this.#appendedTo = segment;
    try {
      await this.#disk.append(segment.name, frame);
      await this.#disk.sync(segment.name);
      segment.frames.push({ ...head, offset, length: frame.length });
    } catch (error) {
      this.#isSealed = true;
      await this.#cut(segment, offset);
      throw error;
    } finally {
      this.#appendedTo = undefined;
    }
  }

  /** Whether all that it has, or is about to have, comes before the position. */
  endsBefore(segment: Segment, position: number): boolean {
    if (segment === this.#appendedTo) return false;
    const last = segment.frames.at(-1);
    return !last || last.position + last.count <= position;
  }

  /** The frame that has the place, or else the next one. */
  find(position: number): SegmentHead | undefined {
    return this.#locate(position)?.frame;
  }

  /** @returns undefined where it cannot be read (any more) */
  async read(position: number): Promise<readonly WorkerLine[] | undefined> {
    const located = this.#locate(position);
    if (!located) return undefined;
    const { segment, frame } = located;
    const bytes = await this.#disk.read(segment.name, frame.offset, frame.length);
    const lines = decodeLines(bytes)?.lines;
    if (!lines) this.tornBytes += frame.length;
    return lines;
  }

  /** Its lines are gone, whether the file can be removed or not; then its bytes go on to count. */
  async removeOldest(): Promise<void> {
    const oldest = this.#segments[0];
    if (!oldest) return;
    // What is written meanwhile goes into a file that stays.
    if (this.#segments.length === 1) this.#isSealed = true;
    await this.#disk.remove(oldest.name);
    if (this.#segments[0] === oldest) this.#segments.shift();
  }

  #open(frameBytes: number): Segment {
    const last = this.#segments.at(-1);
    if (last && !this.#isSealed && last.bytes + frameBytes <= this.#segmentBytesMax) return last;
    this.#lastNumber++;
    const segment = { name: `lines-${String(this.#lastNumber).padStart(10, '0')}.log`, bytes: 0, frames: [] };
    this.#segments.push(segment);
    this.#isSealed = false;
    return segment;
  }

  async #cut(segment: Segment, length: number): Promise<void> {
    try {
      await this.#disk.truncate(segment.name, length);
      segment.bytes = length;
    } catch {
      // It counts as written; the next start cuts it.
    }
  }

  #locate(position: number): { readonly segment: Segment; readonly frame: StoredFrame } | undefined {
    for (const segment of this.#segments) {
      const last = segment.frames.at(-1);
      if (!last || last.position + last.count <= position) continue;
      const frame = segment.frames.find((one) => one.position + one.count > position);
      if (frame) return { segment, frame };
    }
    return undefined;
  }

  async #scan(name: string, length: number, isLast: boolean): Promise<void> {
    const segment: Segment = { name, bytes: length, frames: [] };
    this.#segments.push(segment);
    // A process killed between write and sync left what only the machine's memory holds: sources go on behind it, so
    // it must be as durable as all else. A disk that refuses can only be believed.
    await this.#disk.sync(name).catch(() => undefined);
    const bytes = await this.#disk.read(name, 0, length).catch(() => Buffer.alloc(0));
    let soundUntil = 0;
    let { end } = this;
    for (let offset = 0; offset < bytes.length;) {
      const next = frameEnd(bytes, offset);
      if (next === undefined || next > bytes.length) break;
      const head = decodeHead(bytes, offset);
      if (head) {
        soundUntil = next;
        // Written twice where the first write failed after all.
        if (head.position >= end) {
          segment.frames.push({ ...head, offset, length: next - offset });
          end = head.position + head.count;
        }
      } else {
        this.tornBytes += next - offset;
      }
      offset = next;
    }
    if (soundUntil === length) return;
    this.tornBytes += bytes.length - soundUntil;
    if (isLast) await this.#cut(segment, soundUntil);
  }
}
