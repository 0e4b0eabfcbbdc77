/** A line as it is kept, and what its metadata says. */
import type { Level, LogEntry } from '../rpc/contract.js';

export interface Line {
  readonly workerId: string;
  readonly taskId: string;
  readonly time: string;
  readonly level: Level;
  readonly source: 'stdout' | 'stderr';
  readonly text: string;
}

/** Whether it was forwarded by Ottoscaler or pushed by its worker: who may name a stream depends on it. */
export type Way = 'forwarded' | 'pushed';

/** What identifies a line. */
export interface LineId {
  /** Names the numbering. */
  readonly stream: string;
  /** From 1, consecutive. */
  readonly seq: number;
}

/** A record that stands where lines are missing. */
export interface GapRecord {
  readonly reason: string;
  /** How many, where that is known. */
  readonly lines: number | undefined;
  /** The first number that it stands for; its own is the last. */
  readonly first: number | undefined;
}

const number = /^[1-9]\d{0,14}$/;
const levels: readonly string[] = ['INFO', 'ERROR', 'DEBUG', 'WARN'] satisfies Level[];

export function lineOf(entry: LogEntry): Line {
  return {
    workerId: entry.worker_id,
    taskId: entry.task_id,
    time: entry.timestamp,
    level: isLevel(entry.level) ? entry.level : 'INFO',
    source: entry.source === 'stderr' ? 'stderr' : 'stdout',
    text: entry.message,
  };
}

/** @returns undefined where the sender gave none: then a repetition cannot be told from a second line */
export function idOf({ metadata, worker_id: workerId }: LogEntry, way: Way): LineId | undefined {
  const stream = metadata['otto.stream'];
  const seq = wholeNumber(metadata['otto.seq']);
  if (stream === undefined || stream === '' || seq === undefined) return undefined;
  // A worker says this of itself: it must not reach another one's numbering.
  return { stream: way === 'pushed' ? `${workerId} ${stream}` : stream, seq };
}

export function gapOf({ metadata }: LogEntry): GapRecord | undefined {
  const gap = metadata['otto.gap'];
  if (gap === undefined || gap === '') return undefined;
  // otto-agent gives the number itself, Ottoscaler the reason.
  return {
    reason: number.test(gap) ? 'not-pushed' : gap,
    lines: wholeNumber(metadata['otto.gap.lines'] ?? gap),
    first: wholeNumber(metadata['otto.gap.first']),
  };
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && number.test(text) ? Number(text) : undefined;
}

function isLevel(text: string): text is Level {
  return levels.includes(text);
}
