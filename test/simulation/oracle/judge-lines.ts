/**
 * Received, or marked as missing, is written: of each container's lines which are neither.
 *
 * Lines tell their number. Of a stream's records each stands for what is missing where it stands, for so many lines at
 * the most as it says; the first of a later numbering stands for what came after the end of the former one.
 */
import type { WorkerLine } from '../../../src/logs/line.ts';
import type { WorkerLog } from '../model/worker-log.ts';
import type { ReceivedStream } from './received-lines.ts';
import type { Violations } from './violation.ts';

/** What each line begins with. */
export const lineText = (number: number, rest: string): string => `${number} ${rest}`;

export function numberOf({ text }: Pick<WorkerLine, 'text'>): number {
  return Number.parseInt(text, 10);
}

export interface PodBalance {
  /** Numbers of lines that came. */
  readonly received: ReadonlySet<number>;
  /** Numbers of lines in whose place a record stands. */
  readonly marked: ReadonlySet<number>;
  /** Numbers of lines of which nobody says anything. */
  readonly unsaid: readonly number[];
}

/** @param expected what a line must read as */
export function balanceOf(
  log: WorkerLog,
  streams: readonly ReceivedStream[],
  { nowMs, verdict, expected }: { nowMs: number; verdict?: Violations; expected: (text: string) => string },
): PodBalance {
  const lines = log.written(nowMs);
  const received = new Set<number>();
  const marked = new Set<number>();
  const report = (sentence: string) =>
    verdict?.report('I9', log.podName, `of the log of ${log.podName} ${sentence}`);
  let formerEnd = 0;
  for (const { stream, kept } of inOrder(streams)) {
    let last = 0;
    let lastSeq = 0;
    let gap: { isCounted: boolean; lines: number } | undefined;
    const stands = (before: number): void => {
      const from = Math.max(last, last === 0 ? formerEnd : 0);
      const until = gap?.isCounted ? Math.min(before, from + gap.lines + 1) : before;
      if (gap) for (let number = from + 1; number < until; number++) marked.add(number);
      gap = undefined;
    };
    for (const line of kept) {
      if (line.gap) {
        const isOfUnknownSize = line.gap.lines === undefined || beginsAnew(line);
        const isCounted = !isOfUnknownSize && (gap?.isCounted ?? true);
        // Of what it counts, some may have come before.
        gap = { isCounted, lines: (gap?.lines ?? 0) + line.seq - lastSeq };
        lastSeq = line.seq;
        continue;
      }
      lastSeq = line.seq;
      const number = numberOf(line);
      const written = lines[number - 1];
      if (!written) report(`${JSON.stringify(line.text.slice(0, 40))} was received, which it never had`);
      else if (!line.text.startsWith(expected(written.text).slice(0, 60_000)))
        report(`line ${number} was received as ${JSON.stringify(line.text.slice(0, 60))}`);
      if (number <= last) report(`line ${number} came after line ${last} in ${stream}`);
      stands(number);
      received.add(number);
      last = number;
    }
    if (gap) stands(lines.length + 1);
    formerEnd = Math.max(formerEnd, last);
  }
  const unsaid = lines
    .map((_, at) => at + 1)
    .filter((number) => !received.has(number) && !marked.has(number));
  return { received, marked, unsaid };
}

/** Also where the record itself was refused, and one of that stands in its place. */
function beginsAnew({ stream, seq }: WorkerLine): boolean {
  return seq === 1 && stream.includes('~');
}

/** `…/worker@…`, `…/worker~2@…`, `…/worker~3@…` … `…/worker~end` */
function inOrder(streams: readonly ReceivedStream[]): readonly ReceivedStream[] {
  const epoch = ({ stream }: ReceivedStream) =>
    stream.endsWith('~end') ? Infinity : Number(/~(\d+)(?:@|$)/.exec(stream)?.[1] ?? 1);
  return streams.toSorted((a, b) => epoch(a) - epoch(b));
}
