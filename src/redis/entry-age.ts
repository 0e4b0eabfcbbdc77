/**
 * Whether an entry is too old to be acted on.
 *
 * That an event took effect is remembered for a day. An older one that is handed out again, because the group was
 * made anew from the stream's beginning, could take effect a second time: it is a dead letter instead. The hour
 * between is for clocks that differ.
 */

export const ageMsMax = 23 * 60 * 60_000;

/** @param id begins with the epoch ms at which Redis took the entry */
export function isTooOld(id: string, nowMs: number): boolean {
  return nowMs - Number.parseInt(id, 10) > ageMsMax;
}
