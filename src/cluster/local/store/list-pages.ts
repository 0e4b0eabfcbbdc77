/**
 * Pages of one consistent list.
 *
 * Objects never change, so a snapshot is an array of references and costs 8 bytes an object. Snapshots are
 * bounded in number and age; a `continue` token whose snapshot is gone answers 410 `Expired`, as when etcd has
 * compacted the revision that the token stands for.
 */
import { ApiError } from '../api-error.ts';
import type { Clock } from '../clock.ts';
import type { KubeObject } from '../kube-object.ts';

export interface ListPage {
  readonly items: readonly KubeObject[];
  readonly resourceVersion: string;
  /** Empty on the last page. */
  readonly continueToken: string;
  readonly remainingCount: number;
}

interface Snapshot {
  readonly items: readonly KubeObject[];
  readonly revision: number;
  readonly takenMs: number;
}

const snapshotsMax = 256;
const snapshotAgeMaxMs = 5 * 60_000;

export class ListPages {
  readonly #clock: Clock;
  readonly #snapshots = new Map<number, Snapshot>();
  #nextId = 1;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The first page; keeps the rest for {@link next} where there is any. */
  first(items: readonly KubeObject[], revision: number, limit: number): ListPage {
    if (limit <= 0 || items.length <= limit)
      return { items, resourceVersion: String(revision), continueToken: '', remainingCount: 0 };
    const id = this.#nextId++;
    this.#snapshots.set(id, { items, revision, takenMs: this.#clock.nowMs() });
    const oldest = this.#snapshots.keys().next();
    if (this.#snapshots.size > snapshotsMax && oldest.done !== true) this.#snapshots.delete(oldest.value);
    return this.#page(id, 0, limit);
  }

  next(token: string, limit: number): ListPage {
    const [, id = '', start = ''] = /^(\d+)\.(\d+)$/.exec(Buffer.from(token, 'base64url').toString()) ?? [];
    if (id === '')
      throw new ApiError('BadRequest', 'continue key is not valid: the token was not made by this server');
    return this.#page(Number(id), Number(start), limit);
  }

  /** Makes every token that was given out expire. */
  expire(): void {
    this.#snapshots.clear();
  }

  #page(id: number, start: number, limit: number): ListPage {
    const snapshot = this.#snapshots.get(id);
    if (snapshot === undefined || this.#clock.nowMs() - snapshot.takenMs > snapshotAgeMaxMs) {
      this.#snapshots.delete(id);
      throw new ApiError(
        'Expired',
        'The provided continue parameter is too old to display a consistent list result. ' +
          'You must start a new list without the continue parameter.',
      );
    }
    const end = limit <= 0 ? snapshot.items.length : Math.min(snapshot.items.length, start + limit);
    return {
      items: snapshot.items.slice(start, end),
      resourceVersion: String(snapshot.revision),
      continueToken: end < snapshot.items.length ? Buffer.from(`${id}.${end}`).toString('base64url') : '',
      remainingCount: snapshot.items.length - end,
    };
  }
}
