/**
 * The simulation's Redis answers as a real redis-server does: any commands of those that the reader of events says, in any
 * order, are said to both.
 */
import { fc, test } from '@fast-check/vitest';
import { afterAll, describe, expect } from 'vitest';
import { perform, type Argument } from '../simulation/model/redis/stream-commands.ts';
import type { Keyspace } from '../simulation/model/redis/stream-key.ts';
import { startRedisServer } from '../support/redis-server.ts';

const redis = await startRedisServer();
const connection = await redis.connect();

afterAll(async () => {
  connection.close();
  await redis[Symbol.asyncDispose]();
});

/** Where an entry's id has to stand: that of the n-th that was added. */
type Word = string | { readonly entry: number };

/** The other one has no entry. */
const stream = fc.constantFrom('events', 'events', 'others');
const consumer = fc.constantFrom('one', 'two');
const entry = fc.record({ entry: fc.nat({ max: 5 }) });
const minIdle = fc.constantFrom('0', '3600000');
const count = fc.constantFrom('1', '2', '10');
const words = (...parts: ReadonlyArray<fc.Arbitrary<Word> | string>): fc.Arbitrary<readonly Word[]> =>
  fc.tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part)));

const commands: fc.Arbitrary<readonly Word[]> = fc.oneof(
  { weight: 4, arbitrary: words('XADD', 'events', '*', 'type', 'scale_up') },
  { weight: 1, arbitrary: words('XADD', 'events', 'MAXLEN', '~', '100000', '*', 'type', 'x', 'type', 'y') },
  { weight: 2, arbitrary: words('XGROUP', 'CREATE', stream, 'g', fc.constantFrom('0', '$'), 'MKSTREAM') },
  { weight: 1, arbitrary: words('XGROUP', 'DESTROY', 'events', 'g') },
  {
    weight: 5,
    arbitrary: words('XREADGROUP', 'GROUP', 'g', consumer, 'COUNT', count, 'STREAMS', stream, '>'),
  },
  { weight: 3, arbitrary: words('XPENDING', stream, 'g', '-', '+', count, consumer) },
  { weight: 2, arbitrary: words('XPENDING', stream, 'g', entry, entry, '1') },
  { weight: 3, arbitrary: words('XCLAIM', stream, 'g', consumer, minIdle, entry, entry) },
  { weight: 2, arbitrary: words('XCLAIM', stream, 'g', consumer, '0', entry, 'JUSTID') },
  { weight: 2, arbitrary: words('XCLAIM', stream, 'g', consumer, '0', entry, 'RETRYCOUNT', '4', 'JUSTID') },
  { weight: 4, arbitrary: words('XAUTOCLAIM', stream, 'g', consumer, minIdle, '0-0', 'COUNT', count) },
  { weight: 1, arbitrary: words('XAUTOCLAIM', stream, 'g', consumer, '0', entry, 'COUNT', count) },
  { weight: 3, arbitrary: words('XACK', stream, 'g', entry) },
  { weight: 3, arbitrary: words('XINFO', 'GROUPS', stream) },
);

type Server = (command: readonly Argument[]) => Promise<unknown>;

/** One server's replies, with its entries' ids as their numbers. */
class Replies {
  readonly #server: Server;
  readonly #ids: string[] = [];

  constructor(server: Server) {
    this.#server = server;
  }

  async to(command: readonly Word[]): Promise<unknown> {
    // Where there is none yet it is one that never was.
    const said = command.map((word) =>
      typeof word === 'string' ? word : (this.#ids[word.entry] ?? `${word.entry + 1}-7`),
    );
    try {
      const reply = await this.#server(said);
      if (command[0] === 'XADD') this.#ids.push(String(reply));
      if (command[0] === 'XINFO') return this.#groups(reply);
      return command[0] === 'XPENDING' ? this.#pending(reply) : this.#named(reply);
    } catch (error) {
      return error instanceof Error ? error.message : error;
    }
  }

  #named(reply: unknown): unknown {
    if (Array.isArray(reply)) return reply.map((one) => this.#named(one));
    const text = Buffer.isBuffer(reply) ? String(reply) : reply;
    const at = this.#ids.indexOf(String(text));
    return at < 0 ? text : `entry ${at}`;
  }

  /** How long they were left alone is not compared. */
  #pending(reply: unknown): unknown {
    return (reply as unknown[][]).map(([id, whose, , deliveries]) => [this.#named([id, whose]), deliveries]);
  }

  #groups(reply: unknown): unknown {
    const compared = new Set(['name', 'pending', 'last-delivered-id']);
    return (reply as unknown[][]).map((group) => {
      const pairs = group.flatMap((name, at) =>
        at % 2 === 0 && compared.has(String(name))
          ? [[String(name), this.#named(group[at + 1])] as const]
          : [],
      );
      return Object.fromEntries(pairs);
    });
  }
}

describe('the Redis of the simulation', () => {
  test.prop([fc.array(commands, { minLength: 5, maxLength: 60 })], { numRuns: 150 })(
    'answers whatever is said to it as a redis-server does',
    async (said) => {
      await connection.ask('FLUSHALL');
      const keys: Keyspace = new Map();
      const real = new Replies((command) => connection.ask(...command));
      const model = new Replies((command) => Promise.try(() => perform(keys, command, Date.now())));
      for (const command of said) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        expect([command, await model.to(command)]).toEqual([command, await real.to(command)]);
      }
    },
  );
});
