/**
 * The events in hand: each becomes a command, and leaves the stream once the ledger has it or it is a dead letter.
 *
 * An event's command is sent as a gRPC caller's would be, and is answered the same way. What the answer means for
 * the event is decided in judge.ts. Until then the event stays pending in Redis, so kill -9 at any moment costs a
 * repetition, which the ledger knows.
 */
import { backoffMs } from '../actors/backoff.ts';
import { pause, type Clock, type Log, type Random } from '../actors/ports.ts';
import type { ScaleCall } from '../rpc/services/scale.ts';
import { RpcError } from '../rpc/status.ts';
import type { EventCounts } from './counts.ts';
import { deadLetter } from './dead-letter.ts';
import { decodeEvent, type DecodedEvent } from './decode-event.ts';
import { ageMsMax, isTooOld } from './entry-age.ts';
import type { Delivery } from './event-stream.ts';
import { judgeAnswer, judgeError, type Verdict } from './judge.ts';
import { Lanes } from './lanes.ts';
import type { Link } from './link.ts';

export interface DeskPorts {
  readonly calls: { readonly up: ScaleCall; readonly down: ScaleCall };
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

type Command = Exclude<DecodedEvent, { kind: 'malformed' }>;
type Outcome = Extract<Verdict, { kind: 'accepted' | 'refused' }>;

/** Events that are worked on at a time. */
export const inHandMax = 64;
const triesMax = 5;
const tooOld = `is older than ${ageMsMax / 3_600_000} hours: whether it took effect then is not known any more`;
/** Longer than a command takes to answer, whatever the cluster does. */
const answerMs = 60_000;

export class EventDesk {
  readonly #ports: DeskPorts;
  readonly #link: Link;
  readonly #counts: EventCounts;
  readonly #stream: string;
  readonly #lanes = new Lanes();
  readonly #held = new Set<string>();
  readonly #ending = new AbortController();
  #roomier = Promise.withResolvers<void>();

  /** @param stream its name, for dead letters */
  constructor(ports: DeskPorts, link: Link, counts: EventCounts, stream: string) {
    this.#ports = ports;
    this.#link = link;
    this.#counts = counts;
    this.#stream = stream;
  }

  /** Ids of the events in hand. */
  get held(): ReadonlySet<string> {
    return this.#held;
  }

  /** How many more may be taken. */
  get room(): number {
    return inHandMax - this.#held.size;
  }

  /** Resolves when an event has left, or whoever waits for that shall look again. */
  get roomier(): Promise<void> {
    return this.#roomier.promise;
  }

  nudge(): void {
    this.#roomier.resolve();
    this.#roomier = Promise.withResolvers();
  }

  /** Takes it, unless it is in hand already: then it was handed out twice. */
  take(delivery: Delivery): void {
    const { id } = delivery.entry;
    if (this.#held.has(id)) return;
    this.#held.add(id);
    this.#counts.inHand = this.#held.size;
    void this.#finish(delivery, this.#decide(delivery));
  }

  /** Gives up what is in hand; it stays pending. */
  end(): void {
    this.#ending.abort();
  }

  async #finish(delivery: Delivery, decided: Promise<Outcome | undefined>): Promise<void> {
    const { id } = delivery.entry;
    const outcome = await decided;
    if (outcome?.kind === 'refused') await this.#bury(delivery, outcome.reason);
    else if (outcome) {
      this.#counts[outcome.replayed ? 'replayed' : 'accepted']++;
      await this.#link.say((stream) => stream.acknowledge(id));
    }
    this.#held.delete(id);
    this.#counts.inHand = this.#held.size;
    this.nudge();
  }

  /**
   * Whoever is killed in between leaves it pending: then it is there twice, and never lost. Both in one session: a Redis
   * that comes back without its last second has neither, or a replica that lagged.
   */
  async #bury(delivery: Delivery, reason: string): Promise<void> {
    const { entry, deliveries } = delivery;
    const { clock, log } = this.#ports;
    const at = new Date(clock.now()).toISOString();
    const letter = deadLetter(entry, { stream: this.#stream, reason, deliveries, at });
    const isSaid = await this.#link.say(async (stream) => {
      await stream.bury(letter);
      await stream.acknowledge(entry.id);
    });
    if (!isSaid) return;
    this.#counts.deadLettered++;
    log.warn({ entryId: entry.id, deliveries, reason }, 'an event became a dead letter');
  }

  /** Enters its lane at once, so that the order is that of taking. Undefined where it is given up. */
  async #decide(delivery: Delivery): Promise<Outcome | undefined> {
    const event = decodeEvent(delivery.entry);
    if (event.kind === 'malformed') return { kind: 'refused', reason: event.reason };
    const turn = this.#lanes.enter(event.request.task_id);
    try {
      await turn.come;
      return await this.#tryUntilDecided(event, delivery);
    } finally {
      turn.end();
    }
  }

  async #tryUntilDecided(event: Command, { entry, deliveries }: Delivery): Promise<Outcome | undefined> {
    const { clock, random } = this.#ports;
    let reason = 'of those who were handed it nobody came to an end';
    for (let tries = deliveries, rests = 0; !this.#ending.signal.aborted; rests++) {
      if (isTooOld(entry.id, clock.now())) return { kind: 'refused', reason: tooOld };
      if (tries > triesMax) return { kind: 'refused', reason: `${reason}; tried ${tries - 1} times` };
      // oxlint-disable-next-line no-await-in-loop -- one try after the other
      const verdict = await this.#try(event);
      if (verdict.kind === 'accepted' || verdict.kind === 'refused') return verdict;
      ({ reason } = verdict);
      this.#counts.retried++;
      if (verdict.kind === 'failed') {
        tries++;
        const spent = tries;
        // oxlint-disable-next-line no-await-in-loop -- durable before the next try, whoever makes it
        if (spent <= triesMax) await this.#link.say((stream) => stream.charge(entry.id, spent));
      }
      // oxlint-disable-next-line no-await-in-loop -- the next try comes after the rest
      if (tries <= triesMax) await pause(clock, backoffMs(rests, random), this.#ending.signal);
    }
    return undefined;
  }

  async #try({ kind, request }: Command): Promise<Verdict> {
    const { calls, clock } = this.#ports;
    const patience = new AbortController();
    const giveUp = () => patience.abort(new RpcError('CANCELLED', 'Ottoscaler is ending'));
    const timer = clock.setTimeout(
      () => patience.abort(new RpcError('DEADLINE_EXCEEDED', `no answer within ${answerMs / 1_000} s`)),
      answerMs,
    );
    this.#ending.signal.addEventListener('abort', giveUp, { once: true });
    try {
      const call = kind === 'scale-up' ? calls.up : calls.down;
      return judgeAnswer(await call(request, { signal: patience.signal }));
    } catch (error) {
      return judgeError(error);
    } finally {
      clock.clearTimeout(timer);
      this.#ending.signal.removeEventListener('abort', giveUp);
    }
  }
}
