/**
 * What a careful receiver keeps of the lines that it is sent: of each stream those with a number above the last, and
 * what it notices: a number that is missing, and a repetition that is another line.
 */
import type { WorkerLine } from '../../../src/logs/line.ts';
import { firstSeqOf } from '../../../src/logs/spool/loss.ts';
import type { Violations } from './violation.ts';

export interface ReceivedStream {
  readonly stream: string;
  readonly podName: string;
  readonly podUid: string;
  /** In the order of their numbers. */
  readonly kept: WorkerLine[];
  readonly bySeq: Map<number, WorkerLine>;
}

export class ReceivedLines {
  readonly streams = new Map<string, ReceivedStream>();
  /** All that came, and what of it had come before. */
  lines = 0;
  repeated = 0;
  readonly #verdict: Violations;
  /** What it refused, by stream: only there may lines be missing as `dropped`. */
  readonly #refused = new Set<string>();

  constructor(verdict: Violations) {
    this.#verdict = verdict;
  }

  take(lines: readonly WorkerLine[]): void {
    for (const line of lines) this.#take(line);
  }

  refuse(lines: readonly WorkerLine[]): void {
    for (const { stream } of lines) this.#refused.add(stream);
  }

  has(podUid: string, isIt: (line: WorkerLine) => boolean): boolean {
    return this.of(podUid).some(({ kept }) => kept.some(isIt));
  }

  /** All numberings of a Pod's container. */
  of(podUid: string): readonly ReceivedStream[] {
    return [...this.streams.values()].filter((one) => one.podUid === podUid);
  }

  #take(line: WorkerLine): void {
    const { stream, seq, gap } = line;
    const { podName, podUid } = line.origin;
    this.lines += 1;
    let known = this.streams.get(stream);
    if (!known) {
      known = { stream, podName, podUid, kept: [], bySeq: new Map() };
      this.streams.set(stream, known);
    }
    const last = known.kept.at(-1)?.seq ?? 0;
    if (seq <= last) return this.#repeats(known, line);
    if (firstSeqOf(line) > last + 1)
      this.#verdict.report(
        'I9',
        podName,
        `of ${stream} number ${last + 1} is missing before ${firstSeqOf(line)}, and nothing says so`,
      );
    if (gap?.reason === 'dropped' && !this.#refused.has(stream))
      this.#verdict.report('I9', podName, `lines of ${stream} were given up that nobody refused`);
    known.kept.push(line);
    known.bySeq.set(seq, line);
  }

  #repeats({ bySeq, podName }: ReceivedStream, line: WorkerLine): void {
    this.repeated += 1;
    const { stream, seq, text, time, gap } = line;
    const former = bySeq.get(seq);
    // A record in place of lines that came after all, or lines that come after all: both were told.
    if (!former || gap || former.gap) return;
    if (former.text !== text || former.time !== time)
      this.#verdict.report(
        'I9',
        podName,
        `${stream} has two lines of number ${seq}: ${brief(former.text)} and ${brief(text)}`,
      );
  }
}

const brief = (text: string): string => JSON.stringify(text.slice(0, 40));
