/**
 * Reads scale events from a Redis stream, as one consumer of a group.
 *
 * Everything of Redis may fail at any time and disturbs nobody but the events: they wait there. What is in hand is
 * worked on while Redis is away, and said to it when it is back. To be begun by who leads only, once its pool serves.
 */
import { backoffMs } from '../actors/backoff.ts';
import { pause } from '../actors/ports.ts';
import { messageOf } from '../error-message.ts';
import { EventCounts } from './counts.ts';
import { EventDesk, type DeskPorts } from './event-desk.ts';
import type { Delivery, EventStream, EventStreams } from './event-stream.ts';
import { Link } from './link.ts';
import { Session } from './session.ts';

export interface ConsumerPorts extends DeskPorts {
  readonly streams: EventStreams;
}

export interface ConsumerPolicy {
  /** The stream's name, for dead letters. */
  readonly stream: string;
  /** Untouched for so long, an entry is taken from its consumer, which is held to be dead. */
  readonly minIdleMs: number;
}

/** As long as the platform's first version; an event ends the wait at once. */
const blockMs = 2_000;
/** Under load each reading brings so many at least: a reading for every event that leaves would cost more than it. */
const roomMin = 8;
const reconnectMsMax = 5_000;
/** A connection that lasted so long begins anew with its patience. */
const steadyMs = 10_000;

export class EventConsumer {
  readonly counts = new EventCounts();
  readonly #ports: ConsumerPorts;
  readonly #policy: ConsumerPolicy;
  readonly #link = new Link();
  readonly #desk: EventDesk;
  /** Aborts when nothing more is to be taken. */
  readonly #quit = new AbortController();
  /** Aborts when Redis is let go. */
  readonly #ending = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(ports: ConsumerPorts, policy: ConsumerPolicy) {
    this.#ports = ports;
    this.#policy = policy;
    this.#desk = new EventDesk(ports, this.#link, this.counts, policy.stream);
  }

  begin(): void {
    if (!this.#quit.signal.aborted) this.#running = this.#run();
  }

  /** Takes nothing more and gives what is in hand so long to come to its end; the rest stays pending. */
  async close(withinMs: number): Promise<void> {
    this.#quit.abort();
    this.#desk.nudge();
    if (withinMs > 0) await this.#emptied(withinMs);
    this.#ending.abort();
    this.#desk.end();
    this.#link.close();
    await this.#running;
  }

  async #emptied(withinMs: number): Promise<void> {
    const late = new AbortController();
    const patience = pause(this.#ports.clock, withinMs, late.signal).then(() => late.abort());
    while (this.#desk.held.size > 0 && !late.signal.aborted)
      // oxlint-disable-next-line no-await-in-loop -- one leaves after the other
      await Promise.race([this.#desk.roomier, patience]);
    late.abort();
  }

  async #run(): Promise<void> {
    const { clock, random, log } = this.#ports;
    for (let tries = 0; !this.#ending.signal.aborted; tries++) {
      const beganMs = clock.now();
      // oxlint-disable-next-line no-await-in-loop -- one session after the other
      const reason = await this.#live();
      if (this.#ending.signal.aborted) return;
      if (clock.now() - beganMs >= steadyMs) tries = 0;
      if (tries === 0) log.warn({ reason }, 'Redis is away: events wait there, all else goes on');
      const restMs = Math.min(reconnectMsMax, backoffMs(tries, random));
      // oxlint-disable-next-line no-await-in-loop -- the next session comes after the rest
      await pause(clock, restMs, this.#ending.signal);
    }
  }

  /** One session from its beginning to its end. Never rejects. @returns why it ended */
  async #live(): Promise<string> {
    let session: Session | undefined;
    const end = () => session?.end(new Error('the consumer has ended'));
    this.#ending.signal.addEventListener('abort', end, { once: true });
    try {
      const stream = await this.#connect();
      session = new Session(stream, this.#ports.clock, () => this.#healed());
      session.over.addEventListener('abort', () => this.#desk.nudge(), { once: true });
      await session.ask((asked) => asked.createGroup());
      this.counts.connections++;
      this.counts.isConnected = true;
      this.#ports.log.info({ stream: this.#policy.stream }, 'reading events from Redis');
      this.#link.connected(session);
      await Promise.all([this.#read(session), this.#look(session)]);
      return 'the consumer has ended';
    } catch (error) {
      session?.end(error);
      return messageOf(error);
    } finally {
      this.#ending.signal.removeEventListener('abort', end);
      this.counts.isConnected = false;
      this.#link.lost();
    }
  }

  async #connect(): Promise<EventStream> {
    const connecting = this.#ports.streams.connect();
    const { promise, reject } = Promise.withResolvers<never>();
    const leave = () => {
      connecting.then((stream) => stream.close()).catch(() => {});
      reject(new Error('the consumer has ended'));
    };
    this.#ending.signal.addEventListener('abort', leave, { once: true });
    if (this.#ending.signal.aborted) leave();
    try {
      return await Promise.race([connecting, promise]);
    } finally {
      this.#ending.signal.removeEventListener('abort', leave);
    }
  }

  /** What was handed to this consumer before comes first, then what others left, then what is new. */
  async #read(session: Session): Promise<void> {
    while (this.#mayTake(session) && (await this.#recall(session)) > 0);
    if (this.#mayTake(session)) await this.#claim(session);
    while (this.#mayTake(session)) {
      // oxlint-disable-next-line no-await-in-loop -- one reading after the other
      const room = await this.#room(session);
      if (room === 0) return;
      // oxlint-disable-next-line no-await-in-loop -- as above
      this.#take(await session.ask((stream) => stream.read(room, blockMs), blockMs));
    }
  }

  /** Keeps what is in hand, and looks for what others let go. */
  async #look(session: Session): Promise<void> {
    const { minIdleMs } = this.#policy;
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- once in a while
      const { lag, pending } = await session.ask((stream) => stream.measure());
      Object.assign(this.counts, { lag, pending });
      // oxlint-disable-next-line no-await-in-loop -- that while is this long
      await pause(this.#ports.clock, minIdleMs / 3, session.over);
      if (session.over.aborted) return;
      // oxlint-disable-next-line no-await-in-loop -- kept before others are looked for
      await session.ask((stream) => stream.renew([...this.#desk.held]));
      // oxlint-disable-next-line no-await-in-loop -- one look after the other
      if (this.#mayTake(session)) await this.#claim(session);
    }
  }

  async #recall(session: Session): Promise<number> {
    const room = await this.#room(session);
    if (room === 0) return 0;
    const recalled = await session.ask((stream) => stream.recall(this.#desk.held, room));
    this.counts.recalled += recalled.length;
    this.#take(recalled);
    return recalled.length;
  }

  async #claim(session: Session): Promise<void> {
    const { room } = this.#desk;
    if (room === 0) return;
    const { deliveries, trimmed } = await session.ask((stream) => stream.claim(this.#policy.minIdleMs, room));
    this.counts.claimed += deliveries.length;
    this.counts.trimmed += trimmed;
    if (trimmed > 0)
      this.#ports.log.error({ trimmed }, 'events were trimmed from the stream before they were acknowledged');
    this.#take(deliveries);
  }

  #take(deliveries: readonly Delivery[]): void {
    // What comes after the end of reading stays pending for whoever is next.
    if (this.#quit.signal.aborted) return;
    for (const delivery of deliveries) this.#desk.take(delivery);
  }

  #mayTake(session: Session): boolean {
    return !this.#quit.signal.aborted && !session.over.aborted;
  }

  /** Waits until it is worth a reading; 0 where nothing is to be taken any more. */
  async #room(session: Session): Promise<number> {
    while (this.#mayTake(session) && this.#desk.room < roomMin)
      // oxlint-disable-next-line no-await-in-loop -- one leaves after the other
      await this.#desk.roomier;
    return this.#mayTake(session) ? this.#desk.room : 0;
  }

  #healed(): void {
    this.counts.groupsHealed++;
    this.#ports.log.warn(
      { stream: this.#policy.stream },
      'the consumer group was gone and was made again from the beginning of the stream',
    );
  }
}
