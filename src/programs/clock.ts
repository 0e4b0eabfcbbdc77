/** The real clock and the real dice; everything else is handed one. */
import type { Clock, Random } from '../actors/ports.ts';

export const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout: (fn, timeoutMs) => setTimeout(fn, timeoutMs),
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- ids come from setTimeout above
  clearTimeout: (id) => clearTimeout(id as NodeJS.Timeout),
};

/** Its time is never set: for durations. What it tells as the time is the system's at the start, carried on. */
export const steadyClock: Clock = {
  ...systemClock,
  now: () => performance.timeOrigin + performance.now(),
};

export const systemRandom: Random = () => Math.random();
