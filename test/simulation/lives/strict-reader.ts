/** Reads a run's events as they are shown; what it saw once must be there for good, at the same place. */
import { isDeepStrictEqual } from 'node:util';
import type { ProgressEvent } from '../../../src/machines/pipeline/progress.ts';

export class StrictReader {
  readonly #broken: string[];
  #list: readonly ProgressEvent[] = [];
  #seen: readonly ProgressEvent[] = [];

  constructor(broken: string[]) {
    this.#broken = broken;
  }

  /** @param list empty where the run is not at hand */
  reads(list: readonly ProgressEvent[]): void {
    if (list.length === 0 || (list === this.#list && list.length === this.#seen.length)) return;
    this.#list = list;
    if (list.length < this.#seen.length)
      this.#broken.push(`I12: ${this.#seen.length} events were seen, now there are ${list.length}`);
    for (const [at, event] of this.#seen.entries()) {
      if (!isDeepStrictEqual(list[at], event))
        this.#broken.push(`I12: event ${at + 1} was changed or taken back`);
    }
    this.#seen = [...list];
  }
}
