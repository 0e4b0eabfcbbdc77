/** The port on Redis' commands: two connections each time, since what reads blocks its own. */
import {
  StreamError,
  type Delivery,
  type Entry,
  type EventStream,
  type EventStreams,
} from './event-stream.ts';
import type { Argument, RedisConnection } from './redis-connection.ts';
import { deliveriesOf, entriesOf, entriesRead, fieldsOf, listOf, textOf } from './replies.ts';

export interface StreamNames {
  readonly stream: string;
  readonly group: string;
  /** Of this process alone. */
  readonly consumer: string;
  readonly deadLetters: string;
}

/** The dead-letter stream is cut to about so many. */
const deadLettersMax = 100_000;

export function redisStreams(connect: () => Promise<RedisConnection>, names: StreamNames): EventStreams {
  return {
    connect: async () => {
      const reader = await connect();
      try {
        return new RedisStream(names, reader, await connect());
      } catch (error) {
        reader.close();
        throw error;
      }
    },
  };
}

export class RedisStream implements EventStream {
  readonly #names: StreamNames;
  readonly #reader: RedisConnection;
  readonly #redis: RedisConnection;
  /** How far the pending list was looked through. */
  #cursor: Argument = '0-0';

  constructor(names: StreamNames, reader: RedisConnection, redis: RedisConnection) {
    this.#names = names;
    this.#reader = reader;
    this.#redis = redis;
  }

  async createGroup(): Promise<void> {
    const { stream, group } = this.#names;
    try {
      await this.#redis.ask('XGROUP', 'CREATE', stream, group, '0', 'MKSTREAM');
    } catch (error) {
      if (!(error instanceof StreamError) || !error.message.startsWith('BUSYGROUP')) throw error;
    }
  }

  async read(countMax: number, blockMs: number): Promise<readonly Delivery[]> {
    const { stream, group, consumer } = this.#names;
    const limits = ['COUNT', String(countMax), 'BLOCK', String(blockMs)];
    const reply = await this.#reader.ask(
      'XREADGROUP',
      'GROUP',
      group,
      consumer,
      ...limits,
      'STREAMS',
      stream,
      '>',
    );
    return entriesRead(reply).map((entry) => ({ entry, deliveries: 1 }));
  }

  async recall(held: ReadonlySet<string>, countMax: number): Promise<readonly Delivery[]> {
    const { stream, group, consumer } = this.#names;
    const known = await this.#redis.ask(
      'XPENDING',
      stream,
      group,
      '-',
      '+',
      String(held.size + countMax),
      consumer,
    );
    const before = deliveriesOf(known);
    const ids = [...before.keys()].filter((id) => !held.has(id)).slice(0, countMax);
    if (ids.length === 0) return [];
    const entries = entriesOf(await this.#redis.ask('XCLAIM', stream, group, consumer, '0', ...ids));
    return entries.map((entry) => ({ entry, deliveries: (before.get(entry.id) ?? 0) + 1 }));
  }

  async claim(minIdleMs: number, countMax: number) {
    const { stream, group, consumer } = this.#names;
    const range = [String(minIdleMs), this.#cursor, 'COUNT', String(countMax)];
    const reply = listOf(await this.#redis.ask('XAUTOCLAIM', stream, group, consumer, ...range));
    this.#cursor = textOf(reply[0]) || '0-0';
    const entries = entriesOf(reply[1]);
    const deliveries = await Promise.all(entries.map((entry) => this.#counted(entry)));
    return { deliveries, trimmed: listOf(reply[2]).length };
  }

  async renew(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const { stream, group, consumer } = this.#names;
    await this.#redis.ask('XCLAIM', stream, group, consumer, '0', ...ids, 'JUSTID');
  }

  async charge(id: string, deliveries: number): Promise<void> {
    const { stream, group, consumer } = this.#names;
    const counted = ['RETRYCOUNT', String(deliveries), 'JUSTID'];
    await this.#redis.ask('XCLAIM', stream, group, consumer, '0', id, ...counted);
  }

  async acknowledge(id: string): Promise<void> {
    await this.#redis.ask('XACK', this.#names.stream, this.#names.group, id);
  }

  async bury(fields: Parameters<EventStream['bury']>[0]): Promise<void> {
    const limit = ['MAXLEN', '~', String(deadLettersMax)];
    await this.#redis.ask('XADD', this.#names.deadLetters, ...limit, '*', ...fields.flat());
  }

  async measure() {
    const { stream, group } = this.#names;
    const groups = listOf(await this.#redis.ask('XINFO', 'GROUPS', stream)).map(fieldsOf);
    const ours = groups.find((fields) => textOf(fields.get('name')) === group);
    const lag = ours?.get('lag');
    return { lag: typeof lag === 'number' ? lag : undefined, pending: Number(ours?.get('pending') ?? 0) };
  }

  close(): void {
    this.#reader.close();
    this.#redis.close();
  }

  async #counted(entry: Entry): Promise<Delivery> {
    const { stream, group } = this.#names;
    const known = deliveriesOf(await this.#redis.ask('XPENDING', stream, group, entry.id, entry.id, '1'));
    return { entry, deliveries: known.get(entry.id) ?? 1 };
  }
}
