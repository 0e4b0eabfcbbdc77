/**
 * Workers' lines for people and for programs.
 *
 * On a terminal each worker has a colour and a short name, in a pipe its whole name; what a line says is harmless in both.
 * A record of missing lines does not look like a line: it has a mark and a colour of its own, brackets in a pipe.
 */
import { styleText } from 'node:util';
import type { WorkerLogEntry__Output } from '../../rpc/generated/ottoscaler/v1/WorkerLogEntry.ts';
import { fitToWidth } from '../display-width.ts';
import { jsonLine } from '../json-lines.ts';
import { printable, printableLine } from '../printable.ts';

/** @returns the line to write, without its line break */
export type ShowEntry = (entry: WorkerLogEntry__Output) => string;

function isGap({ metadata }: WorkerLogEntry__Output): boolean {
  return metadata['otto.gap'] !== undefined;
}

export const jsonEntry: ShowEntry = (entry) => jsonLine(isGap(entry) ? 'gap' : 'line', entry);

export const plainEntry: ShowEntry = (entry) => {
  const text = printableLine(entry.message);
  const said = isGap(entry) && !text.startsWith('[') ? `[${text}]` : text;
  return `${printable(entry.worker_id)} ${said}`.trimEnd();
};

const colours = [
  'cyan',
  'green',
  'magenta',
  'blue',
  'cyanBright',
  'greenBright',
  'magentaBright',
  'blueBright',
] as const;
/** Longer names push their own line to the right, not everyone's. */
const nameColumnsMax = 32;
/** A pipe and -json have the whole. */
const terminalCharsMax = 4_000;

/** Names are as wide as the widest so far, and colours are given in the order in which workers come. */
export function terminalEntries(colour: boolean): ShowEntry {
  const paints = new Map<string, (typeof colours)[number]>();
  let columns = 0;
  return (entry) => {
    const name = shortName(printable(entry.worker_id));
    const paint = paints.get(entry.worker_id) ?? colours[paints.size % colours.length] ?? 'cyan';
    paints.set(entry.worker_id, paint);
    columns = Math.min(nameColumnsMax, Math.max(columns, name.length));
    const padded = name.length > columns ? name : fitToWidth(name, columns);
    const text = printableLine(entry.message, terminalCharsMax);
    if (isGap(entry)) return `${style(paint, padded, colour)} ${style('yellow', `~ ${text}`, colour)}`;
    return `${style(paint, `${padded} |`, colour)} ${text}`.trimEnd();
  };
}

/** Whether colours are wanted has been decided by the terminal. */
function style(format: (typeof colours)[number] | 'yellow', words: string, colour: boolean): string {
  return colour ? styleText(format, words, { validateStream: false }) : words;
}

const madeName = /^otto-(.+-)?([a-z2-7]{26})$/;

/** Names that Ottoscaler made end in a hash, whose beginning is enough to tell workers apart. */
export function shortName(workerId: string): string {
  const [, slug = '', hash] = madeName.exec(workerId) ?? [];
  return hash === undefined ? workerId : `${slug}${hash.slice(0, 6)}`;
}
