/** How many actors are in each phase, for the chips; the pool itself is not counted. */
import type { ActorRow } from '../../src/inspector/protocol.ts';
import type { Phase } from './filter.ts';

/** In the order of a life. */
export const phases = [
  'pending',
  'running',
  'cleanup',
  'succeeded',
  'failed',
  'cancelled',
] as const satisfies readonly Phase[];

export interface PhaseCount {
  all: number;
  workers: number;
}

const none: PhaseCount = { all: 0, workers: 0 };

export function countPhases(rows: Iterable<ActorRow>): Readonly<Record<Phase, Readonly<PhaseCount>>> {
  const counts = {
    pending: { ...none },
    running: { ...none },
    succeeded: { ...none },
    failed: { ...none },
    cancelled: { ...none },
    cleanup: { ...none },
  };
  for (const { kind, phase } of rows) {
    if (kind === 'pool') continue;
    counts[phase].all += 1;
    if (kind === 'worker') counts[phase].workers += 1;
  }
  return counts;
}

/** The different values of a field, at most `most`, sorted. */
export function valuesOf(
  rows: Iterable<ActorRow>,
  field: 'task' | 'pipeline',
  most: number,
): readonly string[] {
  const found = new Set<string>();
  for (const row of rows) {
    const value = row[field];
    if (value === undefined || value === '') continue;
    found.add(value);
    if (found.size >= most) break;
  }
  return [...found].toSorted();
}
