/** What a stage remembers, and how it begins: anew, or where a former process or a crashed actor left off. Pure. */
import type { StageCommand } from '../pipeline/command.ts';
import { isEnd, type StageStatus } from '../pipeline/progress.ts';
import type { AttemptRecord, StageOrder } from '../pipeline/record.ts';
import type { UsageMean } from '../pipeline/usage.ts';
import { freshSlots, recoveredSlots, standingOf, type Slot, type SlotRules } from './attempts.ts';

/** What never changes about a stage. */
export interface StagePlan extends SlotRules {
  /** Index into the command's stages. */
  readonly stage: number;
  readonly command: StageCommand;
  readonly order: StageOrder['order'];
}

export interface StageContext {
  readonly plan: StagePlan;
  readonly slots: readonly Slot[];
  /** Pods that were asked for and are not confirmed gone. */
  readonly present: ReadonlySet<string>;
  /** Tries that ended before this process; the pool is asked whether their Pods are gone. */
  readonly earlier: readonly AttemptRecord[];
  /** The status last told, durable or not; absent before the first. */
  readonly told?: StageStatus;
  /** What was last told about waiting. */
  readonly waitReason: string;
  /** How often a new reason to wait may still be told. */
  readonly waitNoticesLeft: number;
  readonly stop?: StageStop;
  /** Why it never started. */
  readonly skipReason: string;
  readonly usage?: UsageMean;
}

/** Why its workers are terminated, and what it then ends as. */
export interface StageStop {
  readonly verdict: 'cancelled' | 'failed';
  readonly reason: string;
}

export interface StageInput {
  readonly plan: StagePlan;
  /** How far a former process came. */
  readonly resume?: {
    /** Status of the stage's latest event. */
    readonly status: StageStatus;
    readonly attempts: readonly AttemptRecord[];
    /** Epoch ms. */
    readonly atMs: number;
    /** Its end was asked for: its workers' outcomes do not count any more. */
    readonly stop?: StageStop;
  };
  /** All that this stage's actor knew when it crashed. Outranks `resume`. */
  readonly former?: StageContext;
}

/** Bounds what a stage that waits for long adds to the ledger. */
const waitNoticesMax = 20;

export function initialStage({ plan, resume, former }: StageInput): StageContext {
  if (former) return former;
  const fresh = {
    plan,
    waitReason: '',
    waitNoticesLeft: waitNoticesMax,
    skipReason: '',
    present: new Set<string>(),
    earlier: [],
  };
  if (!resume) return { ...fresh, slots: freshSlots(plan) };
  const slots = recoveredSlots(plan, resume.attempts, resume.atMs);
  const names = resume.attempts.map(({ index, attempt }) => plan.nameOf(index, attempt));
  return {
    ...fresh,
    slots,
    told: resume.status,
    ...(resume.stop ? { stop: resume.stop } : {}),
    earlier: resume.attempts.filter((a) => a.ended),
    // A stage that has ended asks for nothing new: what is not recorded never was.
    present: new Set(
      isEnd(resume.status) ? names : [...names, ...slots.filter(isUnended).map((s) => s.podName)],
    ),
  };
}

const isUnended = ({ phase }: Slot) => phase === 'asked' || phase === 'created' || phase === 'running';

export function hasEnded(c: StageContext): boolean {
  return c.told !== undefined && isEnd(c.told);
}

export function standing(c: StageContext): ReturnType<typeof standingOf> {
  return standingOf(c.slots);
}

/** Workers that do not run yet and might say why. */
export function waiting({ slots }: StageContext): readonly string[] {
  return slots.filter((s) => s.phase === 'asked' || s.phase === 'created').map((s) => s.podName);
}

export function attemptOf({ slots }: StageContext): number {
  return slots.reduce((most, { attempt }) => Math.max(most, attempt), 1);
}
