/** The newest lines of one log. Bounded: older ones are dropped and counted. */
import type { LogLine } from '../../src/inspector/protocol.ts';

const linesMax = 50_000;
/** So many go at once, so that not every line moves all others. */
const dropCount = 5_000;

export class LogTail {
  readonly worker: string;
  readonly #lines: LogLine[] = [];
  #droppedCount = 0;
  #isOver = false;

  constructor(worker: string) {
    this.worker = worker;
  }

  get lines(): readonly LogLine[] {
    return this.#lines;
  }

  get droppedCount(): number {
    return this.#droppedCount;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  add(lines: readonly LogLine[], isOver: boolean): void {
    for (const line of lines) this.#lines.push(line);
    if (this.#lines.length > linesMax) {
      const excess = this.#lines.length - linesMax + dropCount;
      this.#lines.splice(0, excess);
      this.#droppedCount += excess;
    }
    this.#isOver = isOver;
  }
}
