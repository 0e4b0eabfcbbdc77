/** Waiting for a condition, never for a time. */
import { setTimeout as pause } from 'node:timers/promises';

const lookEveryMs = 40;

/**
 * @param probe is asked again until it gives something other than undefined, null and false.
 * @param seen says what there was instead, for the error.
 */
export async function until<T>(
  what: string,
  probe: () => T | undefined | null | false | Promise<T | undefined | null | false>,
  { timeoutMs = 60_000, seen = () => '' }: { timeoutMs?: number; seen?: () => string } = {},
): Promise<T> {
  const deadlineMs = performance.now() + timeoutMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined && found !== null && found !== false) return found;
    if (performance.now() > deadlineMs)
      throw new Error(`never saw ${what} within ${timeoutMs / 1000} s; ${seen()}`);
    await pause(lookEveryMs);
  }
}
