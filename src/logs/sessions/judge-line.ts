/**
 * What becomes of a pushed line, from its stream's progress alone. Pure.
 *
 * Within a stream lines are taken in their order: once one was refused, all behind it are refused until it comes
 * again. A sender that gives it up instead leaves a gap, which is marked where it is.
 */
import type { Gap, LineOrigin, WorkerLine } from '../line.ts';
import { gapLine } from '../spool/loss.ts';

/** A line as it came, with what was wrong about it. */
export interface PushedLine {
  readonly stream: string;
  readonly seq: number;
  readonly time: string;
  readonly source: WorkerLine['source'];
  readonly level: WorkerLine['level'];
  /** '' where it is not to be kept. */
  readonly text: string;
  /** The sender says that so many lines are missing here; 0 = it is a line. */
  readonly gapLines: number;
  /** The first of its stream in a call: what the sender was asked to send again in an earlier one is not waited for. */
  readonly begins: boolean;
  /** The rule that it breaks for good. */
  readonly broken?: string;
  /** Why it cannot be kept now. */
  readonly crowded?: string;
}

/** How far a stream has come. */
export interface StreamProgress {
  /** Highest number that was taken; 0 = none in this session. */
  readonly last: number;
  /** Lowest number that the sender was asked to send again, and when. */
  readonly refused?: { readonly seq: number; readonly atMs: number };
}

export interface Verdict {
  readonly status: 'ACK' | 'RETRY' | 'DROP';
  readonly message: string;
  readonly sequence: number;
  /** What is to be kept before the answer is true. */
  readonly lines: readonly WorkerLine[];
}

export interface Judgement {
  readonly verdict: Verdict;
  readonly progress: StreamProgress;
}

export const freshStream: StreamProgress = { last: 0 };

/** After so long the sender will not send a refused line again. */
const refusalMs = 30_000;

interface Circumstances {
  readonly origin: LineOrigin;
  readonly nowMs: number;
  /** Takes one from the sender's rate; false where there is none. */
  readonly isWithinRate: () => boolean;
  readonly rateRule: string;
}

export function judgeLine(
  line: PushedLine,
  { last, refused: asked }: StreamProgress,
  circumstances: Circumstances,
): Judgement {
  const { seq } = line;
  const refused = line.begins ? undefined : asked;
  const progress: StreamProgress = { last, ...(refused ? { refused } : {}) };
  const answer = (
    status: Verdict['status'],
    message: string,
    lines: readonly WorkerLine[] = [],
  ): Verdict => ({
    status,
    message,
    sequence: seq,
    lines,
  });
  if (seq <= last) return { verdict: answer('ACK', 'known already'), progress };
  const { nowMs, isWithinRate, rateRule } = circumstances;
  if (refused && seq > refused.seq && nowMs - refused.atMs < refusalMs)
    return { verdict: answer('RETRY', `line ${refused.seq} comes first`), progress };
  const refuse = (why: string): Judgement => ({
    verdict: answer('RETRY', why),
    progress: { ...progress, refused: { seq, atMs: nowMs } },
  });
  if (line.crowded !== undefined) return refuse(line.crowded);
  if (!isWithinRate()) return refuse(rateRule);
  return { verdict: take(line, progress, circumstances.origin, answer), progress: { last: seq } };
}

function take(
  line: PushedLine,
  { last, refused }: StreamProgress,
  origin: LineOrigin,
  answer: (status: Verdict['status'], message: string, lines: readonly WorkerLine[]) => Verdict,
): Verdict {
  const { stream, seq, time, source, level } = line;
  const make = (text: string, gap?: Gap): WorkerLine => ({
    origin,
    stream,
    seq,
    time,
    source,
    level,
    text,
    ...(gap ? { gap } : {}),
  });
  // What a session has not seen from its start may have begun in an earlier one.
  const expected = last > 0 ? last + 1 : (refused?.seq ?? seq);
  const missing = Math.max(0, seq - expected);
  const lost = { stream, origin, firstSeq: expected, lastSeq: seq - 1, reason: 'skipped' } as const;
  const before = missing > 0 ? [gapLine(lost, time)] : [];
  if (line.broken !== undefined) {
    const gap: Gap = { lines: 1, reason: 'dropped' };
    return answer('DROP', line.broken, [...before, make(`1 line dropped: ${line.broken}`, gap)]);
  }
  // The agent's own record of lines that it had no room for has one number, as any line.
  const own: Gap | undefined = line.gapLines > 0 ? { lines: line.gapLines, reason: 'not-pushed' } : undefined;
  return answer('ACK', '', [...before, make(line.text, own)]);
}
