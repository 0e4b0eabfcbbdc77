/** Rows of workers as a table without borders, in the manner of kubectl. */
import { styleText } from 'node:util';
import Table from 'cli-table3';
import { gapChars, headings, shortenMiddle, type Column, type ColumnWidths } from './column-widths.ts';
import { cutToWidth } from './display-width.ts';
import type { WorkerRow } from './worker-row.ts';

const noBorders = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: ' '.repeat(gapChars),
};

/** The lines of the table, its heading first; none is wider than the widths allow. */
export function workerTable(
  rows: readonly WorkerRow[],
  widths: ColumnWidths,
  { colour }: { readonly colour: boolean },
): string[] {
  const columns = [...widths.keys()];
  const table = new Table({
    chars: noBorders,
    colWidths: [...widths.values()],
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
  });
  table.push(columns.map((column) => paint('dim', headings[column], colour)));
  for (const row of rows) table.push(columns.map((column) => cell(row, column, widths, colour)));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}

function cell(row: WorkerRow, column: Column, widths: ColumnWidths, colour: boolean): string {
  switch (column) {
    case 'pod':
      return shortenMiddle(row.pod, widths.get('pod') ?? 0);
    case 'status':
      return paint(colourOf(row), row.status, colour);
    case 'time':
    case 'node':
    case 'detail':
      // cli-table3 cuts a wide character in half, as it were, and makes the cell one column too wide.
      return cutToWidth(row[column], widths.get(column) ?? 0);
  }
}

type Paint = 'dim' | 'green' | 'red' | 'cyan' | 'yellow';

function colourOf({ phase }: WorkerRow): Paint {
  switch (phase) {
    case 'pending':
      return 'yellow';
    case 'running':
      return 'cyan';
    case 'succeeded':
      return 'green';
    case 'failed':
    case 'unknown':
      return 'red';
  }
}

/** Whether colours are wanted has been decided by the terminal. */
function paint(format: Paint, text: string, colour: boolean): string {
  return colour ? styleText(format, text, { validateStream: false }) : text;
}
