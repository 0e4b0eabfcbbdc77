/**
 * What was taken from the store and is not yet answered; what to send next; what an answer means.
 *
 * Pure: time and chance come in. Messages are numbered from 1 on each connection, and an answer names the message it
 * is about. Every answer is defined: one that names no message that waits for it changes nothing and is counted.
 *
 * A RETRY lets the streams of its message rest, each for longer than before, and parts them: a stream whose lines are
 * wanted again shares no message with others until they are taken. After `triesMax` they are given up as by a DROP,
 * and a record takes their place. While the breaker is open that count stands still.
 */
import type { LineOrigin, WorkerLine } from '../line.ts';
import type { Loss } from '../spool/loss.ts';
import { Breaker } from './breaker.ts';
import { StreamQueue } from './stream-queue.ts';
import { noCounts, type Answer, type WindowLimits } from './window-limits.ts';

export interface Message {
  readonly number: number;
  readonly lines: readonly WorkerLine[];
}

type InFlight = readonly StreamQueue[];

const throttleMsMax = 60_000;
/** Messages in flight up to which every line goes at once. */
const fewInFlight = 8;
const restFirstMs = 250;
const restLastMs = 30_000;
/** Of the window; beyond it the lines of a stream that rests stay in the store. */
const restingShare = 1 / 8;

export class Window {
  readonly counts = noCounts();
  readonly #limits: WindowLimits;
  readonly #random: () => number;
  readonly #now: () => number;
  readonly #acknowledge: (stream: string, seq: number) => void;
  readonly #queues = new Map<string, StreamQueue>();
  /** Those that have something to send now, and those that rest, in the order in which they go. */
  #ready: Set<StreamQueue> = new Set();
  readonly #resting = new Set<StreamQueue>();
  readonly #inFlight = new Map<number, InFlight>();
  readonly #breaker = new Breaker();
  #sent = 0;
  #lines = 0;
  #weight = 0;
  #pausedUntilMs = 0;

  /** @param acknowledge is told up to where a stream is delivered or given up */
  constructor(
    limits: WindowLimits,
    given: {
      readonly now: () => number;
      readonly random: () => number;
      readonly acknowledge: (stream: string, seq: number) => void;
    },
  ) {
    this.#limits = limits;
    this.#now = given.now;
    this.#random = given.random;
    this.#acknowledge = given.acknowledge;
  }

  get lines(): number {
    return this.#lines;
  }

  get weight(): number {
    return this.#weight;
  }

  get streams(): number {
    return this.#queues.size;
  }

  get unansweredMessages(): number {
    return this.#inFlight.size;
  }

  get hasRoom(): boolean {
    return this.#lines < this.#limits.linesMax && this.#weight < this.#limits.weightMax;
  }

  get isBreakerOpen(): boolean {
    return !this.#breaker.isClosed;
  }

  /** @param ackedSeq of a stream that the window does not know, asked for once */
  queueOf(stream: string, origin: LineOrigin, ackedSeq: (stream: string) => number | undefined): StreamQueue {
    let queue = this.#queues.get(stream);
    if (!queue) {
      queue = new StreamQueue(stream, origin, ackedSeq(stream));
      this.#queues.set(stream, queue);
    }
    return queue;
  }

  /** Whether its lines had better wait in the store: it rests, and holds its share already. */
  isFull(queue: StreamQueue): boolean {
    if (queue.restsUntilMs === 0 && queue.again === 0) return false;
    const { linesMax, weightMax } = this.#limits;
    return queue.size >= linesMax * restingShare || queue.weight >= weightMax * restingShare;
  }

  take(queue: StreamQueue, position: number, line: WorkerLine): void {
    this.#counted(queue, () => {
      if (queue.take(position, line, this.#time)) this.counts.holes++;
    });
  }

  lose(queue: StreamQueue, position: number, loss: Loss): void {
    this.#counted(queue, () => queue.lose(position, loss, this.#time));
  }

  /** The next message, or undefined: there is nothing to send, or not now (`wakeAtMs`). */
  next(linesMax = this.#limits.messageLinesMax): Message | undefined {
    const nowMs = this.#now();
    if (this.#inFlight.size >= this.#limits.messagesInFlightMax) return undefined;
    if (nowMs < Math.max(this.#pausedUntilMs, this.#breaker.sendsFromMs)) return undefined;
    this.#wake(nowMs);
    if (this.#inFlight.size >= fewInFlight && !this.#isWorthSending(linesMax / 2)) return undefined;
    const lines: WorkerLine[] = [];
    const queues: StreamQueue[] = [];
    let weightLeft = this.#limits.messageWeightMax;
    for (const queue of this.#ready) {
      // Lines that are wanted again go alone: whose fault it is shall not be the others'.
      const isAlone = queue.again > 0;
      if (isAlone && queues.length > 0) continue;
      if (queue.again > linesMax) queue.again = linesMax;
      weightLeft -= queue.send(lines, linesMax - lines.length, weightLeft);
      this.#ready.delete(queue);
      queues.push(queue);
      // With little room left, the next stream's other lines would wait for the answer to few.
      if (isAlone || lines.length >= linesMax / 2 || weightLeft <= 0) break;
    }
    if (queues.length === 0) return undefined;
    this.#sent++;
    this.#inFlight.set(this.#sent, queues);
    this.#breaker.sent();
    return { number: this.#sent, lines };
  }

  /** When `next` is worth asking again, if nothing happens before; undefined: only then. */
  get wakeAtMs(): number | undefined {
    const restingMs = [...this.#resting].map(({ restsUntilMs }) => restsUntilMs);
    const soonestMs = this.#ready.size > 0 ? 0 : Math.min(...restingMs);
    const atMs = Math.max(soonestMs, this.#pausedUntilMs, this.#breaker.sendsFromMs);
    return Number.isFinite(atMs) ? atMs : undefined;
  }

  answer({ status, sequence, throttleMs }: Answer): void {
    const nowMs = this.#now();
    if (throttleMs > 0) {
      this.counts.throttled++;
      this.#pausedUntilMs = Math.max(this.#pausedUntilMs, nowMs + Math.min(throttleMs, throttleMsMax));
    }
    const queues = this.#inFlight.get(sequence);
    if (!queues) {
      const wasSent = Number.isInteger(sequence) && sequence >= 1 && sequence <= this.#sent;
      if (wasSent) this.counts.repeatedAnswers++;
      else this.counts.unknownAnswers++;
      return;
    }
    this.#inFlight.delete(sequence);
    switch (status) {
      case 'ACK':
        this.counts.acks++;
        this.#breaker.taken();
        for (const queue of queues) this.#delivered(queue);
        break;
      case 'DROP':
        this.counts.drops++;
        this.#breaker.taken();
        for (const queue of queues) {
          if (queue.isRecordInFlight) this.#again(queue, nowMs, true);
          else this.#giveUp(queue);
        }
        break;
      case 'RETRY': {
        this.counts.retries++;
        const isCounted = this.#breaker.isClosed;
        this.#breaker.refused(nowMs, this.#random());
        for (const queue of queues) this.#again(queue, nowMs, isCounted);
        break;
      }
      default:
        status satisfies never;
    }
  }

  /** What was not answered goes again on the next connection, whose messages count from 1. */
  disconnected(): void {
    for (const queues of this.#inFlight.values()) {
      for (const queue of queues) {
        queue.returned();
        // What nobody refused need not go alone.
        if (queue.tries === 0) queue.again = 0;
        this.#settle(queue);
      }
    }
    this.#inFlight.clear();
    this.#breaker.forgotten();
    this.#sent = 0;
  }

  /** The place of the oldest line that is neither delivered nor given up; undefined where there is none. */
  get oldestPosition(): number | undefined {
    let oldest: number | undefined;
    for (const { oldestPosition, deferredFrom } of this.#queues.values())
      for (const position of [oldestPosition, deferredFrom])
        if (position !== undefined && (oldest === undefined || position < oldest)) oldest = position;
    return oldest;
  }

  /** Streams of which lines were left in the store and may be taken now. */
  deferred(): readonly StreamQueue[] {
    return [...this.#queues.values()].filter(
      (queue) => queue.deferredFrom !== undefined && !this.isFull(queue),
    );
  }

  /** Forgets streams of which nothing waits; the store knows how far they are. */
  forgetIdle(): void {
    for (const [stream, queue] of this.#queues)
      if (queue.size === 0 && queue.deferredFrom === undefined) this.#queues.delete(stream);
  }

  readonly #time = (): string => new Date(this.#now()).toISOString();

  /** While answers are on their way, small messages wait for more lines: an answer comes and asks again. */
  #isWorthSending(lines: number): boolean {
    let count = 0;
    for (const { size, again } of this.#ready) {
      count += size;
      if (count >= lines || again > 0) return true;
    }
    return false;
  }

  #wake(nowMs: number): void {
    for (const queue of this.#resting) {
      if (queue.restsUntilMs > nowMs) continue;
      this.#resting.delete(queue);
      this.#ready.add(queue);
    }
  }

  #delivered(queue: StreamQueue): void {
    const { inFlight } = queue;
    const last = this.#countedOf(queue, () => queue.delivered());
    this.counts.deliveredLines += inFlight;
    if (last) this.#acknowledge(queue.stream, last.seq);
    this.#settle(queue);
  }

  #giveUp(queue: StreamQueue): void {
    this.counts.givenUpLines += this.#countedOf(queue, () => queue.givenUp(this.#time()));
    this.#settle(queue);
  }

  #again(queue: StreamQueue, nowMs: number, isCounted: boolean): void {
    if (isCounted) queue.tries++;
    if (queue.tries >= this.#limits.triesMax) {
      if (!queue.isRecordInFlight) return this.#giveUp(queue);
      this.counts.unmarked++;
      return this.#delivered(queue);
    }
    queue.returned();
    const fullMs = Math.min(restLastMs, restFirstMs * 2 ** Math.max(0, queue.tries - 1));
    queue.restsUntilMs = nowMs + fullMs / 2 + (fullMs / 2) * this.#random();
    this.#resting.add(queue);
  }

  /** Puts the queue where it belongs when nothing of it is in flight. */
  #settle(queue: StreamQueue): void {
    if (queue.inFlight > 0 || queue.size === 0 || this.#resting.has(queue)) return;
    if (queue.restsUntilMs > this.#now()) this.#resting.add(queue);
    else this.#ready.add(queue);
  }

  #counted(queue: StreamQueue, change: () => unknown): void {
    this.#countedOf(queue, change);
    this.#settle(queue);
  }

  #countedOf<T>(queue: StreamQueue, change: () => T): T {
    const { size, weight } = queue;
    const result = change();
    this.#lines += queue.size - size;
    this.#weight += queue.weight - weight;
    return result;
  }
}
