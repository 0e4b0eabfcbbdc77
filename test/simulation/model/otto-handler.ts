/**
 * A scripted otto-handler: takes messages and notices or does what its conduct says, is killed and comes back, and
 * remembers what it took as a careful receiver does, durably.
 */
import type { WorkerLine } from '../../../src/logs/line.ts';
import type { Notice, TellNotice } from '../../../src/logs/notices/notice.ts';
import type {
  ForwardMode,
  HandlerEvents,
  HandlerLink,
  HandlerStream,
} from '../../../src/logs/relay/handler-link.ts';
import type { Answer } from '../../../src/logs/relay/window-limits.ts';
import type { Inhabitant } from './peripheral.ts';
import type { SimClock } from './sim-clock.ts';

/** What it does with a message. */
export interface MessageFate {
  /** Until its answer is heard. */
  readonly backMs: number;
  /** Nothing: it is taken and never answered. */
  readonly status?: Answer['status'];
  readonly throttleMs?: number;
  /** Answers beside that one, to messages that may never have been. */
  readonly strange?: readonly Answer[];
  /** Whoever sent it is killed once it has arrived. */
  readonly killsSender?: boolean;
}

export type NoticeFate =
  | { readonly kind: 'answered'; readonly afterMs: number; readonly answer: 'RECEIVED' | 'IGNORED' | 'ERROR' }
  /** Nobody answers: it was taken, or it never arrived. */
  | { readonly kind: 'silence'; readonly arrives: boolean }
  | { readonly kind: 'killed'; readonly when: 'before' | 'after' };

export interface Conduct {
  readonly message: (from: string, lines: readonly WorkerLine[], sequence: number) => MessageFate;
  readonly notice: (from: string, notice: Notice) => NoticeFate;
}

/** What it remembers. */
export interface Receiver {
  /** A message was taken; repetitions are its own affair. */
  lines(from: string, lines: readonly WorkerLine[]): void;
  /** Lines that it will not have. */
  refused(lines: readonly WorkerLine[], status: 'RETRY' | 'DROP'): void;
  notice(from: string, notice: Notice): void;
}

/** As the client's deadline has it. */
const noticeWithinMs = 10_000;

export class OttoHandler {
  /** Nobody is there until then. */
  awayUntilMs = 0;
  /** It knows the platform's own call only. */
  readonly isOld: boolean;
  /** Most lines that were sent and not answered, on one stream. */
  unansweredMost = 0;
  readonly #clock: SimClock;
  readonly #conduct: Conduct;
  readonly #receiver: Receiver;
  readonly #open = new Set<(reason: string) => void>();

  constructor(clock: SimClock, around: { conduct: Conduct; receiver: Receiver; isOld: boolean }) {
    this.#clock = clock;
    this.#conduct = around.conduct;
    this.#receiver = around.receiver;
    this.isOld = around.isOld;
  }

  get isAway(): boolean {
    return this.#clock.now() < this.awayUntilMs;
  }

  /** It ends from one moment to the next; what was under way is unanswered for ever. */
  leave(ms: number): void {
    this.awayUntilMs = Math.max(this.awayUntilMs, this.#clock.now() + ms);
    for (const end of this.#open) end('UNAVAILABLE: Connection dropped');
  }

  linkOf(inhabitant: Inhabitant): HandlerLink {
    return { open: (mode, events) => this.#stream(inhabitant, mode, events) };
  }

  tellOf(inhabitant: Inhabitant): TellNotice {
    return (notice) => this.#told(inhabitant, notice);
  }

  #stream({ identity, isGone, deliver, kill }: Inhabitant, mode: ForwardMode, events: HandlerEvents) {
    let isOver = false;
    let sequence = 0;
    let unanswered = 0;
    const end = (reason: string, isUnimplemented = false): void => {
      if (isOver) return;
      isOver = true;
      this.#open.delete(end);
      this.#clock.setTimeout(() => deliver(() => events.ended({ isUnimplemented, reason })), 1);
    };
    this.#open.add(end);
    const answer = (given: Answer): void => deliver(() => isOver || events.answered(given));
    const arrived = (lines: readonly WorkerLine[], number: number): void => {
      if (isOver) return;
      const fate = this.#conduct.message(identity, lines, number);
      const { status, backMs, throttleMs = 0, strange = [], killsSender } = fate;
      if (status === undefined || status === 'ACK') this.#receiver.lines(identity, lines);
      else this.#receiver.refused(lines, status);
      if (killsSender) kill();
      this.#clock.setTimeout(() => {
        for (const one of strange) answer(one);
        if (status === undefined) return;
        unanswered -= lines.length;
        answer({ status, sequence: number, throttleMs });
      }, backMs);
    };
    const send = (lines: readonly WorkerLine[]): boolean => {
      sequence += 1;
      const number = sequence;
      if (this.isAway) end('UNAVAILABLE: connect ECONNREFUSED');
      else if (this.isOld && mode === 'batches') end('UNIMPLEMENTED', true);
      if (isOver || isGone()) return true;
      unanswered += lines.length;
      this.unansweredMost = Math.max(this.unansweredMost, unanswered);
      this.#clock.setTimeout(() => arrived(lines, number), 1);
      return true;
    };
    const stream: HandlerStream = { send, end() {}, cancel: () => void (isOver = true) };
    return stream;
  }

  #told({ identity, clock, isGone, deliver, kill }: Inhabitant, notice: Notice): ReturnType<TellNotice> {
    const { promise, resolve, reject } = Promise.withResolvers<'RECEIVED' | 'IGNORED' | 'ERROR'>();
    const late = clock.setTimeout(() => reject(new Error('DEADLINE_EXCEEDED')), noticeWithinMs);
    void promise.catch(() => undefined).then(() => clock.clearTimeout(late));
    if (isGone()) return promise;
    if (this.isAway) {
      this.#clock.setTimeout(() => deliver(() => reject(new Error('UNAVAILABLE'))), 1);
      return promise;
    }
    const fate = this.#conduct.notice(identity, notice);
    if (fate.kind === 'killed' && fate.when === 'before') kill();
    else if (fate.kind !== 'silence' || fate.arrives) this.#receiver.notice(identity, notice);
    if (fate.kind === 'killed') kill();
    else if (fate.kind === 'answered')
      this.#clock.setTimeout(() => deliver(() => resolve(fate.answer)), fate.afterMs);
    return promise;
  }
}
