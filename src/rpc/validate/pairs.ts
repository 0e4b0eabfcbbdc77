/**
 * Maps keyed by users, as sorted pairs: no key can reach a prototype, and equal
 * maps give equal lists whatever order they came in.
 */

export type Pair = readonly [key: string, value: string];

/** The entries sorted by key, by UTF-16 code units: the same everywhere, unlike a locale's order. */
export function sortedPairs(entries: Iterable<Pair>): Pair[] {
  return [...entries].toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
