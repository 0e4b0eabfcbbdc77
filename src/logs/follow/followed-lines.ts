/**
 * The lines of one container's log, made from the bytes of one reading after the other: told apart from what was
 * delivered before, and numbered.
 *
 * Pure: bytes in, lines out. The mark it gives is enough to go on in another process.
 */
import type { Gap, LineOrigin, WorkerLine } from '../line.ts';
import type { FollowMark } from '../store.ts';
import { Continuity, type Approach, type ContinuityState } from './continuity.ts';
import { fingerprint } from './fingerprint.ts';
import { PushWatch, type PushState } from './push-watch.ts';
import { RawLines } from './raw-lines.ts';
import type { TailSight } from './tail-place.ts';
import { isKubeletFailure, StampReader } from './stamp.ts';

/** A longer line is cut: the kubelet joins what a container writes without line breaks to lines of any length. */
export const lineBytesMax = 64 * 1024;

interface MarkState {
  readonly continuity: ContinuityState;
  readonly push: PushState;
  readonly time: string;
  /** It was read to its end, and nothing is written there any more. */
  readonly isComplete?: true;
  /** What was delivered last could not be found, and what came after it has not been read yet. */
  readonly isBroken?: true;
}

export interface Followed {
  readonly origin: LineOrigin;
  readonly container: string;
}

export class FollowedLines {
  readonly #origin: LineOrigin;
  readonly #key: string;
  readonly #stamps = new StampReader();
  #continuity = new Continuity();
  #raw = new RawLines(lineBytesMax);
  #stream: string;
  #seq = 0;
  #isNamed = false;
  #isBroken = false;
  readonly #push = new PushWatch();
  #isComplete = false;
  #mayHoldRests = false;
  #isLost = false;
  /** What the reading before ended with, after its last line break. */
  #formerRest = '';
  #hasOpenRest = false;
  #failure: string | undefined;
  /** Of the newest line that was read. */
  #time = '';

  constructor({ origin, container }: Followed, mark?: FollowMark) {
    this.#origin = origin;
    this.#key = `${origin.podUid}/${container}`;
    this.#stream = this.#key;
    if (mark === undefined) return;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- marks of this stream are made below
    const { continuity, push, time, isComplete = false, isBroken = false } = mark.state as MarkState;
    this.#isComplete = isComplete;
    this.#isBroken = isBroken;
    this.#time = time;
    this.#continuity = Continuity.restore(continuity);
    this.#push.state = push;
    this.#stream = mark.stream;
    this.#seq = mark.seq;
    // Of a container that pushes a numbering has begun, and no line has a number.
    this.#isNamed = mark.seq > 0 || mark.stream.includes('@');
  }

  /** As the store's marks are found by. */
  get key(): string {
    return this.#key;
  }

  get approach(): Approach {
    return this.#continuity.approach;
  }

  /** RFC 3339; undefined: from the beginning. */
  get sinceTime(): string | undefined {
    const { since } = this.#continuity;
    return since === undefined ? undefined : new Date(since * 1000).toISOString();
  }

  /** Whether a reading may begin anywhere before the newest line. */
  get isDistinct(): boolean {
    return this.#continuity.isDistinct;
  }

  /** Whether everything that comes is new. */
  get isCurrent(): boolean {
    return this.#continuity.isCurrent;
  }

  /** Whether this reading does not go on from where the former one was. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** Whether the reading ended amid a line, which another one has to show to be its end. */
  get hasOpenRest(): boolean {
    return this.#hasOpenRest;
  }

  /** The kubelet's own words in this reading, where it could not read the log. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Grows with every new line, also where lines are withheld. */
  get count(): number {
    return this.#continuity.count;
  }

  /** @param passMax of a reading from a place before the end on: see {@link Continuity.begin} */
  begin(from: 'since' | 'tail' = 'since', passMax?: number): void {
    this.#continuity.begin(from, passMax);
    this.#raw = new RawLines(lineBytesMax);
    this.#mayHoldRests = from === 'tail' || this.#continuity.since !== undefined;
    this.#isLost = false;
    this.#failure = undefined;
  }

  /** @returns the new lines; stops where the reading turns out to be lost. */
  push(chunk: Buffer): WorkerLine[] {
    const lines: WorkerLine[] = [];
    for (const raw of this.#raw.push(chunk)) {
      if (this.#isLost) break;
      this.#take(raw, lines);
    }
    return lines;
  }

  /**
   * The reading has ended in order.
   *
   * @param isWhole nothing will ever be added to what it read: also a last line without a line break is one, once two
   *   readings end with it. One that was cut off may end in order, too.
   */
  end(isWhole: boolean): WorkerLine[] {
    const lines: WorkerLine[] = [];
    const rest = this.#raw.rest();
    const isCertain = (isWhole && rest === this.#formerRest) || isKubeletFailure(rest);
    this.#formerRest = isWhole ? rest : '';
    this.#hasOpenRest = rest !== '' && !isCertain;
    if (rest !== '' && !this.#isLost && isCertain) this.#take(rest, lines);
    this.#continuity.endEarly();
    return lines;
  }

  /** What was delivered last cannot be found in the log any more: with what is there another numbering begins, with a gap. */
  breakOff(): void {
    this.#continuity.breakOff();
    this.#stream = `${this.#key}~${this.#continuity.epoch}`;
    this.#seq = 0;
    this.#isNamed = false;
    this.#isBroken = !this.#push.isPushed;
  }

  #brokenOff(): WorkerLine[] {
    if (!this.#isBroken) return [];
    this.#isBroken = false;
    this.#seq += 1;
    const sentence = 'lines are missing here: the node keeps its newest log file only';
    return [this.#gap({ reason: 'rotated' }, sentence, this.#stream, this.#seq)];
  }

  /**
   * Whoever reads a log without a mark numbers it from what is the first line there then, which may not be the container's
   * first: the same number is of the same line only where the numbering began with the same one.
   */
  #nameAfter(time: string): void {
    if (this.#isNamed) return;
    this.#isNamed = true;
    this.#stream += `@${BigInt(time.replaceAll(/\D/g, '')).toString(36)}`;
  }

  /**
   * The log was not read to its end, and never will be. That has a numbering of its own, of one record: a former process
   * may have sent more lines than the mark covers, and a receiver passes over numbers that it has.
   */
  unread(sentence: string): WorkerLine[] {
    if (this.#push.isPushed) return this.#unended();
    return [this.#gap({ reason: 'unreadable' }, sentence, `${this.#key}~end`, 1)];
  }

  /** Of one that pushes numbers show what is missing, but not at its end, which the agent may not have lived to see. */
  #unended(): WorkerLine[] {
    if (!this.#push.isOpen) return [];
    const sentence = 'lines may be missing here: otto-agent ended before it said that all were pushed';
    return [this.#gap({ reason: 'not-pushed' }, sentence, `${this.#key}~end`, 1)];
  }

  #gap(gap: Gap, sentence: string, stream: string, seq: number): WorkerLine {
    const origin = this.#origin;
    const time = this.#time || origin.createdAt;
    const text = `[ottoscaler: ${sentence}]`;
    return { origin, stream, seq, time, source: 'stdout', level: 'INFO', text, gap };
  }

  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** It was read to its end: later marks say so. @returns what is known to be missing there */
  complete(): WorkerLine[] {
    this.#isComplete = true;
    return [...this.#brokenOff(), ...this.#unended()];
  }

  /** Covers all lines that were returned. */
  mark(): FollowMark {
    const state: MarkState = {
      continuity: this.#continuity.state(),
      push: this.#push.state,
      time: this.#time,
      ...(this.#isComplete ? { isComplete: true } : {}),
      ...(this.#isBroken ? { isBroken: true } : {}),
    };
    return { stream: this.#stream, seq: this.#seq, state };
  }

  /** Reads the newest line of the log, to compare it with the newest one that was delivered. */
  beside(): { push(chunk: Buffer): void; isOther(): boolean } {
    const raw = new RawLines(lineBytesMax);
    let newest = '';
    return {
      push: (chunk) => void (newest = raw.push(chunk).at(-1) ?? newest),
      isOther: () => {
        const line = newest || raw.rest();
        return line !== '' && fingerprint(line) !== this.#continuity.lastPrint;
      },
    };
  }

  /** Where a line that begins so is, by its time; undefined where it has none. */
  sightOf(beginning: Buffer): TailSight | undefined {
    if (beginning.length === 0) return 'empty';
    const line = beginning.toString('utf8');
    const textStart = this.#stamps.read(line);
    if (textStart === -1) return undefined;
    // Times of one container are written alike: their order as texts is their order.
    if (line.slice(0, textStart - 1) < this.#time) return 'before';
    return this.#continuity.isAfter(this.#stamps.second) ? 'after' : 'same';
  }

  #take(raw: string, lines: WorkerLine[]): void {
    const textStart = this.#stamps.read(raw);
    if (textStart === -1) {
      // In a later reading it may be the rest of a long line that was delivered and began before that time.
      if (!this.#mayHoldRests || isKubeletFailure(raw)) this.#failure = raw.slice(0, 400);
      return;
    }
    const verdict = this.#continuity.judge(this.#stamps.second, fingerprint(raw));
    if (verdict === 'skip') return;
    if (verdict === 'lost') {
      this.#isLost = true;
      return;
    }
    const text = raw.slice(textStart);
    const time = raw.slice(0, textStart - 1);
    this.#nameAfter(time);
    lines.push(...this.#brokenOff());
    this.#time = time;
    const left = this.#push.see(text, this.#seq === 0 && this.#continuity.epoch === 1);
    if (!this.#push.isPushed) lines.push(this.#numbered(this.#time, text));
    else if (left > 0) lines.push(this.#left(left));
  }

  #left(lines: number): WorkerLine {
    this.#seq += 1;
    const what = lines === 1 ? '1 line is' : `up to ${lines} lines are`;
    const sentence = `${what} missing here: otto-agent could not push them in time`;
    return this.#gap({ reason: 'not-pushed', lines }, sentence, this.#stream, this.#seq);
  }

  #numbered(time: string, text: string): WorkerLine {
    this.#seq += 1;
    return {
      origin: this.#origin,
      stream: this.#stream,
      seq: this.#seq,
      time,
      source: 'stdout',
      level: 'INFO',
      text,
    };
  }
}
