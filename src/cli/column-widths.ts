/**
 * How wide each column of the worker table is, so that a line never wraps.
 *
 * Where there is room, every column is as wide as its widest cell. Where there
 * is not, what explains (detail) and what names (pod) share it, and the node
 * gives way first, altogether if need be: it matters least to whoever waits.
 */
import type { WorkerRow } from './worker-row.ts';

export type Column = 'pod' | 'status' | 'time' | 'node' | 'detail';

export const headings: Readonly<Record<Column, string>> = {
  pod: 'POD',
  status: 'STATUS',
  time: 'TIME',
  node: 'NODE',
  detail: 'DETAIL',
};

/** In the order of the table; a column that is left out is not shown. */
export type ColumnWidths = ReadonlyMap<Column, number>;

export const gapChars = 2;
/** Keeps both ends of a Pod name: whose it is and which one. */
const podMinChars = 26;
/** The host's own part of a long domain name. */
const nodeMinChars = 16;
const detailMinChars = 20;
const detailComfortChars = 40;
const statusChars = 'succeeded'.length;
const timeChars = '59m59s'.length;

const order: readonly Column[] = ['pod', 'status', 'time', 'node', 'detail'];

/** @param columns of the terminal; Infinity where nothing limits a line. */
export function columnWidths(rows: readonly WorkerRow[], columns: number): ColumnWidths {
  const wished = new Map(order.map((column) => [column, widest(rows, column)]));
  // As wide as they get, so that the table does not jump from frame to frame.
  wished.set('status', Math.max(statusChars, wished.get('status') ?? 0));
  wished.set('time', Math.max(timeChars, wished.get('time') ?? 0));
  const widths = new Map(wished);
  if (roomIn(widths, columns) >= 0) return widths;
  const wish = (column: Column) => wished.get(column) ?? 0;
  const grow = (column: Column, toChars: number) => {
    const width = widths.get(column);
    if (width === undefined) return;
    const target = Math.min(toChars, wish(column));
    widths.set(column, width + Math.max(0, Math.min(target - width, roomIn(widths, columns))));
  };
  widths.set('pod', Math.min(wish('pod'), podMinChars));
  widths.set('node', Math.min(wish('node'), nodeMinChars));
  widths.set('detail', Math.min(wish('detail'), detailMinChars));
  for (const column of ['node', 'detail', 'time'] as const) {
    if (roomIn(widths, columns) < 0) widths.delete(column);
  }
  grow('detail', detailComfortChars);
  grow('pod', Infinity);
  grow('detail', Infinity);
  grow('node', Infinity);
  const missing = Math.min(0, roomIn(widths, columns));
  return widths.set('pod', Math.max(1, (widths.get('pod') ?? 0) + missing));
}

function roomIn(widths: ColumnWidths, columns: number): number {
  const used = widths.values().reduce((sum, width) => sum + width, 0);
  return columns - used - gapChars * (widths.size - 1);
}

function widest(rows: readonly WorkerRow[], column: Column): number {
  return rows.reduce((max, row) => Math.max(max, row[column].length), headings[column].length);
}

/** The text with its middle left out, at most `chars` long: names differ at their ends. */
export function shortenMiddle(text: string, chars: number): string {
  if (text.length <= chars) return text;
  const tail = Math.ceil((chars - 1) / 2);
  return `${text.slice(0, Math.max(0, chars - 1 - tail))}…${tail > 0 ? text.slice(-tail) : ''}`;
}
