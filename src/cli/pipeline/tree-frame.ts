/**
 * What stands on the terminal at one moment of a run. Pure: state in, text out.
 *
 * A frame is never taller or wider than the window, for only what is in the
 * window can be drawn over. Where not all stages fit, those whose news matters
 * stay, as a list: what runs, what failed, what comes next.
 */
import { cutToWidth } from '../display-width.ts';
import { elapsed } from '../duration.ts';
import { escaped } from '../printable.ts';
import {
  countStatuses,
  hasEnded,
  type RunState,
  type SeenStage,
  type StageStatus,
  type StatusCounts,
} from './run-state.ts';
import { paintStatus } from './stage-look.ts';
import { stageRow, type StageRow } from './stage-row.ts';
import type { TreeLine } from './stage-tree.ts';
import { treeLines } from './tree-lines.ts';
import type { WorkerNews } from './worker-news.ts';

export interface Size {
  readonly columns: number;
  readonly rows: number;
  readonly colour: boolean;
}

export interface Shown {
  readonly pipelineId: string;
  readonly state: RunState;
  /** Of the state's plan. */
  readonly tree: readonly TreeLine[];
  readonly news: WorkerNews;
  /** What was said last of the connection or a cancel; '' for nothing. */
  readonly notice: string;
}

/** Heading, counts, notice, and the line that the cursor waits on. */
const otherLines = 4;

const rank: Readonly<Record<StageStatus, number>> = {
  running: 0,
  retrying: 0,
  failed: 1,
  cancelled: 2,
  pending: 3,
  completed: 4,
  skipped: 5,
};

/** @param nowMs epoch ms by our clock. */
export function treeFrame(shown: Shown, nowMs: number, size: Size): string {
  const { state, notice } = shown;
  const cut = (line: string) => cutToWidth(line, size.columns);
  const rows = rowsOf(shown, nowMs);
  const room = Math.max(1, size.rows - otherLines);
  const fits = rows.length <= room;
  const visible = fits ? rows : mostImportant(rows, Math.max(1, room - 1));
  const hidden = rows.length - visible.length;
  return [
    headingOf(shown, nowMs, size),
    ...treeLines(visible, size),
    ...(hidden > 0 ? [cut(`… and ${hidden} more`)] : []),
    cut(countsLine(countStatuses(state))),
    ...(notice === '' ? [] : [cut(notice)]),
  ]
    .slice(0, Math.max(1, size.rows - 1))
    .join('\n');
}

function headingOf({ pipelineId, state }: Shown, nowMs: number, { columns, colour }: Size): string {
  const { pipeline, beganAtMs } = state;
  const lastsMs = (hasEnded(pipeline) ? pipeline.completedAtMs : nowMs) - beganAtMs;
  const time = Number.isNaN(lastsMs) ? '' : `, ${elapsed(Math.max(0, lastsMs))}`;
  const status = Number.isNaN(beganAtMs) ? 'connecting' : pipeline.status;
  const end = `  ${status} ${pipeline.percentage}%${time}`;
  const id = cutToWidth(`pipeline ${escaped(pipelineId)}`, Math.max(8, columns - end.length));
  const line = cutToWidth(id + end, columns);
  return line.startsWith(id) ? id + paintStatus(pipeline, line.slice(id.length), colour) : line;
}

function rowsOf({ state, tree, news }: Shown, nowMs: number): StageRow[] {
  const { plan, stages } = state;
  const planned = tree.flatMap(({ stage: index, branch }) => {
    const id = plan.stages[index]?.stageId ?? '';
    const stage = stages.get(id);
    return stage ? [stageRow(state, { stage, index, branch }, news.get(id), nowMs)] : [];
  });
  const unplanned = [...stages].slice(plan.stages.length);
  const others = unplanned.map(([id, stage]: [string, SeenStage]) =>
    stageRow(state, { stage, index: -1, branch: '' }, news.get(id), nowMs),
  );
  return [...planned, ...others];
}

/** Of what is shown, at most this part are failures: they explain, but do not push out what runs. */
const failuresShare = 1 / 3;

function isFailure({ stage }: StageRow): boolean {
  return stage.status === 'failed' && !stage.isTolerated;
}

function mostImportant(rows: readonly StageRow[], count: number): readonly StageRow[] {
  const failures = rows.filter(isFailure).slice(0, Math.floor(count * failuresShare));
  const others = rows.toSorted((a, b) => rank[a.stage.status] - rank[b.stage.status]);
  const kept = new Set([...new Set([...failures, ...others])].slice(0, count));
  // Without its neighbours a branch would hang on nothing.
  return rows.filter((row) => kept.has(row)).map((row) => ({ ...row, branch: '' }));
}

const countOrder = ['completed', 'running', 'retrying', 'failed', 'cancelled', 'skipped', 'pending'] as const;

/** `8 stages: 3 completed, 2 running, 3 pending`. */
export function countsLine(counts: StatusCounts): string {
  const total = countOrder.reduce((sum, status) => sum + counts[status], 0);
  const parts = countOrder
    .filter((status) => counts[status] > 0)
    .map((status) => `${counts[status]} ${status}`);
  return `${total} ${total === 1 ? 'stage' : 'stages'}${parts.length > 0 ? `: ${parts.join(', ')}` : ''}`;
}
