/** What an actor waits for: its timers, and the deadline among them. */
import type { AnyActorRef } from 'xstate';
import { timerName } from './words.ts';

/** A timer that is set. */
export interface SetTimer {
  /** xstate's. */
  readonly id: string;
  /** Epoch ms. */
  readonly dueMs: number;
}

export type TimersOf = (ref: AnyActorRef) => readonly SetTimer[];

export interface NamedTimer {
  readonly name: string;
  readonly dueMs: number;
}

/** The first to fire comes first. */
export function namedTimers(timers: readonly SetTimer[]): readonly NamedTimer[] {
  return timers
    .map(({ id, dueMs }) => ({ name: timerName(id), dueMs: Math.round(dueMs) }))
    .toSorted((a, b) => a.dueMs - b.dueMs);
}

/** When the next timer is due that ends a wait, epoch ms; others only look again. */
export function deadlineMsOf(timers: readonly SetTimer[]): number | undefined {
  let next: number | undefined;
  for (const { id, dueMs } of timers)
    if ((next === undefined || dueMs < next) && timerName(id).endsWith('Deadline')) next = dueMs;
  return next === undefined ? undefined : Math.round(next);
}
