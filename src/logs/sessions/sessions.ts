/**
 * All workers that push, by their id: so many at most, each forgotten when nothing was heard of it for a while.
 * What waits for the sink is bounded for all of them together.
 */
import type { LineOrigin } from '../line.ts';
import type { PushedLine } from './judge-line.ts';
import { readEntry, type PushedEntry } from './read-entry.ts';
import { Session, type Answer, type LineSink } from './session.ts';

export interface SessionLimits {
  readonly linesPerSecond: number;
  /** Lines that a worker may have unanswered; twice as many are read before it is made to wait. */
  readonly windowLines: number;
  readonly messageBytesMax: number;
  readonly sessionsMax: number;
}

export interface SessionsOptions {
  readonly limits: SessionLimits;
  readonly sink: LineSink;
  /** Epoch ms. */
  readonly now: () => number;
}

export type Registered =
  { readonly kind: 'registered' | 'known'; readonly sessionId: string } | { readonly kind: 'full' };

/** Also across calls: a worker that is away for long registers again. */
const idleMs = 10 * 60_000;
/** Of all lines that wait for the sink. */
const waitingBytesMax = 32 * 1024 * 1024;
const streamsSeenMax = 64;
const lineOverheadBytes = 200;

export class Sessions {
  readonly limits: SessionLimits;
  readonly #options: SessionsOptions;
  readonly #sessions = new Map<string, Session>();
  #made = 0;
  #waitingBytes = 0;

  constructor(options: SessionsOptions) {
    this.#options = options;
    this.limits = options.limits;
  }

  get size(): number {
    return this.#sessions.size;
  }

  register(origin: LineOrigin): Registered {
    const { limits, sink, now } = this.#options;
    const known = this.#sessions.get(origin.workerId);
    if (known) {
      known.heardMs = now();
      return { kind: 'known', sessionId: known.id };
    }
    if (this.#sessions.size >= limits.sessionsMax) this.#forgetIdle();
    if (this.#sessions.size >= limits.sessionsMax) return { kind: 'full' };
    this.#made += 1;
    const id = `${origin.workerId}#${this.#made}`;
    const { linesPerSecond } = limits;
    this.#sessions.set(origin.workerId, new Session({ id, origin, linesPerSecond, sink, now }));
    return { kind: 'registered', sessionId: id };
  }

  /** @returns undefined where the worker is to register first */
  find(workerId: string): Session | undefined {
    return this.#sessions.get(workerId);
  }

  /**
   * Reads an entry, so that no more of it is held than may be; each must be settled or forgotten.
   *
   * @param seen the streams that were met in this call
   */
  read(session: Session, entry: PushedEntry, seen: Set<string>): PushedLine {
    const { limits, now } = this.#options;
    const { workerId } = session.origin;
    const time = new Date(now()).toISOString();
    const source = entry.source === 'stderr' ? 'stderr' : 'stdout';
    const numberOf = () => session.numberOf(source);
    const read = readEntry(entry, workerId, limits.messageBytesMax, numberOf, time);
    const line = { ...read, begins: !seen.has(read.stream) };
    // Of a sender with more streams the others are as if they went on.
    if (seen.size < streamsSeenMax) seen.add(read.stream);
    const crowded = this.#waitingBytes >= waitingBytesMax;
    const kept = crowded ? { ...line, text: '', crowded: 'too many lines wait to be kept' } : line;
    this.#waitingBytes += costOf(kept);
    return kept;
  }

  /** @returns one answer for each line, in their order; never rejects */
  async settle(session: Session, lines: readonly PushedLine[]): Promise<readonly Answer[]> {
    try {
      return await session.settle(lines);
    } finally {
      this.forget(lines);
    }
  }

  /** Lines that were read and that nobody waits for any more. */
  forget(lines: readonly PushedLine[]): void {
    for (const line of lines) this.#waitingBytes -= costOf(line);
  }

  #forgetIdle(): void {
    const beforeMs = this.#options.now() - idleMs;
    for (const [workerId, { heardMs }] of this.#sessions)
      if (heardMs < beforeMs) this.#sessions.delete(workerId);
  }
}

/** Two bytes a character, as V8 may keep it. */
function costOf({ text, stream }: PushedLine): number {
  return 2 * (text.length + stream.length) + lineOverheadBytes;
}
