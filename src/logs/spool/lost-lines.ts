/**
 * What the store has lost and not yet told: which numbers of which streams, at which places.
 */
import type { Log } from '../../actors/ports.ts';
import { holesFrom, mergeLosses, withHole, type Hole } from './holes.ts';
import type { Loss } from './loss.ts';
import type { StreamBook } from './stream-book.ts';

type Ranges = ReadonlyArray<Omit<Loss, 'reason'>>;

export class LostLines {
  /** All there ever were, those of former processes included that are not yet told. */
  lines: number;
  #holes: readonly Hole[];
  readonly #book: StreamBook;
  readonly #log: Log;

  constructor(holes: readonly Hole[], book: StreamBook, log: Log) {
    this.#holes = holes;
    this.#book = book;
    this.#log = log;
    this.lines = holes.reduce((sum, { losses }) => sum + countLines(losses), 0);
  }

  get holes(): readonly Hole[] {
    return this.#holes;
  }

  /** The hole that reaches beyond the place, the first of them. */
  find(position: number): Hole | undefined {
    return this.#holes.find(({ to }) => to > position);
  }

  /** Everything before the place is told. */
  forgetBefore(position: number): void {
    this.#holes = holesFrom(this.#holes, position);
  }

  /** @param ranges what was at these places; what is acknowledged of it is not lost */
  add(from: number, to: number, ranges: Ranges, reason: Loss['reason']): readonly Loss[] {
    const losses = mergeLosses(ranges.map((range) => ({ ...range, reason }))).flatMap((loss) => {
      const acked = this.#book.state(loss.stream)?.ackedSeq ?? 0;
      return loss.lastSeq <= acked ? [] : [{ ...loss, firstSeq: Math.max(loss.firstSeq, acked + 1) }];
    });
    const lines = countLines(losses);
    this.lines += lines;
    this.#holes = withHole(this.#holes, { from, to, losses });
    this.#log.warn(
      { lines, reason },
      'The store let go of log lines that otto-handler had not taken; records in their place count them',
    );
    return losses;
  }
}

function countLines(losses: readonly Loss[]): number {
  return losses.reduce((sum, { firstSeq, lastSeq }) => sum + lastSeq - firstSeq + 1, 0);
}
