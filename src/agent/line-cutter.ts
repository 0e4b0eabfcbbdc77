/**
 * Cuts bytes into lines without looking at them one by one later: a slab keeps the bytes of many lines as they
 * came and where each ends. A line is decoded only when it is sent.
 */

export interface Slab {
  readonly bytes: Buffer;
  /** Where each line ends in `bytes`, without its line break; the next one begins one byte later. */
  readonly ends: Uint32Array;
  /** The last one is no whole line: it goes on in the next slab, right after its end. */
  readonly continues: boolean;
  /** Epoch ms; when it was read. */
  readonly timeMs: number;
}

const lineBreak = 10;

/** Longest part of a line that is kept until its end comes. */
const restBytesMax = 64 * 1024;

export class LineCutter {
  #rest: Buffer = Buffer.alloc(0);

  /** @returns undefined where no line has ended */
  push(chunk: Buffer, timeMs: number): Slab | undefined {
    const last = chunk.lastIndexOf(lineBreak);
    if (last === -1 && this.#rest.length + chunk.length < restBytesMax) {
      this.#rest = Buffer.concat([this.#rest, chunk]);
      return undefined;
    }
    const continues = last === -1;
    const bytes = Buffer.concat([this.#rest, continues ? chunk : chunk.subarray(0, last + 1)]);
    const keep = continues ? wholeCharacters(bytes) : bytes.length;
    this.#rest = continues ? Buffer.from(bytes.subarray(keep)) : Buffer.from(chunk.subarray(last + 1));
    const taken = bytes.subarray(0, keep);
    return { bytes: taken, ends: endsOf(taken, continues), continues, timeMs };
  }

  /** What came after the last line break, once nothing more comes. */
  end(timeMs: number): Slab | undefined {
    const bytes = this.#rest;
    this.#rest = Buffer.alloc(0);
    return bytes.length === 0
      ? undefined
      : { bytes, ends: Uint32Array.of(bytes.length), continues: false, timeMs };
  }
}

function endsOf(bytes: Buffer, continues: boolean): Uint32Array {
  if (continues) return Uint32Array.of(bytes.length);
  const ends: number[] = [];
  for (let at = bytes.indexOf(lineBreak); at !== -1; at = bytes.indexOf(lineBreak, at + 1)) ends.push(at);
  return Uint32Array.from(ends);
}

/** How many of the bytes can be decoded without cutting a character of UTF-8 that goes on behind them. */
export function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(4, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0b1100_0000) === 0b1000_0000) continue;
    const length = byte >= 0b1111_0000 ? 4 : byte >= 0b1110_0000 ? 3 : byte >= 0b1100_0000 ? 2 : 1;
    // Never nothing: what is no UTF-8 at all must get on, too.
    return length > back && back < bytes.length ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}
