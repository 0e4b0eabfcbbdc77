/**
 * Which workers a scale-down ends.
 *
 * The order of a ReplicaSet: what does not run yet goes first, the least advanced of it before the rest;
 * among equals the youngest.
 */

export interface Candidate {
  readonly podName: string;
  readonly advance: 'queued' | 'starting' | 'running';
  /** RFC 3339; creation of the Pod, or of the command while there is no Pod. */
  readonly createdAt: string;
  readonly index: number;
}

const rank = { queued: 0, starting: 1, running: 2 } as const;

/** @returns the workers that are too many for `target`, in the order in which they are to be ended. */
export function chooseVictims(candidates: readonly Candidate[], target: number): readonly string[] {
  const excess = candidates.length - target;
  if (excess <= 0) return [];
  return candidates
    .toSorted(
      (a, b) =>
        rank[a.advance] - rank[b.advance] ||
        youngestFirst(a.createdAt, b.createdAt) ||
        b.index - a.index ||
        (a.podName < b.podName ? -1 : 1),
    )
    .slice(0, excess)
    .map((c) => c.podName);
}

const youngestFirst = (a: string, b: string) => (a === b ? 0 : a > b ? -1 : 1);
