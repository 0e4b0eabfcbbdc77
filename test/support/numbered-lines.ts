/**
 * Counts what arrives at otto-handler of one worker that writes `line 1` to `line N`, without keeping it: once by the
 * numbers that Ottoscaler gave, as a careful receiver does, and once by those that the worker wrote.
 */
import type { WorkerLogEntry__Output } from '../../src/rpc/generated/ottoscaler/v1/WorkerLogEntry.ts';
import { seqOf } from './scripted-handler.ts';

export interface LineFigures {
  readonly written: number;
  /** Entries, gap records and repeated ones too. */
  readonly received: number;
  /** Of them, what was there already, by stream and number. */
  readonly repeated: number;
  readonly unique: number;
  /** The worker's own numbers that are there twice all the same. */
  readonly duplicatesAfterDedupe: number;
  readonly outOfOrder: number;
  /** How many for each reason. */
  readonly gapRecords: Readonly<Record<string, number>>;
  /** By gap records that know how many; one of unknown size excuses whatever is missing. */
  readonly gapMarked: number;
  readonly lostUnnoticed: number;
}

const lineText = /^line (\d+)$/;

export class NumberedLines {
  readonly #written: number;
  readonly #seen: Uint8Array;
  readonly #lastSeq = new Map<string, number>();
  #received = 0;
  #repeated = 0;
  #unique = 0;
  #duplicates = 0;
  #outOfOrder = 0;
  readonly #gapRecords: Record<string, number> = {};
  #gapMarked = 0;
  #isUnknownGap = false;
  #unnumbered = 0;
  /** Of each stream: their order among each other is nobody's promise. */
  readonly #lastLine = new Map<string, number>();

  constructor(written: number) {
    this.#written = written;
    this.#seen = new Uint8Array(written + 1);
  }

  /** Of what was written, 0 to 1. */
  get share(): number {
    return this.#unique / this.#written;
  }

  readonly take = (entry: WorkerLogEntry__Output): void => {
    this.#received++;
    const stream = entry.metadata['otto.stream'] ?? '';
    const seq = seqOf(entry);
    const lastSeq = this.#lastSeq.get(stream) ?? 0;
    if (seq <= lastSeq) {
      this.#repeated++;
      return;
    }
    this.#lastSeq.set(stream, seq);
    const first = Number(entry.metadata['otto.gap.first'] ?? seq);
    this.#unnumbered += Math.max(0, first - lastSeq - 1);
    const reason = entry.metadata['otto.gap'];
    if (reason === undefined) this.#line(stream, entry.message);
    else this.#gap(reason, entry.metadata['otto.gap.lines']);
  };

  /** Numbers of Ottoscaler's own that were passed over without a word count as lost, too. */
  get figures(): LineFigures {
    const missing = this.#written - this.#unique;
    const excused = this.#isUnknownGap ? missing : this.#gapMarked;
    return {
      written: this.#written,
      received: this.#received,
      repeated: this.#repeated,
      unique: this.#unique,
      duplicatesAfterDedupe: this.#duplicates,
      outOfOrder: this.#outOfOrder,
      gapRecords: this.#gapRecords,
      gapMarked: this.#gapMarked,
      lostUnnoticed: Math.max(0, missing - excused) + this.#unnumbered,
    };
  }

  #line(stream: string, text: string): void {
    const number = Number(lineText.exec(text)?.[1] ?? Number.NaN);
    if (!(number >= 1 && number <= this.#written)) return;
    if (this.#seen[number]) this.#duplicates++;
    else this.#unique++;
    this.#seen[number] = 1;
    if (number <= (this.#lastLine.get(stream) ?? 0)) this.#outOfOrder++;
    this.#lastLine.set(stream, number);
  }

  #gap(reason: string, lines: string | undefined): void {
    this.#gapRecords[reason] = (this.#gapRecords[reason] ?? 0) + 1;
    if (lines === undefined) this.#isUnknownGap = true;
    else this.#gapMarked += Number(lines);
  }
}
