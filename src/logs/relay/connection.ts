/**
 * One stream to otto-handler after the other: opened when there is something to send, and again after a while where it
 * ended; watched, for a peer that answers nothing; by the platform's own call where it does not know ours.
 */
import type { Clock, Log, Random } from '../../actors/ports.ts';
import type { WorkerLine } from '../line.ts';
import type { ForwardEnd, ForwardMode, HandlerLink, HandlerStream } from './handler-link.ts';
import type { Answer } from './window-limits.ts';

export interface ConnectionOptions {
  readonly link: HandlerLink;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** How long messages may be unanswered, all of them, before the stream is given up. */
  readonly answerWithinMs: number;
}

export interface ConnectionEvents {
  answered(answer: Answer): void;
  /** It may be sent again: a stream has room, or a new one may be opened. */
  writable(): void;
  /** What was sent is unanswered for ever. */
  disconnected(): void;
  /** How many messages wait for their answer, the one that is being sent included. */
  waitingMessages(): number;
}

const firstPauseMs = 200;
const lastPauseMs = 30_000;

export class Connection {
  reconnects = 0;
  mode: ForwardMode = 'batches';
  readonly #options: ConnectionOptions;
  readonly #events: ConnectionEvents;
  #stream: HandlerStream | undefined;
  #hasRoom = true;
  #failures = 0;
  #isResting = false;
  #isClosed = false;
  #restTimer: unknown;
  #watchTimer: unknown;
  #heardMs = 0;
  /** What it is that lasts may change, from nobody there to a certificate that is not trusted. */
  #toldReason = '';

  constructor(options: ConnectionOptions, events: ConnectionEvents) {
    this.#options = options;
    this.#events = events;
  }

  get isWritable(): boolean {
    return !this.#isResting && !this.#isClosed && (this.#stream === undefined || this.#hasRoom);
  }

  /** Only while it is writable. */
  send(lines: readonly WorkerLine[]): void {
    this.#stream ??= this.#open();
    // The deadline counts from the first message that waits.
    if (this.#events.waitingMessages() <= 1) this.#heardMs = this.#options.clock.now();
    this.#hasRoom = this.#stream.send(lines);
  }

  close(): void {
    this.#isClosed = true;
    const { clock } = this.#options;
    clock.clearTimeout(this.#restTimer);
    clock.clearTimeout(this.#watchTimer);
    this.#stream?.end();
    this.#stream?.cancel();
    this.#stream = undefined;
  }

  #open(): HandlerStream {
    const { clock, link } = this.#options;
    this.#hasRoom = true;
    this.#heardMs = clock.now();
    let isOver = false;
    const stream = link.open(this.mode, {
      answered: (answer) => {
        if (isOver || this.#isClosed) return;
        this.#heardMs = clock.now();
        this.#failures = 0;
        this.#events.answered(answer);
      },
      drained: () => {
        if (isOver || this.#isClosed) return;
        this.#hasRoom = true;
        this.#events.writable();
      },
      ended: (end) => {
        if (isOver || this.#isClosed) return;
        isOver = true;
        this.#ended(end);
      },
    });
    this.#watch(stream);
    return stream;
  }

  #ended({ isUnimplemented, reason }: ForwardEnd): void {
    const { clock, log, random } = this.#options;
    this.#stream = undefined;
    clock.clearTimeout(this.#watchTimer);
    this.reconnects++;
    this.#events.disconnected();
    if (isUnimplemented && this.mode === 'batches') {
      this.mode = 'lines';
      log.info({ reason }, 'otto-handler takes no batches of log lines; it gets them one by one');
      this.#events.writable();
      return;
    }
    // Whoever answers next may be another one.
    this.mode = 'batches';
    const fullMs = Math.min(lastPauseMs, firstPauseMs * 2 ** Math.min(this.#failures, 20));
    const pauseMs = fullMs / 2 + (fullMs / 2) * random();
    if (this.#failures++ === 0 || reason !== this.#toldReason)
      log.warn({ reason }, 'The stream of log lines to otto-handler ended');
    this.#toldReason = reason;
    this.#isResting = true;
    this.#restTimer = clock.setTimeout(() => {
      this.#isResting = false;
      this.#events.writable();
    }, pauseMs);
  }

  #watch(stream: HandlerStream): void {
    const { clock, answerWithinMs } = this.#options;
    this.#watchTimer = clock.setTimeout(() => {
      if (this.#stream !== stream) return;
      const silentMs = clock.now() - this.#heardMs;
      if (this.#events.waitingMessages() > 0 && silentMs >= answerWithinMs) {
        stream.cancel();
        this.#ended({ isUnimplemented: false, reason: `no answer within ${answerWithinMs / 1_000} s` });
        return;
      }
      this.#watch(stream);
    }, answerWithinMs / 4);
  }
}
