/**
 * Places in the order of lines at which lines are missing, and which numbers those were.
 *
 * Bounded: neighbours become one hole, in which every stream has one loss.
 */
import type { Loss } from './loss.ts';

export interface Hole {
  readonly from: number;
  /** The first place behind it. */
  readonly to: number;
  readonly losses: readonly Loss[];
}

/** @returns the holes in order, with one more */
export function withHole(holes: readonly Hole[], added: Hole): readonly Hole[] {
  const sorted = [...holes, added].toSorted((a, b) => a.from - b.from);
  const merged: Hole[] = [];
  for (const hole of sorted) {
    const last = merged.at(-1);
    if (last && last.to >= hole.from) {
      merged[merged.length - 1] = {
        from: last.from,
        to: Math.max(last.to, hole.to),
        losses: mergeLosses([...last.losses, ...hole.losses]),
      };
    } else merged.push(hole);
  }
  return merged;
}

/** @returns the holes that reach beyond a place */
export function holesFrom(holes: readonly Hole[], position: number): readonly Hole[] {
  return holes.filter(({ to }) => to > position);
}

export function mergeLosses(losses: readonly Loss[]): readonly Loss[] {
  const byStream = new Map<string, Loss>();
  for (const loss of losses) {
    const { stream, firstSeq, lastSeq } = loss;
    const known = byStream.get(stream);
    byStream.set(
      stream,
      known
        ? {
            ...known,
            firstSeq: Math.min(known.firstSeq, firstSeq),
            lastSeq: Math.max(known.lastSeq, lastSeq),
          }
        : loss,
    );
  }
  return [...byStream.values()];
}
