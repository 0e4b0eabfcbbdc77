/** Rows as they were last told, so that only what differs is told again. */
import type { Place } from './place.ts';
import type { ActorRow } from './protocol.ts';
import type { Reading, RowNow } from './reading.ts';
import { rowAt } from './rows.ts';

interface Kept {
  readonly place: Place;
  readonly row: ActorRow;
  /** Written when somebody is told. */
  json: string | undefined;
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
    return this.#kept.get(id)?.row.sinceMs ?? 0;
  }

  jsonOf(id: string): string | undefined {
    const kept = this.#kept.get(id);
    return kept && jsonOf(kept);
  }

  ids(): Iterable<string> {
    return this.#kept.keys();
  }

  forget(id: string): void {
    this.#drop(id);
  }

  /** JSON of all rows, those of parents first where they came first; written as it is asked for. */
  *rows(): Generator<string> {
    for (const kept of this.#kept.values()) yield jsonOf(kept);
  }

  /**
   * Reads a row anew.
   *
   * @param sinceMs when it came to its state, if that is another than before; 0 = nobody knows
   */
  look(place: Place, reading: Reading, sinceMs: number): Change {
    const now = rowAt(place, reading);
    const before = this.#kept.get(place.id)?.row;
    if (!now) return this.#drop(place.id);
    if (!before && this.#kept.size >= rowsMax) {
      this.#omitted.add(place.id);
      return 'none';
    }
    const since = now.sinceMs ?? (before?.state === now.state ? before.sinceMs : sinceMs);
    if (before?.sinceMs === since && isAlike(before, now)) return 'none';
    this.#kept.set(place.id, { place, row: { ...now, sinceMs: since }, json: undefined });
    this.#omitted.delete(place.id);
    return 'changed';
  }

  /** All rows with their places. */
  kept(): Iterable<{ readonly place: Place; readonly row: ActorRow }> {
    return this.#kept.values();
  }

  #drop(id: string): Change {
    this.#omitted.delete(id);
    return this.#kept.delete(id) ? 'gone' : 'none';
  }
}

function jsonOf(kept: Kept): string {
  return (kept.json ??= JSON.stringify(kept.row));
}

/** All but since when. */
const compared = {
  id: true,
  parent: true,
  kind: true,
  name: true,
  state: true,
  phase: true,
  task: true,
  pipeline: true,
  stage: true,
  attempt: true,
  reason: true,
  failure: true,
  deadlineMs: true,
  isOver: true,
} satisfies Record<Exclude<keyof ActorRow, 'sinceMs'>, true>;

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- keys of the object above
const comparedFields = Object.keys(compared) as ReadonlyArray<keyof typeof compared>;

function isAlike(a: RowNow, b: RowNow): boolean {
  return comparedFields.every((field) => a[field] === b[field]);
}
