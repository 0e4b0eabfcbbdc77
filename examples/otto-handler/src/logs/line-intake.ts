/**
 * Takes entries, each line once: kept, printed, and only then answered ACK.
 *
 * Numbers are judged before the first await, so two calls that bring the same line, as after a broken connection, can
 * not both keep it.
 */
import { Injectable } from '@nestjs/common';
import type { LogEntry } from '../rpc/contract.js';
import { gapOf, idOf, lineOf, type GapRecord, type Line, type Way } from './line.js';
import { LineNumbers, type Judged } from './line-numbers.js';
import { Printer } from './printer.js';
import { TaskLines } from './task-lines.js';

export interface Counts {
  kept: number;
  repeated: number;
  gaps: number;
  /** Lines in those gaps, as far as it is known. */
  missing: number;
}

@Injectable()
export class LineIntake {
  readonly counts: Counts = { kept: 0, repeated: 0, gaps: 0, missing: 0 };

  constructor(
    private readonly numbers: LineNumbers,
    private readonly tasks: TaskLines,
    private readonly printer: Printer,
  ) {}

  async take(entries: readonly LogEntry[], way: Way): Promise<void> {
    const texts = entries.flatMap((entry) => this.#judge(entry, way));
    await this.printer.print(texts);
  }

  #judge(entry: LogEntry, way: Way): string[] {
    const line = lineOf(entry);
    const id = idOf(entry, way);
    const gap = gapOf(entry);
    const judged: Judged = id ? this.numbers.take(id, gap) : { kind: 'new' };
    switch (judged.kind) {
      case 'known':
        this.counts.repeated++;
        return [];
      case 'gap':
        return [this.#missing(line, judged.lines, sentenceOf(line, gap))];
      case 'after-missing':
        return [
          this.#missing(line, judged.lines, `${judged.lines} missing before the next`),
          this.#keep(line),
        ];
      case 'joined':
        return [
          this.printer.gap(line, `first seen at number ${id?.seq}: the lines before it came to nobody here`),
          this.#keep(line),
        ];
      case 'new':
        return [gap ? this.#missing(line, gap.lines, sentenceOf(line, gap)) : this.#keep(line)];
    }
  }

  #keep(line: Line): string {
    this.counts.kept++;
    this.tasks.add(line);
    return this.printer.line(line);
  }

  #missing(line: Line, lines: number | undefined, sentence: string): string {
    this.counts.gaps++;
    this.counts.missing += lines ?? 0;
    return this.printer.gap(line, sentence);
  }
}

function sentenceOf({ text }: Line, gap: GapRecord | undefined): string {
  return `${text} (${gap?.reason ?? 'unknown'})`;
}
