/**
 * One stream on its way: its lines get their numbers here, when they are first sent, and stay until they are
 * answered for.
 *
 * A line that is to be sent again goes back N: nothing new leaves until all that is under way is answered, then
 * everything that was not taken is sent once more in its order. So the order holds with a receiver that takes
 * some of what came after.
 */
import type { Backlog, Message } from './backlog.ts';

export interface Numbered extends Message {
  readonly seq: number;
}

export type Answer = 'ACK' | 'RETRY' | 'DROP';

export interface LaneCounts {
  readonly acked: number;
  readonly dropped: number;
  readonly retried: number;
  readonly unknown: number;
}

export class Lane {
  readonly source: 'stdout' | 'stderr';
  /** Names the numbering. */
  readonly stream: string;
  readonly backlog: Backlog;
  #seq = 0;
  readonly #kept = new Map<number, Numbered>();
  #underWay = new Set<number>();
  /** To be sent again, the first of them last. */
  #due: Numbered[] = [];
  #refused = false;
  /** Lines in gaps that were delivered, and those that the server would not have. */
  #missing = 0;
  #counts = { acked: 0, dropped: 0, retried: 0, unknown: 0 };

  constructor(source: 'stdout' | 'stderr', stream: string, backlog: Backlog) {
    this.source = source;
    this.stream = stream;
    this.backlog = backlog;
  }

  get counts(): LaneCounts {
    return this.#counts;
  }

  /** How many have a number and no final answer. */
  get unanswered(): number {
    return this.#kept.size;
  }

  get underWay(): number {
    return this.#underWay.size;
  }

  /** Something was refused, and all answers that can come have come: `resend` is next, after a rest. */
  get needsRest(): boolean {
    return this.#refused && this.#underWay.size === 0;
  }

  get isDone(): boolean {
    return this.#kept.size === 0 && this.backlog.isEmpty;
  }

  /** Lines that the server does not have, whether it knows so or not. */
  get undelivered(): number {
    return this.untold + this.#missing;
  }

  /** Of the undelivered lines, those of which the server has not said that it knows. */
  get untold(): number {
    let { lines } = this.backlog;
    for (const { gapLines } of this.#kept.values()) lines += gapLines || 1;
    return lines;
  }

  get hasNext(): boolean {
    return !this.#refused && (this.#due.length > 0 || !this.backlog.isEmpty);
  }

  /** What is next was sent before. */
  get hasDue(): boolean {
    return this.#due.length > 0;
  }

  next(bytesMax: number): Numbered | undefined {
    if (this.#refused) return undefined;
    const line = this.#due.pop() ?? this.#number(bytesMax);
    if (line) this.#underWay.add(line.seq);
    return line;
  }

  /** @returns false where no such line is under way */
  answer(seq: number, answer: Answer): boolean {
    if (!this.#underWay.delete(seq)) {
      this.#counts.unknown += 1;
      return false;
    }
    if (answer === 'RETRY') {
      this.#counts.retried += 1;
      this.#refused = true;
      return true;
    }
    this.#counts[answer === 'ACK' ? 'acked' : 'dropped'] += 1;
    const gapLines = this.#kept.get(seq)?.gapLines ?? 0;
    this.#missing += answer === 'DROP' ? gapLines || 1 : gapLines;
    this.#kept.delete(seq);
    return true;
  }

  /** After a rest, or on a new connection, where none of the former's answers comes any more. */
  resend(): void {
    this.#refused = false;
    this.#underWay = new Set();
    this.#due = [...this.#kept.values()].toReversed();
  }

  #number(bytesMax: number): Numbered | undefined {
    const message = this.backlog.take(bytesMax);
    if (!message) return undefined;
    this.#seq += 1;
    const line = { ...message, seq: this.#seq };
    this.#kept.set(this.#seq, line);
    return line;
  }
}
