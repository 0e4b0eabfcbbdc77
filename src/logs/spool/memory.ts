/**
 * The newest lines, in memory, in chunks that go to the disk as one frame each, or never.
 */
import type { WorkerLine } from '../line.ts';
import { markKeyOf, type FollowMark } from '../store.ts';

const chunkLinesMax = 1_024;
const chunkWeightMax = 256 * 1_024;
/** What a line takes in memory beside its text and what it shares with others. */
const lineWeight = 120;

export interface Chunk {
  readonly position: number;
  readonly lines: WorkerLine[];
  /** The newest of each source; they cover nothing that comes after this chunk. */
  readonly marks: Map<string, FollowMark>;
  readonly sinceMs: number;
  weight: number;
  isSealed: boolean;
}

export function weightOf(line: WorkerLine): number {
  return lineWeight + line.text.length * 2;
}

export function chunkEnd({ position, lines }: Chunk): number {
  return position + lines.length;
}

export class MemoryLines {
  readonly #chunks: Chunk[] = [];
  #weight = 0;

  get weight(): number {
    return this.#weight;
  }

  get oldest(): Chunk | undefined {
    return this.#chunks[0];
  }

  /** Takes what was offered at once into one chunk, so that its mark is never apart from it. */
  add(position: number, lines: readonly WorkerLine[], mark: FollowMark | undefined, nowMs: number): void {
    let chunk = this.#chunks.at(-1);
    if (!chunk || chunk.isSealed || chunkEnd(chunk) !== position) {
      chunk = { position, lines: [], marks: new Map(), sinceMs: nowMs, weight: 0, isSealed: false };
      this.#chunks.push(chunk);
    }
    let weight = 0;
    for (const line of lines) {
      chunk.lines.push(line);
      weight += weightOf(line);
    }
    chunk.weight += weight;
    this.#weight += weight;
    if (mark) chunk.marks.set(markKeyOf(mark.stream), mark);
    if (chunk.lines.length >= chunkLinesMax || chunk.weight >= chunkWeightMax) chunk.isSealed = true;
  }

  remove(chunk: Chunk): void {
    const index = this.#chunks.indexOf(chunk);
    if (index < 0) return;
    this.#chunks.splice(index, 1);
    this.#weight -= chunk.weight;
  }

  /** The chunk that has the place, or else the next one. */
  find(position: number): Chunk | undefined {
    // Readers are mostly at the end.
    const last = this.#chunks.at(-1);
    if (last && last.position <= position) return chunkEnd(last) > position ? last : undefined;
    return this.#chunks.find((chunk) => chunkEnd(chunk) > position);
  }
}
