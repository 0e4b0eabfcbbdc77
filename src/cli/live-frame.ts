/**
 * What stands on the terminal at one moment of a watch. Pure: state in, text out.
 *
 * A frame is never taller or wider than the window, for only what is in the
 * window can be drawn over. Where not all workers fit, those whose news matters
 * stay: failed, running, pending, in this order.
 */
import { styleText } from 'node:util';
import { columnWidths, type ColumnWidths } from './column-widths.ts';
import { cutToWidth } from './display-width.ts';
import { summaryLine } from './summary-line.ts';
import { countPhases, type Phase, type WatchState } from './watch-state.ts';
import { workerRow, type Moment, type WorkerRow } from './worker-row.ts';
import { workerTable } from './worker-table.ts';

export interface Size {
  readonly columns: number;
  readonly rows: number;
  readonly colour: boolean;
}

/** Heading, "more" line, summary, trouble, and the line the cursor waits on. */
const otherLines = 5;
const rank: Readonly<Record<Phase, number>> = { failed: 0, unknown: 1, running: 2, pending: 3, succeeded: 4 };

/** @param trouble why the server could not be asked just now. */
export function liveFrame(state: WatchState, now: Moment, size: Size, trouble?: string): string {
  const rows = rowsOf(state, now);
  const shown = mostImportant(rows, Math.max(1, size.rows - otherLines));
  const more = rows.length - shown.length;
  return [
    ...table(shown, columnWidths(shown, size.columns), size.colour),
    ...(more > 0 ? [cutToWidth(`… and ${more} more`, size.columns)] : []),
    ...omitted(state, size.columns),
    cutToWidth(summaryLine(countPhases(state, now.elapsedMs), now.elapsedMs), size.columns),
    ...(trouble === undefined ? [] : [cutToWidth(trouble, size.columns)]),
  ].join('\n');
}

/** The last frame: every worker, and in full what went wrong with those whose row is too short for it. */
export function finalFrame(state: WatchState, now: Moment, { columns, colour }: Size): string {
  const rows = rowsOf(state, now);
  const widths = columnWidths(rows, columns);
  return [
    ...table(rows, widths, colour),
    ...omitted(state, columns),
    ...failuresInFull(rows, widths),
    paintSummary(summaryLine(countPhases(state, now.elapsedMs), now.elapsedMs), rows, colour),
  ].join('\n');
}

function rowsOf(state: WatchState, now: Moment): WorkerRow[] {
  return [...state.workers.values()].map((worker) => workerRow(worker, now));
}

function table(rows: readonly WorkerRow[], widths: ColumnWidths, colour: boolean): string[] {
  return rows.length === 0 ? [] : workerTable(rows, widths, { colour });
}

function mostImportant(rows: readonly WorkerRow[], count: number): readonly WorkerRow[] {
  if (rows.length <= count) return rows;
  const kept = new Set(rows.toSorted((a, b) => rank[a.phase] - rank[b.phase]).slice(0, count));
  return rows.filter((row) => kept.has(row));
}

function omitted({ omittedCount }: WatchState, columns: number): string[] {
  return omittedCount > 0 ? [cutToWidth(`${omittedCount} more are not listed by the server`, columns)] : [];
}

const failuresMax = 10;

function failuresInFull(rows: readonly WorkerRow[], widths: ColumnWidths): string[] {
  const failures = rows.filter(
    ({ phase, detail }) => phase === 'failed' && detail.length > (widths.get('detail') ?? 0),
  );
  const lines = failures.slice(0, failuresMax).map(({ pod, detail }) => `${pod}: ${detail}`);
  return failures.length > failuresMax ? [...lines, `… and ${failures.length - failuresMax} more`] : lines;
}

function paintSummary(line: string, rows: readonly WorkerRow[], colour: boolean): string {
  if (!colour) return line;
  const bad = rows.some(({ phase }) => phase === 'failed' || phase === 'unknown');
  return styleText(bad ? 'red' : 'green', line, { validateStream: false });
}
