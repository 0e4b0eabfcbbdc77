/** "Why is it here?" in one sentence. Pure. */
import type { ActorRow } from './protocol.ts';
import type { NamedTimer } from './timers.ts';

/** @param timers that it waits for, the first to fire first */
export function whyOf(row: ActorRow, timers: readonly NamedTimer[]): string {
  const { state, phase, reason = '', failure, isOver, sinceMs, deadlineMs } = row;
  if (isOver) {
    const how = `${phase}${failure === undefined ? '' : ` (${failure})`}`;
    return `It is over: ${how}${sinceMs > 0 ? ` since ${timeOf(sinceMs)}` : ''}${reason === '' ? '' : `, ${reason}`}.`;
  }
  const cause = reason === '' ? '' : `: ${reason}`;
  const deadline = timers.find(({ dueMs, name }) => dueMs === deadlineMs && name.endsWith('Deadline'));
  const next = deadline ?? timers[0];
  if (!next) return `It is ${state}${cause}; it waits for an event, without a deadline.`;
  return deadline
    ? `It is ${state}${cause}; it waits until ${timeOf(next.dueMs)} at the latest (${next.name}).`
    : `It is ${state}${cause}; it goes on at ${timeOf(next.dueMs)} (${next.name}).`;
}

/** Hours, minutes and seconds, as everywhere in the log. */
function timeOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(11, 19)} UTC`;
}
