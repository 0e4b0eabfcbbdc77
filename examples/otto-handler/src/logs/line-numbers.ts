/**
 * The last number of each stream, by which every line is kept once: lines come at least once and in order, so a number
 * that is not higher is a repetition, and one that is skipped is a line that is missing.
 *
 * It is in memory here, so it ends with the process. A handler with a database writes the number in the transaction
 * that writes the line, or makes (stream, seq) unique there.
 */
import { Injectable } from '@nestjs/common';
import type { GapRecord, LineId } from './line.js';

export type Judged =
  | { readonly kind: 'new' }
  | { readonly kind: 'known' }
  /** New, and `lines` before it never came. */
  | { readonly kind: 'after-missing'; readonly lines: number }
  /** A record in the place of `lines` that are lost; undefined: nobody knows how many. */
  | { readonly kind: 'gap'; readonly lines: number | undefined }
  /** New, of a stream that is not known here and did not begin with it: the former process may have the others. */
  | { readonly kind: 'joined' };

/** Streams of containers that ended long ago are forgotten. */
const streamsMax = 100_000;

@Injectable()
export class LineNumbers {
  readonly #last = new Map<string, number>();

  take({ stream, seq }: LineId, gap?: GapRecord): Judged {
    const last = this.#last.get(stream);
    if (last !== undefined && seq <= last) return { kind: 'known' };
    this.#remember(stream, seq);
    const missing = last === undefined ? 0 : seq - last - 1;
    if (gap) return { kind: 'gap', lines: linesOf(gap, last, seq, missing) };
    if (last === undefined && seq > 1) return { kind: 'joined' };
    return missing > 0 ? { kind: 'after-missing', lines: missing } : { kind: 'new' };
  }

  #remember(stream: string, seq: number): void {
    this.#last.delete(stream);
    this.#last.set(stream, seq);
    if (this.#last.size <= streamsMax) return;
    const [oldest = ''] = this.#last.keys();
    this.#last.delete(oldest);
  }
}

/** A record also stands for the numbers right before it that never came. */
function linesOf(gap: GapRecord, last: number | undefined, seq: number, missing: number): number | undefined {
  const { lines, first } = gap;
  // Of those that it stands for, some had come.
  if (first !== undefined && last !== undefined && first <= last) return seq - last;
  return lines === undefined ? undefined : Math.max(lines, missing > 0 ? missing + 1 : 0);
}
