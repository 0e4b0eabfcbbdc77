/** One stage as the parts of a row of the live tree. Pure. */
import { shortDuration } from '../duration.ts';
import { durationMs, isActive, unmetOf, type RunState, type SeenStage } from './run-state.ts';
import { detailBeside, detailOf, symbols } from './stage-look.ts';
import type { StageNews } from './worker-news.ts';

export interface StageRow {
  readonly stage: SeenStage;
  /** What it hangs on in the tree; '' where it stands by itself. */
  readonly branch: string;
  readonly symbol: string;
  readonly label: string;
  /** `3/4`; '' before it has begun. */
  readonly workers: string;
  /** `try 2`; '' at the first. */
  readonly attempt: string;
  readonly time: string;
  readonly detail: string;
}

/**
 * @param index of the stage in the plan; -1 where it is in none.
 * @param nowMs epoch ms by our clock.
 */
export function stageRow(
  state: RunState,
  { stage, index, branch }: { readonly stage: SeenStage; readonly index: number; readonly branch: string },
  news: StageNews | undefined,
  nowMs: number,
): StageRow {
  const { status, label, attempt, workers } = stage;
  const lastsMs = durationMs(stage, nowMs);
  const hasBegun = status !== 'pending' && status !== 'skipped';
  return {
    stage,
    branch,
    symbol: symbols[status],
    label,
    workers: hasBegun && workers.total > 0 ? `${workers.succeeded}/${workers.total}` : '',
    attempt: attempt > 1 ? `try ${attempt}` : '',
    time: Number.isNaN(lastsMs) ? '' : shortDuration(lastsMs),
    detail: rowDetail(state, stage, index, news),
  };
}

function rowDetail(state: RunState, stage: SeenStage, index: number, news: StageNews | undefined): string {
  if (isActive(stage) && news && news.lastLine !== '') return news.lastLine;
  if (stage.status === 'running' && news && news.waitReason !== '') return news.waitReason;
  if (stage.status !== 'pending') return detailBeside(stage);
  if (news && news.waitReason !== '') return news.waitReason;
  const unmet = index < 0 ? [] : unmetOf(state, index);
  if (unmet === undefined) return 'waits for all other stages';
  return unmet.length > 0 ? `waits for ${listed(unmet, 3)}` : detailOf(stage);
}

/** `a, b, c and 4 more`. */
export function listed(labels: readonly string[], countMax: number): string {
  if (labels.length <= countMax + 1) return labels.join(', ');
  return `${labels.slice(0, countMax).join(', ')} and ${labels.length - countMax} more`;
}
