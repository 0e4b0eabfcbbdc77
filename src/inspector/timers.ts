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

const isDeadline = ({ name }: NamedTimer) => name.endsWith('Deadline');

/** The next timer that ends a wait; others only look again. */
export function deadlineOf(timers: readonly SetTimer[]): NamedTimer | undefined {
  return namedTimers(timers).find(isDeadline);
}
