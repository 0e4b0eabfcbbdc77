/** kill -9 of one process at one of its writes. */
import { faultless, served, type FaultPlan } from '../model/fault-plan.ts';

/**
 * Before the write, after it but before its answer, or after its answer; `in flight`: it is on its way, as others
 * may be, and is applied while the next process reads, or has read, what there is.
 */
export const moments = ['before', 'unanswered', 'after', 'in flight'] as const;

export interface Kill {
  /** Of the first process, from 1. */
  readonly write: number;
  readonly when: (typeof moments)[number];
  /** Until the next process starts. */
  readonly awayMs: number;
}

/** Less than any worker takes: what a dead process asked for never comes after its end. */
const inFlightMs = 500;

/** @param killLater kills as soon as all that is due now has been done */
export function killedAt(kill: Kill | undefined, killLater: () => void): FaultPlan {
  if (!kill) return faultless;
  const { write, when } = kill;
  return (call) => {
    if (call.write !== write) return served;
    if (when !== 'in flight') return { kind: 'killed', when };
    killLater();
    return { kind: 'slow', beforeMs: inFlightMs, afterMs: 0 };
  };
}
