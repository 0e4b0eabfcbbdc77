/**
 * Who is told about changes, and which change each of them sees.
 *
 * A watcher with a selector sees ADDED when an object enters its selection and DELETED when it leaves, although
 * the object itself was only modified. Events reach every watcher in the order of their revisions, also when a
 * watcher writes to the store while it is being told.
 */
import type { KubeObject } from '../kube-object.ts';
import type { ResourceType } from './resource-type.ts';
import type { Matches } from './selector.ts';
import type { EventType, StoreEvent } from './watch-history.ts';

export interface Selection {
  readonly resource: ResourceType;
  /** Absent: all namespaces. */
  readonly namespace?: string;
  readonly matches?: Matches;
}

export interface WatchEvent {
  readonly type: EventType;
  readonly object: KubeObject;
  readonly revision: number;
}

export type WatchSink = (event: WatchEvent) => void;

export interface Subscription {
  close(): void;
}

/** What a watcher of `selection` sees of an event; undefined where it sees nothing. */
export function seenAs(selection: Selection, event: StoreEvent): WatchEvent | undefined {
  const { object, previous, revision } = event;
  if (event.resource !== selection.resource) return undefined;
  if (selection.namespace !== undefined && object.metadata.namespace !== selection.namespace)
    return undefined;
  const { matches } = selection;
  if (matches === undefined) return { type: event.type, object, revision };
  const isIn = event.type !== 'DELETED' && matches(object);
  const wasIn = previous !== undefined && matches(previous);
  if (isIn) return { type: wasIn ? 'MODIFIED' : 'ADDED', object, revision };
  return wasIn ? { type: 'DELETED', object, revision } : undefined;
}

export class Watchers {
  readonly #sinks = new Map<Selection, WatchSink>();
  /** Holds only what the running delivery has caused; empty whenever no delivery runs. */
  #undelivered: StoreEvent[] = [];
  #delivering = false;

  add(selection: Selection, sink: WatchSink): Subscription {
    const key = { ...selection };
    this.#sinks.set(key, sink);
    return { close: () => void this.#sinks.delete(key) };
  }

  get size(): number {
    return this.#sinks.size;
  }

  tell(event: StoreEvent): void {
    this.#undelivered.push(event);
    if (this.#delivering) return;
    this.#delivering = true;
    try {
      for (let next = this.#undelivered.shift(); next !== undefined; next = this.#undelivered.shift())
        this.#deliver(next);
    } finally {
      this.#delivering = false;
    }
  }

  #deliver(event: StoreEvent): void {
    for (const [selection, sink] of this.#sinks) {
      const seen = seenAs(selection, event);
      if (seen !== undefined) sink(seen);
    }
  }
}
