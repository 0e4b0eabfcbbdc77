/** The counts of a watch or of a status answer, in one line. */
import { elapsed } from './duration.ts';
import type { Counts } from './watch-state.ts';

/**
 * `3 workers: 3 succeeded, 0 failed (12.3 s)`. What still goes on is named first, while it does.
 * @param elapsedMs left out where nothing was waited for.
 */
export function summaryLine(counts: Counts, elapsedMs?: number): string {
  const { pending, running, succeeded, failed, unknown } = counts;
  const total = pending + running + succeeded + failed + unknown;
  const parts = [
    ...(pending > 0 ? [`${pending} pending`] : []),
    ...(running > 0 ? [`${running} running`] : []),
    `${succeeded} succeeded`,
    `${failed} failed`,
    ...(unknown > 0 ? [`${unknown} unknown`] : []),
  ];
  const time = elapsedMs === undefined ? '' : ` (${elapsed(elapsedMs)})`;
  return `${total} ${total === 1 ? 'worker' : 'workers'}: ${parts.join(', ')}${time}`;
}
