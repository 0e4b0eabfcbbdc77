/** Findings as a table for a person, or as JSON for a program. */
import Table from 'cli-table3';
import type { Aim, Findings, Row } from '../benchmark.ts';
import type { Host } from './host.ts';
import { median } from './statistics.ts';

export interface Report {
  readonly host: Host;
  readonly benchmarks: ReadonlyArray<Findings & { readonly name: string; readonly repetitions: number }>;
}

export function asJson({ host, benchmarks }: Report): string {
  const rows = (all: readonly Row[]) =>
    all.map((row) => ({
      ...row,
      median: median(row.values),
      min: Math.min(...row.values),
      max: Math.max(...row.values),
      ...(row.aim ? { met: isMet(row.aim, median(row.values)) } : {}),
    }));
  return JSON.stringify(
    { host, benchmarks: benchmarks.map((one) => ({ ...one, rows: rows(one.rows) })) },
    undefined,
    2,
  );
}

export function asTable({ host, benchmarks }: Report): string {
  const table = new Table({
    head: ['', 'median', 'min–max', 'unit', 'aim', ''],
    colAligns: ['left', 'right', 'right', 'left', 'right', 'left'],
    style: { head: [], border: [], compact: true },
  });
  for (const { name, rows } of benchmarks) {
    table.push([{ content: name.toUpperCase(), colSpan: 6 }]);
    for (const row of rows) table.push(cells(row));
  }
  const setups = benchmarks.map(({ name, repetitions, setup }) => {
    const facts = Object.entries({ ...setup, repetitions }).map(([key, value]) => `${key}: ${value}`);
    return `${name} — ${facts.join('; ')}`;
  });
  const where =
    `Node ${host.node}, ${host.cores} × ${host.cpu}, ${host.memoryGiB} GiB, ` +
    `load ${host.loadAtStart} at the start, ${host.at}`;
  return [table.toString(), where, ...setups].join('\n');
}

function cells({ what, unit, values, aim }: Row): string[] {
  const middle = median(values);
  const range = values.length > 1 ? `${show(Math.min(...values))}–${show(Math.max(...values))}` : '';
  if (!aim) return [`  ${what}`, show(middle), range, unit, '', ''];
  const wanted = 'atLeast' in aim ? `≥ ${aim.atLeast}` : `≤ ${aim.atMost}`;
  return [`  ${what}`, show(middle), range, unit, wanted, isMet(aim, middle) ? 'met' : 'MISSED'];
}

function isMet(aim: Aim, value: number): boolean {
  return 'atLeast' in aim ? value >= aim.atLeast : value <= aim.atMost;
}

/** Three digits that mean something, and no more. */
function show(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
