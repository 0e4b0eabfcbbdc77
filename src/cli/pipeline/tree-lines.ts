/**
 * Rows of the live tree as lines, none wider than the window.
 *
 * Where there is not room for all, the progress bar gives way first, then the
 * attempt, the workers and the detail: the stage, its state and its time are
 * what a look at the tree is for.
 */
import { cutToWidth, displayWidth, fitToWidth } from '../display-width.ts';
import { paintStatus } from './stage-look.ts';
import type { StageRow } from './stage-row.ts';

type Column = 'bar' | 'workers' | 'attempt' | 'time';
const columns: readonly Column[] = ['bar', 'workers', 'attempt', 'time'];
const givesWay: readonly Column[] = ['bar', 'attempt', 'workers', 'time'];

const gap = '  ';
const barChars = 10;
const timeChars = '59m59s'.length;
const nameMinChars = 14;
const nameShare = 0.45;
/** What the detail keeps before a column gives way; a bar says little that the workers beside it do not. */
const detailMinChars: Readonly<Record<Column, number>> = { bar: 24, attempt: 10, workers: 10, time: 0 };

export function treeLines(
  rows: readonly StageRow[],
  { columns: width, colour }: { readonly columns: number; readonly colour: boolean },
): string[] {
  const wished = Math.max(0, ...rows.map((row) => displayWidth(nameOf(row))));
  const nameMax = Math.max(nameMinChars, Math.floor(width * nameShare));
  const nameWidth = Math.min(wished, nameMax, width);
  const widths = new Map<Column, number>([
    ['bar', barChars],
    ['workers', widest(rows, 'workers')],
    ['attempt', widest(rows, 'attempt')],
    ['time', Math.max(timeChars, widest(rows, 'time'))],
  ]);
  for (const column of columns) if (widths.get(column) === 0) widths.delete(column);
  const used = () => nameWidth + [...widths.values()].reduce((sum, chars) => sum + gap.length + chars, 0);
  const hasDetail = rows.some(({ detail }) => detail !== '');
  for (const column of givesWay) {
    const wanted = hasDetail && column !== 'time' ? gap.length + detailMinChars[column] : 0;
    if (used() + wanted > width) widths.delete(column);
  }
  const detailWidth = Math.max(0, width - used() - gap.length);
  return rows.map((row) => {
    const cells = [...widths].map(([column, chars]) => cellOf(row, column, chars));
    const name = paintName(row, fitToWidth(nameOf(row), nameWidth), colour);
    const detail = cutToWidth(row.detail, detailWidth);
    return [name, ...cells, ...(detail === '' ? [] : [detail])].join(gap).trimEnd();
  });
}

function nameOf({ branch, symbol, label }: StageRow): string {
  return `${shortBranch(branch)}${symbol} ${label}`;
}

/** Deeper than this a branch says only how its end hangs; a long chain would leave no room for names. */
const branchChars = 15;

function shortBranch(branch: string): string {
  return branch.length > branchChars ? `…${branch.slice(-(branchChars - 1))}` : branch;
}

/** The state's colour on the symbol alone: names stay readable on every background. */
function paintName({ stage, branch, symbol }: StageRow, name: string, colour: boolean): string {
  const at = shortBranch(branch).length;
  if (!colour || !name.startsWith(symbol, at)) return name;
  const end = at + symbol.length;
  return `${name.slice(0, at)}${paintStatus(stage, symbol, colour)}${name.slice(end)}`;
}

function widest(rows: readonly StageRow[], column: 'workers' | 'attempt' | 'time'): number {
  return rows.reduce((max, row) => Math.max(max, row[column].length), 0);
}

function cellOf(row: StageRow, column: Column, chars: number): string {
  if (column === 'bar') return fitToWidth(barOf(row), chars);
  return column === 'workers' ? row.workers.padStart(chars) : fitToWidth(row[column], chars);
}

function barOf({ stage }: StageRow): string {
  if (Number.isNaN(stage.startedAtMs) || stage.status === 'skipped') return '';
  const full = Math.round((stage.percentage / 100) * barChars);
  return '█'.repeat(full) + '░'.repeat(barChars - full);
}
