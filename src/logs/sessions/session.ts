/**
 * One worker that pushes: its rate, its streams, and the answers to its lines. A line is answered ACK only when
 * the sink has it; where the sink has not, it is to be sent again, and what came behind it, too.
 */
import type { LineOrigin, WorkerLine } from '../line.ts';
import { freshStream, judgeLine, type PushedLine, type StreamProgress, type Verdict } from './judge-line.ts';
import { LineRate } from './line-rate.ts';

/** Takes lines durably, in order; rejects where it has none of them. */
export type LineSink = (lines: readonly WorkerLine[]) => Promise<void>;

export type Answer = Pick<Verdict, 'status' | 'message' | 'sequence'>;

interface SessionOptions {
  readonly id: string;
  readonly origin: LineOrigin;
  readonly linesPerSecond: number;
  readonly sink: LineSink;
  /** Epoch ms. */
  readonly now: () => number;
}

/** Of those beyond it the one that has rested longest is forgotten: repetitions of it would be taken again. */
const streamsMax = 64;

export class Session {
  readonly id: string;
  readonly origin: LineOrigin;
  /** Epoch ms; of the last that was heard. */
  heardMs: number;
  readonly #options: SessionOptions;
  readonly #rate: LineRate;
  #streams = new Map<string, StreamProgress>();
  readonly #numbers = new Map<WorkerLine['source'], number>();
  /** What other calls of this worker have sent is settled first. */
  #settling: Promise<unknown> = Promise.resolve();

  constructor(options: SessionOptions) {
    const { id, origin, linesPerSecond, now } = options;
    this.#options = options;
    this.id = id;
    this.origin = origin;
    this.heardMs = now();
    this.#rate = new LineRate(linesPerSecond, linesPerSecond, this.heardMs);
  }

  /** The number of a line that came without. */
  numberOf(source: WorkerLine['source']): number {
    const number = (this.#numbers.get(source) ?? 0) + 1;
    this.#numbers.set(source, number);
    return number;
  }

  /** @returns one answer for each line, in their order; never rejects */
  settle(lines: readonly PushedLine[]): Promise<readonly Answer[]> {
    const turn = this.#settling.then(() => this.#settleNow(lines));
    this.#settling = turn;
    return turn;
  }

  async #settleNow(lines: readonly PushedLine[]): Promise<readonly Answer[]> {
    const { now, sink } = this.#options;
    this.heardMs = now();
    const before = new Map(this.#streams);
    const verdicts = lines.map((line) => this.#judge(line));
    const kept = verdicts.flatMap((verdict) => verdict.lines);
    try {
      if (kept.length > 0) await sink(kept);
      return verdicts;
    } catch {
      // The sink says why to whoever can mend it; the worker learns when to send again.
      this.#streams = before;
      return lines.map((line, at) => this.#takeBack(line, verdicts[at]));
    }
  }

  #judge(line: PushedLine): Verdict {
    const { origin, linesPerSecond, now } = this.#options;
    const nowMs = now();
    const { verdict, progress } = judgeLine(line, this.#streams.get(line.stream) ?? freshStream, {
      origin,
      nowMs,
      isWithinRate: () => this.#rate.tryTake(nowMs),
      rateRule: `more than ${linesPerSecond} lines a second`,
    });
    this.#remember(line.stream, progress);
    return verdict;
  }

  #takeBack(line: PushedLine, verdict: Verdict | undefined): Answer {
    if (verdict && verdict.status !== 'RETRY' && verdict.lines.length === 0) return verdict;
    const progress = this.#streams.get(line.stream) ?? freshStream;
    if (!progress.refused || line.begins || line.seq < progress.refused.seq)
      this.#remember(line.stream, {
        ...progress,
        refused: { seq: line.seq, atMs: this.#options.now() },
      });
    return { status: 'RETRY', message: 'cannot be kept now', sequence: line.seq };
  }

  /** The latest is last, so that the first is the one to be forgotten. */
  #remember(stream: string, progress: StreamProgress): void {
    this.#streams.delete(stream);
    this.#streams.set(stream, progress);
    if (this.#streams.size <= streamsMax) return;
    const [oldest = stream] = this.#streams.keys();
    this.#streams.delete(oldest);
  }
}
