/**
 * Brings the store's lines to otto-handler, all workers' on one stream, and tells the store what is delivered.
 *
 * What to send and what answers mean is `window.ts`; this takes lines from the store while the window has room, sends
 * while the stream has room, and moves the store's cursor to the oldest line that is not delivered. Whatever otto-handler
 * does, the window bounds memory and the store the disk.
 */
import type { Clock, Log, Random } from '../../actors/ports.ts';
import type { Portion } from '../spool/spool.ts';
import { Connection } from './connection.ts';
import type { ForwardMode, HandlerLink } from './handler-link.ts';
import type { StreamQueue } from './stream-queue.ts';
import { defaultLimits, type WindowCounts, type WindowLimits } from './window-limits.ts';
import { Window } from './window.ts';

/** The store as the relay reads it. */
interface LineSource {
  readonly cursor: number;
  readonly end: number;
  read(position: number): Promise<Portion>;
  onAppended(listener: () => void): () => void;
  ackedSeq(stream: string): number | undefined;
  acknowledge(stream: string, seq: number): void;
  advance(cursor: number): void;
}

export interface RelayOptions {
  readonly store: LineSource;
  readonly link: HandlerLink;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly limits?: Partial<WindowLimits>;
  readonly answerWithinMs?: number;
  /** Told of each message's answer how long it took. */
  readonly answeredAfter?: (delayMs: number) => void;
}

export interface RelayCounts extends WindowCounts {
  readonly mode: ForwardMode;
  readonly reconnects: number;
  readonly windowLines: number;
  readonly windowBytes: number;
  readonly isBreakerOpen: boolean;
}

const answerWithinDefaultMs = 30_000;
/** Finding the oldest line costs a look at every stream. */
const advanceEveryMs = 20;
/** Streams that are remembered although nothing of them waits. */
const streamsMax = 1_024;

export class Relay {
  readonly #options: RelayOptions;
  readonly #window: Window;
  readonly #connection: Connection;
  readonly #stopListening: () => void;
  #position: number;
  #isPumping = false;
  #isAskedAgain = false;
  #isClosed = false;
  #timer: unknown;
  #advancedMs = 0;
  #answered = Promise.withResolvers<void>();
  /** By the number of a message; no more of them than the window lets be in flight. */
  readonly #sentMs = new Map<number, number>();

  constructor(options: RelayOptions) {
    this.#options = options;
    const { store, clock, random, answerWithinMs = answerWithinDefaultMs } = options;
    this.#position = store.cursor;
    this.#window = new Window(
      { ...defaultLimits, ...options.limits },
      { now: () => clock.now(), random, acknowledge: (stream, seq) => store.acknowledge(stream, seq) },
    );
    this.#connection = new Connection(
      { ...options, answerWithinMs },
      {
        answered: (answer) => {
          this.#tellDelay(answer.sequence);
          this.#window.answer(answer);
          this.#answered.resolve();
          this.#pump();
        },
        writable: () => this.#pump(),
        disconnected: () => {
          this.#sentMs.clear();
          this.#window.disconnected();
        },
        waitingMessages: () => this.#window.unansweredMessages,
      },
    );
    this.#stopListening = store.onAppended(() => this.#pump());
    this.#pump();
  }

  get counts(): RelayCounts {
    return {
      ...this.#window.counts,
      mode: this.#connection.mode,
      reconnects: this.#connection.reconnects,
      windowLines: this.#window.lines,
      windowBytes: this.#window.weight,
      isBreakerOpen: this.#window.isBreakerOpen,
    };
  }

  /** Delivers what there is, for as long as it is given; what is left stays in the store. */
  async close(withinMs: number): Promise<void> {
    const { clock, store } = this.#options;
    const deadline = Promise.withResolvers<'late'>();
    const timer = clock.setTimeout(() => deadline.resolve('late'), withinMs);
    while (store.cursor < store.end || this.#window.lines > 0) {
      if ((await Promise.race([this.#answered.promise, deadline.promise])) === 'late') break;
      this.#answered = Promise.withResolvers();
      this.#advance();
    }
    clock.clearTimeout(timer);
    this.#isClosed = true;
    this.#stopListening();
    clock.clearTimeout(this.#timer);
    this.#connection.close();
    this.#advance();
  }

  #pump(): void {
    this.#isAskedAgain = true;
    if (this.#isPumping || this.#isClosed) return;
    this.#isPumping = true;
    void this.#run().finally(() => {
      this.#isPumping = false;
      if (this.#isAskedAgain) this.#pump();
    });
  }

  async #run(): Promise<void> {
    while (this.#isAskedAgain && !this.#isClosed) {
      this.#isAskedAgain = false;
      await this.#takeDeferred();
      await this.#take();
      const askedMs = this.#options.clock.now();
      this.#send();
      this.#advanceIfDue();
      this.#wakeLater(askedMs);
    }
  }

  async #take(): Promise<void> {
    const { store } = this.#options;
    while (this.#window.hasRoom && this.#position < store.end) {
      const portion = await store.read(this.#position);
      if (portion.next === this.#position) return;
      this.#takePortion(portion);
      this.#position = portion.next;
    }
  }

  #takePortion({ position, lines, losses }: Portion): void {
    for (const loss of losses) this.#window.lose(this.#queueOf(loss), position, loss);
    let at = position;
    for (const line of lines) {
      const queue = this.#queueOf(line);
      if (queue.deferredFrom !== undefined || this.#window.isFull(queue)) queue.deferredFrom ??= at;
      else this.#window.take(queue, at, line);
      at++;
    }
  }

  /** One stream that rests must not keep the others' lines from being taken, so its own wait in the store. */
  async #takeDeferred(): Promise<void> {
    for (const queue of this.#window.deferred()) {
      while (queue.deferredFrom !== undefined && this.#window.hasRoom && !this.#window.isFull(queue)) {
        const portion = await this.#options.store.read(queue.deferredFrom);
        this.#takeOnly(queue, portion);
        const isAtEnd = portion.next >= this.#position || portion.next === queue.deferredFrom;
        queue.deferredFrom = isAtEnd ? undefined : portion.next;
      }
    }
  }

  #takeOnly(queue: StreamQueue, { position, lines, losses }: Portion): void {
    for (const loss of losses) if (loss.stream === queue.stream) this.#window.lose(queue, position, loss);
    let at = position;
    for (const line of lines) {
      // Beyond the relay's own place it will be taken with all others.
      if (line.stream === queue.stream && at < this.#position) this.#window.take(queue, at, line);
      at++;
    }
  }

  #send(): void {
    const linesMax = this.#connection.mode === 'lines' ? 1 : undefined;
    while (this.#connection.isWritable) {
      const message = this.#window.next(linesMax);
      if (!message) return;
      this.#sentMs.set(message.number, this.#options.clock.now());
      this.#connection.send(message.lines);
    }
  }

  #tellDelay(number: number): void {
    const sentMs = this.#sentMs.get(number);
    if (sentMs === undefined) return;
    this.#sentMs.delete(number);
    this.#options.answeredAfter?.(this.#options.clock.now() - sentMs);
  }

  #advanceIfDue(): void {
    const nowMs = this.#options.clock.now();
    if (this.#window.lines > 0 && nowMs - this.#advancedMs < advanceEveryMs) return;
    this.#advancedMs = nowMs;
    this.#advance();
  }

  #advance(): void {
    const oldest = this.#window.oldestPosition;
    this.#options.store.advance(oldest ?? this.#position);
    if (oldest === undefined || this.#window.streams > streamsMax) this.#window.forgetIdle();
  }

  /** @param askedMs when it was last asked what to send: what has become due since then is due at once */
  #wakeLater(askedMs: number): void {
    const { clock } = this.#options;
    clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    const { wakeAtMs } = this.#window;
    if (wakeAtMs === undefined || !this.#connection.isWritable) return;
    // What was ready then and was not sent waits for an answer or for room.
    if (wakeAtMs <= askedMs) return;
    this.#timer = clock.setTimeout(() => this.#pump(), Math.max(0, wakeAtMs - clock.now()));
  }

  #queueOf({ stream, origin }: Pick<StreamQueue, 'stream' | 'origin'>): StreamQueue {
    return this.#window.queueOf(stream, origin, (name) => this.#options.store.ackedSeq(name));
  }
}
