/** A stream with its groups, as Redis keeps it. Data alone: it can be copied, which is what a replica has. */

export interface StreamEntry {
  readonly id: string;
  /** Names and values in turn. */
  readonly fields: readonly Buffer[];
}

export interface PendingEntry {
  readonly id: string;
  readonly consumer: string;
  readonly touchedAtMs: number;
  readonly deliveries: number;
}

export interface Group {
  lastDelivered: string;
  /** By id, in no order. */
  readonly pending: Map<string, PendingEntry>;
}

export interface StreamKey {
  entries: readonly StreamEntry[];
  lastId: string;
  readonly groups: Map<string, Group>;
}

export type Keyspace = Map<string, StreamKey>;

export const firstId = '0-0';

export function emptyStream(): StreamKey {
  return { entries: [], lastId: firstId, groups: new Map() };
}

/** What stands in it never changes, so that only what holds it is copied. */
export function copyOf(keyspace: Keyspace): Keyspace {
  return new Map(
    [...keyspace].map(([name, { entries, lastId, groups }]) => [
      name,
      { entries, lastId, groups: new Map([...groups].map(([group, held]) => [group, copyOfGroup(held)])) },
    ]),
  );
}

const copyOfGroup = ({ lastDelivered, pending }: Group): Group => ({
  lastDelivered,
  pending: new Map(pending),
});

/** Ids are two numbers, which order them. */
export function compareIds(a: string, b: string): number {
  const [aMs = 0, aNumber = 0] = a.split('-').map(Number);
  const [bMs = 0, bNumber = 0] = b.split('-').map(Number);
  return aMs - bMs || aNumber - bNumber;
}

export function idAfter(last: string, nowMs: number): string {
  const [ms = 0, number = 0] = last.split('-').map(Number);
  return nowMs > ms ? `${nowMs}-0` : `${ms}-${number + 1}`;
}

export function entriesAfter({ entries }: StreamKey, id: string): readonly StreamEntry[] {
  const at = entries.findIndex((entry) => compareIds(entry.id, id) > 0);
  return at < 0 ? [] : entries.slice(at);
}

export function pendingInOrder({ pending }: Group): readonly PendingEntry[] {
  return [...pending.values()].toSorted((a, b) => compareIds(a.id, b.id));
}
