/** A store of lines that keeps all in memory, and lets a test wait for what it holds. */
import type { WorkerLine } from '../../src/logs/line.ts';
import { markKeyOf, type FollowMark, type LineStore } from '../../src/logs/store.ts';

export class LineShelf implements LineStore {
  readonly lines: WorkerLine[] = [];
  readonly marks = new Map<string, FollowMark>();
  readonly forgotten: string[] = [];
  readonly #waiting = new Set<() => void>();

  append(lines: readonly WorkerLine[], mark?: FollowMark): Promise<void> {
    for (const line of lines) this.lines.push(line);
    // As a durable one comes back: nothing is shared with its writer.
    if (mark) this.marks.set(markKeyOf(mark.stream), JSON.parse(JSON.stringify(mark)) as FollowMark);
    this.#wake();
    return Promise.resolve();
  }

  markOf(key: string): FollowMark | undefined {
    return this.marks.get(key);
  }

  forget(key: string): void {
    this.forgotten.push(key);
    this.marks.delete(key);
    this.#wake();
  }

  get texts(): string[] {
    return this.lines.map(({ text }) => text);
  }

  async until(holds: (lines: readonly WorkerLine[]) => boolean): Promise<void> {
    while (!holds(this.lines)) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting.add(resolve);
      await promise;
    }
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}
