/** Rows as they were last told, so that only what differs is told again. */
import type { Place } from './place.ts';
import type { ActorRow } from './protocol.ts';
import type { Reading } from './reading.ts';
import { rowAt } from './rows.ts';

interface Kept {
  readonly place: Place;
  readonly parent: string;
  readonly state: string;
  readonly sinceMs: number;
  readonly isOver: boolean;
  readonly json: string;
}

/** Bounds what a page is told: a few MB. */
const rowsMax = 30_000;

export type Change = 'none' | 'changed' | 'gone';

export class RowCache {
  readonly #kept = new Map<string, Kept>();
  /** Rows there is no room for. */
  readonly #omitted = new Set<string>();

  get size(): number {
    return this.#kept.size;
  }

  get omitted(): number {
    return this.#omitted.size;
  }

  placeOf(id: string): Place | undefined {
    return this.#kept.get(id)?.place;
  }

  sinceMsOf(id: string): number {
    return this.#kept.get(id)?.sinceMs ?? 0;
  }

  jsonOf(id: string): string | undefined {
    return this.#kept.get(id)?.json;
  }

  ids(): Iterable<string> {
    return this.#kept.keys();
  }

  forget(id: string): void {
    this.#drop(id);
  }

  /** JSON of all rows, those of parents first where they came first. */
  rows(): string[] {
    return Array.from(this.#kept.values(), ({ json }) => json);
  }

  /**
   * Reads a row anew.
   *
   * @param sinceMs when it came to its state, if that is another than before; 0 = nobody knows
   */
  look(place: Place, reading: Reading, sinceMs: number): Change {
    const row = rowAt(place, reading);
    const before = this.#kept.get(place.id);
    if (!row) return this.#drop(place.id);
    if (!before && this.#kept.size >= rowsMax) {
      this.#omitted.add(place.id);
      return 'none';
    }
    const { parent, state, isOver } = row;
    const since = row.sinceMs ?? (before?.state === state ? before.sinceMs : sinceMs);
    const json = JSON.stringify({ ...row, sinceMs: since } satisfies ActorRow);
    if (before?.json === json) return 'none';
    this.#kept.set(place.id, { place, parent, state, isOver, sinceMs: since, json });
    this.#omitted.delete(place.id);
    return 'changed';
  }

  /** Places whose rows are about something that is over, which the pool may have forgotten. */
  *over(): Generator<Place> {
    for (const { isOver, place } of this.#kept.values()) if (isOver) yield place;
  }

  /** Places whose parent's row is one of these. */
  *below(parents: ReadonlySet<string>): Generator<Place> {
    for (const { parent, place } of this.#kept.values()) if (parents.has(parent)) yield place;
  }

  #drop(id: string): Change {
    this.#omitted.delete(id);
    return this.#kept.delete(id) ? 'gone' : 'none';
  }
}
