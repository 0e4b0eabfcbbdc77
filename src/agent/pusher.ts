/**
 * Pushes the lines of both streams to a log server for as long as it answers, and never makes anyone wait.
 *
 * A server that is away or full is tried again with backoff; one that refuses for good is said so of once, and
 * the command goes on without it.
 */
import { setTimeout as pause } from 'node:timers/promises';
import {
  connectPush,
  PushError,
  type CallEnd,
  type PushClient,
  type Registered,
} from '../rpc/push-client.ts';
import type { Lane } from './lane.ts';
import { PushSession } from './push-session.ts';
import { configOf, registrationOf, type WorkerIdentity } from './worker-identity.ts';

export interface PusherOptions {
  readonly endpoint: string;
  /** As in `PushServer`. */
  readonly authority: string;
  readonly identity: WorkerIdentity;
  readonly lanes: readonly Lane[];
  /** A sentence for whoever runs the command. */
  readonly say: (sentence: string) => void;
}

type Outcome = 'worked' | 'failed' | 'full';

const registerTimeoutMs = 5_000;
const away = { firstMs: 200, mostMs: 5_000 };
const full = { firstMs: 1_000, mostMs: 30_000 };
/** Once the command has ended. */
const hurriedMs = 1_000;
/** A server that has never answered is waited for so long after the command's end, and no longer. */
const strangerMs = 2_000;
/** Of the time for flushing, what is kept for telling the server how many lines will be missing. */
const farewellShare = 0.1;

const refusals = new Set(['UNAUTHENTICATED', 'PERMISSION_DENIED', 'UNIMPLEMENTED', 'INVALID_ARGUMENT']);

export class Pusher {
  readonly #options: PusherOptions;
  readonly #over = new AbortController();
  readonly #finishing = new AbortController();
  readonly #settled = Promise.withResolvers<void>();
  #session: PushSession | undefined;
  #knowsServer = false;
  #gaveUp = false;
  /** What was said of TLS last. */
  #saidOfTls = '';

  constructor(options: PusherOptions) {
    this.#options = options;
  }

  /** Resolves when there is nothing left to do or to hope for. */
  async run(): Promise<void> {
    for (let fails = 0; !this.#isOver();) {
      // oxlint-disable-next-line no-await-in-loop -- one connection after the other
      const outcome = await this.#attempt();
      // Whoever has never answered will hardly do so in the seconds after the command's end.
      if (this.#isOver() || (this.#finishing.signal.aborted && !this.#knowsServer)) break;
      fails = outcome === 'worked' ? 0 : fails + 1;
      // oxlint-disable-next-line no-await-in-loop -- the rest between two
      await this.#rest(outcome, fails);
    }
    this.#settled.resolve();
  }

  /** There is more to send. */
  wake(): void {
    this.#session?.pump();
  }

  /**
   * After the last line: waits until all is delivered, at most so long.
   *
   * @returns how many lines were not; of them untold, what the server has not even a gap record of
   */
  async finish(withinMs: number): Promise<{ readonly undelivered: number; readonly untold: number }> {
    const { lanes } = this.#options;
    const timers = [
      setTimeout(() => this.#over.abort(), withinMs),
      setTimeout(() => this.#sayFarewell(), withinMs * (1 - farewellShare)),
      setTimeout(() => this.#knowsServer || this.#over.abort(), strangerMs),
    ];
    this.#finishing.abort();
    this.wake();
    await this.#settled.promise;
    for (const timer of timers) clearTimeout(timer);
    const sum = (of: (lane: Lane) => number) => lanes.reduce((lines, lane) => lines + of(lane), 0);
    return { undelivered: sum((lane) => lane.undelivered), untold: sum((lane) => lane.untold) };
  }

  /** Leaves at once, whatever is undelivered. */
  abandon(): void {
    this.#over.abort();
  }

  async #attempt(): Promise<Outcome> {
    const { endpoint, authority, identity } = this.#options;
    let client: PushClient | undefined;
    const cut = () => client?.close();
    this.#over.signal.addEventListener('abort', cut, { once: true });
    try {
      client = connectPush({ address: endpoint, token: identity.token, authority });
      const registered = await client.register(registrationOf(identity, endpoint), registerTimeoutMs);
      return await this.#serve(client, registered);
    } catch (error) {
      if (!(error instanceof PushError)) throw error;
      return this.#failed(error);
    } finally {
      this.#over.signal.removeEventListener('abort', cut);
      cut();
    }
  }

  async #serve(client: PushClient, registered: Registered): Promise<Outcome> {
    this.#knowsServer = true;
    switch (registered.status) {
      case 'SERVER_FULL':
        return 'full';
      case 'INVALID_REQUEST':
        return this.#failed({ code: 'INVALID_ARGUMENT', message: registered.message });
      case 'SUCCESS':
      case 'ALREADY_REGISTERED':
        return await this.#push(client, registered);
    }
  }

  async #push(client: PushClient, registered: Registered): Promise<Outcome> {
    const { identity, lanes } = this.#options;
    const answered = () => lanes.reduce((sum, { counts }) => sum + counts.acked + counts.dropped, 0);
    const before = answered();
    const session = new PushSession({
      identity,
      lanes,
      client,
      config: configOf(registered.config),
      mayEnd: () => this.#finishing.signal.aborted,
    });
    this.#session = session;
    this.#over.signal.addEventListener('abort', () => session.stop(), { once: true });
    const end = await session.run();
    this.#session = undefined;
    if (end.code !== 'OK') this.#failed(end);
    return answered() > before ? 'worked' : 'failed';
  }

  #failed({ code, message, tls }: CallEnd): 'failed' {
    if (tls !== undefined) this.#sayOfTls(tls);
    if (!refusals.has(code) || this.#isOver()) return 'failed';
    this.#gaveUp = true;
    const { endpoint, lanes, say } = this.#options;
    for (const { backlog } of lanes) backlog.close();
    say(`${endpoint} takes no lines (${code}: ${message}); going on without it`);
    return 'failed';
  }

  /** Tried again all the same: the certificate may be replaced. One that has answered just ends, or begins. */
  #sayOfTls(what: string): void {
    if (this.#knowsServer || what === this.#saidOfTls) return;
    this.#saidOfTls = what;
    const { endpoint, authority, say } = this.#options;
    const check =
      authority === '' ? 'OTTO_LOG_CA, which is not set' : 'OTTO_LOG_CA, which says whom to trust';
    say(`${endpoint} ${what}: check ${check}; the command goes on, and its lines wait for a better answer`);
  }

  /** What will not get through any more is told as missing while there is time for that. */
  #sayFarewell(): void {
    for (const { backlog } of this.#options.lanes) backlog.dropAll();
    this.wake();
  }

  #isOver(): boolean {
    const isDone = this.#finishing.signal.aborted && this.#options.lanes.every(({ isDone: done }) => done);
    return isDone || this.#gaveUp || this.#over.signal.aborted;
  }

  /** Cut short when the command ends: then every moment counts. */
  async #rest(outcome: Outcome, fails: number): Promise<void> {
    const isHurried = this.#finishing.signal.aborted;
    const { firstMs, mostMs } = outcome === 'full' ? full : away;
    const ms = Math.min(isHurried ? hurriedMs : mostMs, firstMs * 2 ** Math.max(0, fails - 1));
    const ends = isHurried ? [this.#over.signal] : [this.#over.signal, this.#finishing.signal];
    const signal = AbortSignal.any(ends);
    await pause(ms * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
  }
}
