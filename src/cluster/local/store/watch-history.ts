/**
 * The last events of the store, so that a watch can start in the past.
 *
 * Bounded: the oldest event is forgotten when a new one needs its place, and who then asks for a position
 * before the oldest kept event is told `expired` and must list anew (HTTP 410), as etcd's compaction does.
 */
import type { KubeObject } from '../kube-object.ts';
import type { ResourceType } from './resource-type.ts';

export type EventType = 'ADDED' | 'MODIFIED' | 'DELETED';

export interface StoreEvent {
  readonly revision: number;
  readonly type: EventType;
  readonly resource: ResourceType;
  /** After the change; for DELETED the last state, with the revision of the deletion. */
  readonly object: KubeObject;
  readonly previous: KubeObject | undefined;
}

export class WatchHistory {
  readonly #eventsMax: number;
  #events: StoreEvent[] = [];
  /** Index in `#events` of the oldest event that still counts; what is before it is freed in bulk. */
  #oldest = 0;
  /** The newest revision that was forgotten. */
  #forgotten = 0;

  constructor(eventsMax: number) {
    this.#eventsMax = eventsMax;
  }

  append(event: StoreEvent): void {
    this.#events.push(event);
    if (this.#events.length - this.#oldest > this.#eventsMax) this.#forgetOldest();
  }

  /** All events after `revision`, oldest first, or `expired` where some of them are forgotten. */
  since(revision: number): readonly StoreEvent[] | 'expired' {
    if (revision < this.#forgotten) return 'expired';
    let low = this.#oldest;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#events[middle]?.revision ?? 0) <= revision) low = middle + 1;
      else high = middle;
    }
    return this.#events.slice(low);
  }

  /** Forgets everything up to now, as a compaction of etcd does. */
  compact(): void {
    this.#forgotten = this.#events.at(-1)?.revision ?? this.#forgotten;
    this.#events = [];
    this.#oldest = 0;
  }

  #forgetOldest(): void {
    this.#forgotten = this.#events[this.#oldest]?.revision ?? this.#forgotten;
    this.#oldest += 1;
    if (this.#oldest < this.#eventsMax) return;
    this.#events = this.#events.slice(this.#oldest);
    this.#oldest = 0;
  }
}
