/**
 * The workers of a stage as the stage counts them: one slot each, and its tries one after the other.
 *
 * At most one try of a slot can be alive: the next one is due only when the former was seen terminal or is
 * gone. All pure; the stage's chart turns what comes out of here into states.
 */
import type { Failure } from '../failure.ts';
import type { EndedWorker } from '../worker/order.ts';
import type { RetryRule } from '../pipeline/command.ts';
import type { AttemptRecord } from '../pipeline/record.ts';
import { decideRetry, nothingSpent, type Spent } from './retry.ts';

export type Slot = {
  readonly index: number;
  /** Of the latest try, from 1. */
  readonly attempt: number;
  readonly podName: string;
  readonly spent: Spent;
} & (
  | { readonly phase: 'asked' | 'created' | 'running' | 'succeeded' }
  /** Will be tried again: after `delayMs`, then as soon as the former try cannot be alive. */
  | {
      readonly phase: 'resting' | 'due';
      readonly failure: Failure;
      readonly delayMs: number;
      /** The former try ended by itself, so nothing of it runs although its Pod may be there. */
      readonly isTerminal: boolean;
      readonly next: Spent;
    }
  | { readonly phase: 'failed'; readonly failure: Failure }
);

/** What all slots of a stage share. */
export interface SlotRules {
  readonly workers: number;
  readonly retry: RetryRule;
  readonly infrastructureMax: number;
  readonly nameOf: (index: number, attempt: number) => string;
}

type Slots = readonly Slot[];

export function freshSlots({ workers, nameOf }: SlotRules): Slots {
  return Array.from({ length: workers }, (_, index) => firstTry(index, nameOf));
}

function firstTry(index: number, nameOf: SlotRules['nameOf']): Slot {
  return { index, attempt: 1, podName: nameOf(index, 1), spent: nothingSpent, phase: 'asked' };
}

/**
 * The slots as a former process left them.
 *
 * @param records of this stage, in any order
 * @param atMs epoch ms; delays that began before are only waited for as long as is left of them
 */
export function recoveredSlots(rules: SlotRules, records: readonly AttemptRecord[], atMs: number): Slots {
  const slots = [...freshSlots(rules)];
  for (const { index, attempt, ended } of records.toSorted((a, b) => a.attempt - b.attempt)) {
    const before = slots[index];
    if (!before) continue;
    const podName = rules.nameOf(index, attempt);
    const spent = 'next' in before ? before.next : before.spent;
    const tried: Slot = { index, attempt, podName, spent, phase: 'created' };
    if (!ended) {
      slots[index] = tried;
      continue;
    }
    const after = conclude(rules, tried, ended, false);
    const elapsedMs = Math.max(0, atMs - (Date.parse(ended.endedAt) || atMs));
    slots[index] =
      after.phase === 'resting' ? { ...after, delayMs: Math.max(0, after.delayMs - elapsedMs) } : after;
  }
  return settleDoomed(slots);
}

/** A worker's Pod was seen, or runs. Reports of former tries change nothing. */
export function advance(slots: Slots, podName: string, phase: 'created' | 'running'): Slots {
  return change(slots, podName, (slot) =>
    slot.phase === 'asked' || (slot.phase === 'created' && phase === 'running') ? { ...slot, phase } : slot,
  );
}

/** The outcome of a try is durable. @param isTerminal its Pod was seen terminal, or there never was one */
export function record(
  rules: SlotRules,
  slots: Slots,
  podName: string,
  ended: EndedWorker,
  isTerminal: boolean,
): Slots {
  return settleDoomed(
    change(slots, podName, (slot) => (isLive(slot) ? conclude(rules, slot, ended, isTerminal) : slot)),
  );
}

/** The rest of a slot is over. */
export function rested(slots: Slots, index: number, attempt: number): Slots {
  const slot = slots[index];
  return slot?.phase === 'resting' && slot.attempt === attempt
    ? slots.with(index, { ...slot, phase: 'due' })
    : slots;
}

/** Slots whose next try may begin: they have rested, and nothing of the former one can be alive. */
export function retryable(slots: Slots, present: ReadonlySet<string>): Slots {
  return slots.filter((s) => s.phase === 'due' && (s.isTerminal || !present.has(s.podName)));
}

/** The next try of a slot. */
export function tryAgain({ nameOf }: SlotRules, slots: Slots, index: number): Slots {
  const slot = slots[index];
  if (slot?.phase !== 'due') return slots;
  const attempt = slot.attempt + 1;
  return slots.with(index, {
    index,
    attempt,
    podName: nameOf(index, attempt),
    spent: slot.next,
    phase: 'asked',
  });
}

function conclude(rules: SlotRules, slot: Slot, { outcome }: EndedWorker, isTerminal: boolean): Slot {
  const { index, attempt, podName, spent } = slot;
  const tried = { index, attempt, podName, spent };
  if (outcome.kind === 'succeeded') return { ...tried, phase: 'succeeded' };
  const { failure } = outcome;
  const { retry: rule, infrastructureMax } = rules;
  const decision = decideRetry({ rule, infrastructureMax }, spent, failure, podName);
  if (decision.kind === 'final') return { ...tried, phase: 'failed', failure };
  const { delayMs, spent: next } = decision;
  return { ...tried, phase: 'resting', failure, delayMs, isTerminal, next };
}

/** Once one slot has failed for good the stage has: nothing of it is tried again, what runs may finish. */
function settleDoomed(slots: Slots): Slots {
  if (!slots.some((s) => s.phase === 'failed')) return slots;
  return slots.map((s) => {
    if (s.phase !== 'resting' && s.phase !== 'due') return s;
    const { index, attempt, podName, spent, failure } = s;
    return { index, attempt, podName, spent, failure, phase: 'failed' };
  });
}

function change(slots: Slots, podName: string, next: (slot: Slot) => Slot): Slots {
  const at = slots.findIndex((s) => s.podName === podName);
  const slot = slots[at];
  const after = slot && next(slot);
  return after && after !== slot ? slots.with(at, after) : slots;
}

const isLive = ({ phase }: Slot) => phase === 'asked' || phase === 'created' || phase === 'running';

/** Tries that were asked for and have not ended. */
export function live(slots: Slots): Slots {
  return slots.filter(isLive);
}

const count = (slots: Slots, phase: Slot['phase']) => slots.filter((s) => s.phase === phase).length;

export function tally(slots: Slots): { succeeded: number; failed: number; total: number; running: number } {
  return {
    succeeded: count(slots, 'succeeded'),
    failed: count(slots, 'failed'),
    running: count(slots, 'running'),
    total: slots.length,
  };
}

/** What the slots together mean for the stage. */
export type Standing = 'waiting' | 'running' | 'retrying' | 'succeeded' | 'failed';

export function standingOf(slots: Slots): Standing {
  const { succeeded, failed, running, total } = tally(slots);
  if (succeeded === total) return 'succeeded';
  if (succeeded + failed === total) return 'failed';
  const again = slots.some((s) => 'next' in s || (s.attempt > 1 && isLive(s) && s.phase !== 'running'));
  if (again && failed === 0) return 'retrying';
  return running + succeeded + failed > 0 ? 'running' : 'waiting';
}

/** The first failure that is final, or the latest that is not. */
export function failureOf(slots: Slots): Failure | undefined {
  const failed = slots.find((s) => s.phase === 'failed') ?? slots.find((s) => 'failure' in s);
  return failed && 'failure' in failed ? failed.failure : undefined;
}
