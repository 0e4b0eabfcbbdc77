/** How long to wait before the next try of a call to the cluster. */
import type { Random } from './ports.ts';

const firstMs = 200;
const lastMs = 30_000;

/**
 * Exponential, capped, with half of it random, so that many callers do not return together.
 *
 * @param tries failed tries so far, from 0
 * @param atLeastMs what the server asked for (`Retry-After`), never undercut
 */
export function backoffMs(tries: number, random: Random, atLeastMs = 0): number {
  const full = Math.min(lastMs, firstMs * 2 ** Math.min(tries, 20));
  return Math.max(atLeastMs, full / 2 + (full / 2) * random());
}
