/** What is missing for good, and the record that stands in its place. */
import type { LineOrigin, WorkerLine } from '../line.ts';

/** Numbers of one stream that are missing, all from the first to the last. */
export interface Loss {
  readonly stream: string;
  readonly origin: LineOrigin;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly reason: 'spool-full' | 'spool-torn' | 'dropped' | 'not-kept' | 'skipped';
}

const sentences: Readonly<Record<Loss['reason'], string>> = {
  'spool-full': 'missing: Ottoscaler had no more room to keep what otto-handler had not taken',
  'spool-torn': 'missing: what Ottoscaler had kept on its disk could not be read again',
  dropped: 'missing: otto-handler did not take what was sent',
  'not-kept': 'missing: Ottoscaler keeps the newest lines only',
  skipped: 'missing: who pushes passed over their numbers',
};

/**
 * @returns the record in their place. Its number is the last of those that are missing and `gap.lines` is how many
 *   they are, so that the numbers which a receiver sees have no hole.
 */
export function gapLine({ stream, origin, firstSeq, lastSeq, reason }: Loss, time: string): WorkerLine {
  const lines = lastSeq - firstSeq + 1;
  const text = `${lines} ${lines === 1 ? 'line is' : 'lines are'} ${sentences[reason]}`;
  const source = stream.endsWith('/stderr') ? 'stderr' : 'stdout';
  return { origin, stream, seq: lastSeq, time, source, level: 'WARN', text, gap: { lines, reason } };
}

/** @returns the first number that a line stands for: its own, but for the records made here */
export function firstSeqOf({ seq, gap }: WorkerLine): number {
  return gap?.lines !== undefined && gap.reason in sentences ? seq - gap.lines + 1 : seq;
}
