/** What a run remembers, and the questions that its chart asks of it. */
import type { Refused } from '../scale/replies.ts';
import type { Cancel, CancelMode } from './command.ts';
import type { ProgressDraft, ProgressEvent } from './progress.ts';
import type { JournalEntry, OpenPipeline, PipelineOpening } from './record.ts';
import { seconds } from '../worker/context.ts';
import { hasExpired, openRun, type Run, type StageMaker } from './run.ts';

export interface PipelineContext {
  readonly opening: PipelineOpening;
  readonly maker: StageMaker;
  readonly run?: Run | undefined;
  /** True where the run had been accepted before this actor was made. */
  readonly resumed: boolean;
  readonly refusal?: Refused;
  /** Asked for; `cancelled` once it is durable. */
  readonly cancel?: Cancel | undefined;
  readonly cancelled?: Cancel | undefined;
  /** The run took longer than it may. */
  readonly expired?: string | undefined;
  /** What is being written. */
  readonly entry?: JournalEntry | undefined;
}

export interface PipelineInput {
  readonly opening: PipelineOpening;
  readonly maker: StageMaker;
  /** Where the ledger was read already. */
  readonly open?: OpenPipeline;
}

const modeRank: Record<CancelMode, number> = { 'finish-running': 1, 'run-finally': 2, now: 3 };

export function isStronger(cancel: Cancel, than: Cancel | undefined): boolean {
  return !than || modeRank[cancel.mode] > modeRank[than.mode];
}

export function hasFailed({ run, expired }: PipelineContext): boolean {
  return expired !== undefined || run?.schedule.firstFailure !== undefined;
}

export function whyExpired(run: Run | undefined): string {
  if (!run) return '';
  const { atMs, remainingMs, acceptedAt } = run.open;
  return `the run took longer than ${seconds(atMs + remainingMs - Date.parse(acceptedAt))}`;
}

const newsOf = ({ cancel, cancelled }: PipelineContext) =>
  cancel && isStronger(cancel, cancelled) ? cancel : undefined;

export function isUnwritten(c: PipelineContext): boolean {
  return c.run !== undefined && (c.run.drafts.length + c.run.created.length > 0 || newsOf(c) !== undefined);
}

/** Takes what is to be written next. */
export function nextEntry(c: PipelineContext): JournalEntry | undefined {
  const { run } = c;
  if (!run) return undefined;
  const cancel = newsOf(c);
  return {
    ledger: run.open.ledger,
    base: run.progress.length,
    drafts: run.drafts.splice(0),
    created: run.created.splice(0),
    ...(cancel ? { cancel } : {}),
  };
}

/** Every stage has not only been decided but has told its end: what is skipped last is told before the run's end. */
function haveAllEnded(run: Run | undefined): boolean {
  return run?.schedule.isOver === true && run.stagesEnded >= run.open.command.stages.length;
}

export function isOver({ run, cancelled }: PipelineContext): boolean {
  return cancelled === undefined && haveAllEnded(run);
}

/** A cancelled run ends when not one of its Pods is there any more. */
export function isCancelOver({ run, cancelled }: PipelineContext): boolean {
  return cancelled !== undefined && haveAllEnded(run) && run?.uncleared.size === 0;
}

/**
 * Whether the ledger holds other events than were sent to it: a former process was killed while a write of it
 * was on its way, which was applied after its ledger had been read. So the run is not where it seems to be.
 *
 * @param drafts what was sent
 * @param events what is durable from there on; drafts that tell no change of status may be missing
 */
export function isOutrun(drafts: readonly ProgressDraft[], events: readonly ProgressEvent[]): boolean {
  let at = 0;
  for (const draft of drafts) {
    const event = events[at];
    if (event && isSame(draft, event)) at++;
    else if (!draft.isOptional) return true;
  }
  return at < events.length;
}

const isSame = (a: ProgressDraft, b: ProgressDraft) =>
  a.stage === b.stage &&
  a.status === b.status &&
  a.message === b.message &&
  a.errorMessage === b.errorMessage &&
  a.percentage === b.percentage;

/** What was asked while the ledger was read still holds. */
export function reopened({ maker, cancel }: PipelineContext, open: OpenPipeline): ReturnType<typeof begun> {
  const found = begun(open, maker);
  return cancel && isStronger(cancel, found.cancel) ? { ...found, cancel } : found;
}

export function begun(
  open: OpenPipeline,
  maker: StageMaker,
): Pick<PipelineContext, 'run' | 'cancel' | 'cancelled' | 'expired'> {
  const run = openRun(open, maker);
  const { cancel } = open.record;
  return {
    run,
    ...(cancel ? { cancel, cancelled: cancel } : {}),
    // The deadline is not in the ledger; that it has passed follows from what is.
    ...(hasExpired(run) ? { expired: whyExpired(run) } : {}),
  };
}
