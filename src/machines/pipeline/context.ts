/** What a run remembers, and the questions that its chart asks of it. */
import type { Refused } from '../scale/replies.ts';
import type { Cancel, CancelMode } from './command.ts';
import type { JournalEntry, OpenPipeline, PipelineOpening } from './record.ts';
import { openRun, type Run, type StageMaker } from './run.ts';

export interface PipelineContext {
  readonly opening: PipelineOpening;
  readonly maker: StageMaker;
  readonly run?: Run;
  /** True where the run had been accepted before this actor was made. */
  readonly resumed: boolean;
  readonly refusal?: Refused;
  /** Asked for; `cancelled` once it is durable. */
  readonly cancel?: Cancel;
  readonly cancelled?: Cancel | undefined;
  /** The run took longer than it may. */
  readonly expired?: string;
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

export function timeoutOf(run: Run | undefined): number {
  if (!run) return 0;
  return run.open.atMs + run.open.remainingMs - Date.parse(run.open.acceptedAt);
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
export function isOver({ run, cancelled }: PipelineContext): boolean {
  return (
    cancelled === undefined &&
    run?.schedule.isOver === true &&
    run.stagesEnded >= run.open.command.stages.length
  );
}

export function begun(
  open: OpenPipeline,
  maker: StageMaker,
): Pick<PipelineContext, 'run' | 'cancel' | 'cancelled'> {
  const { cancel } = open.record;
  return { run: openRun(open, maker), ...(cancel ? { cancel, cancelled: cancel } : {}) };
}
