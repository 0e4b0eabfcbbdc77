/** The adapter and the consumer above it, on a real redis-server that is killed, flushed and protected. */
import { describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../src/programs/clock.ts';
import { EventConsumer } from '../../src/redis/consumer.ts';
import { connectRedis } from '../../src/redis/redis-connection.ts';
import { redisStreams, type StreamNames } from '../../src/redis/redis-streams.ts';
import type { ScaleCall } from '../../src/rpc/services/scale.ts';
import { startRedisServer, type RedisServer, type RedisServerOptions } from '../support/redis-server.ts';
import { until } from '../support/until.ts';

const stream = 'events';
const names = (consumer: string): StreamNames => ({ stream, group: 'g', consumer, deadLetters: 'dead' });

async function redisServer(options: RedisServerOptions = {}): Promise<RedisServer> {
  const redis = await startRedisServer(options);
  onTestFinished(() => redis[Symbol.asyncDispose]());
  return redis;
}

/** A consumer before a ledger that takes everything, once per key. */
function consumerOn(redis: RedisServer, minIdleMs = 60_000) {
  const ledger = new Map<string, number>();
  const logged: object[] = [];
  const write = (fields: object, message: string) => void logged.push({ ...fields, message });
  const take: ScaleCall = (request) => {
    const key = `${request.task_id} ${request.metadata['request_id'] ?? ''}`;
    const isKnown = ledger.has(key);
    ledger.set(key, (ledger.get(key) ?? 0) + 1);
    return Promise.resolve({ status: isKnown ? 'ALREADY_PROCESSED' : 'SUCCESS' });
  };
  const consumer = new EventConsumer(
    {
      streams: redisStreams(redis.connect, names('one')),
      calls: { up: take, down: take },
      clock: systemClock,
      random: () => 0.5,
      log: { debug: write, info: write, warn: write, error: write },
    },
    { stream, minIdleMs },
  );
  consumer.begin();
  onTestFinished(() => consumer.close(0));
  return { consumer, ledger, logged };
}

const add = (redis: RedisServer, taskId: string, ...fields: (string | Buffer)[]) =>
  redis.ask('XADD', stream, '*', 'type', 'scale_up', 'pod_count', '1', 'task_id', taskId, ...fields);

async function pending(redis: RedisServer): Promise<unknown> {
  return ((await redis.ask('XPENDING', stream, 'g')) as unknown[])[0];
}

const connected = ({ consumer }: { readonly consumer: EventConsumer }) =>
  until('a connection to Redis', () => consumer.counts.isConnected);

test(
  'an event reaches the ledger and is acknowledged; what is malformed is buried byte by byte',
  { tags: ['F50'] },
  async () => {
    const redis = await redisServer();
    const reading = consumerOn(redis);
    await connected(reading);
    await add(redis, 't1');
    const bytes = Buffer.of(0xff, 0x00, 0xfe);
    await add(redis, 't2', 'reason', bytes);
    await until(
      'both to be over',
      () => reading.ledger.size === 1 && reading.consumer.counts.deadLettered === 1,
    );
    await until('nothing pending', async () => (await pending(redis)) === 0);
    const raw = await redis.connect();
    const letters = (await raw.ask('XRANGE', 'dead', '-', '+')) as [id: Buffer, fields: Buffer[]][];
    const letter = letters[0]?.[1] ?? [];
    raw.close();
    expect(letter.at(-1)).toEqual(bytes);
    expect(letter.map(String)).toContain('"reason": is not UTF-8');
  },
);

test('a Redis that is killed and comes back loses no event and repeats none', { tags: ['F46'] }, async () => {
  const redis = await redisServer();
  const reading = consumerOn(redis);
  await connected(reading);
  for (const round of [1, 2]) {
    await add(redis, `before-${round}`);
    await redis.kill();
    await until('the loss to be noticed', () => !reading.consumer.counts.isConnected);
    await redis.start();
    await add(redis, `after-${round}`);
    await until('both events', () => reading.ledger.size === 2 * round);
  }
  await until('nothing pending', async () => (await pending(redis)) === 0);
  expect([...reading.ledger.values()]).toEqual([1, 1, 1, 1]);
});

test('a Redis that is not there yet is waited for', { tags: ['F46'] }, async () => {
  const redis = await redisServer();
  await redis.kill();
  const reading = consumerOn(redis);
  await until('the first try', () => reading.logged.length > 0);
  await redis.start();
  await add(redis, 't');
  await until('the event', () => reading.ledger.size === 1);
  expect(reading.consumer.counts.accepted).toBe(1);
});

test.each(['FLUSHALL', 'XGROUP DESTROY events g', 'DEL events'])(
  'after %s, also while it waits for events, the group is made again from the beginning',
  { tags: ['F48'] },
  async (command) => {
    const redis = await redisServer();
    const reading = consumerOn(redis);
    await connected(reading);
    await add(redis, 't1');
    await until('the first event', () => reading.ledger.size === 1);
    await redis.ask(...command.split(' '));
    await add(redis, 't2');
    await until('the second event', () => reading.ledger.size === 2);
    await until('nothing pending', async () => (await pending(redis)) === 0);
    expect(reading.consumer.counts.groupsHealed).toBe(1);
  },
);

test('what a dead consumer left is taken over', { tags: ['G6', 'I10'] }, async () => {
  const redis = await redisServer();
  await redis.ask('XGROUP', 'CREATE', stream, 'g', '0', 'MKSTREAM');
  await add(redis, 't');
  await redis.ask('XREADGROUP', 'GROUP', 'g', 'dead', 'STREAMS', stream, '>');
  const reading = consumerOn(redis, 300);
  await until('the event', () => reading.ledger.size === 1);
  await until('nothing pending', async () => (await pending(redis)) === 0);
  expect(reading.consumer.counts.claimed).toBe(1);
});

test('what this consumer had before a kill is taken up at once, and counted as another delivery', async () => {
  const redis = await redisServer();
  const streams = redisStreams(redis.connect, names('one'));
  const first = await streams.connect();
  await first.createGroup();
  await add(redis, 't');
  expect(await first.read(10, 10)).toMatchObject([{ deliveries: 1 }]);
  first.close();
  const second = await streams.connect();
  onTestFinished(() => second.close());
  const [again] = await second.recall(new Set(), 10);
  expect(again?.deliveries).toBe(2);
  const id = again?.entry.id ?? '';
  expect(await second.recall(new Set([id]), 10)).toEqual([]);
  await second.charge(id, 4);
  await second.renew([id]);
  expect(await second.claim(0, 10)).toMatchObject({ deliveries: [{ deliveries: 5 }], trimmed: 0 });
  expect(await second.measure()).toEqual({ lag: 0, pending: 1 });
});

test('an entry that was trimmed while it was pending is told and is pending no longer', async () => {
  const redis = await redisServer();
  const streams = redisStreams(redis.connect, names('one'));
  const connection = await streams.connect();
  onTestFinished(() => connection.close());
  await connection.createGroup();
  await add(redis, 't');
  await connection.read(10, 10);
  await redis.ask('XTRIM', stream, 'MAXLEN', '0');
  expect(await connection.claim(0, 10)).toEqual({ deliveries: [], trimmed: 1 });
  expect(await pending(redis)).toBe(0);
});

describe('a Redis with a password', () => {
  const password = 'canary-of-a-password';

  test('is read with it', async () => {
    const redis = await redisServer({ password });
    const reading = consumerOn(redis);
    await add(redis, 't');
    await until('the event', () => reading.ledger.size === 1);
    expect(reading.consumer.counts.isConnected).toBe(true);
  });

  test('says no without it, and it is in no log', { tags: ['I13'] }, async () => {
    const redis = await redisServer({ password: `${password}-of-the-server` });
    const wrong = { ...redis, connect: () => connectRedis({ ...redis.place, password }) };
    const reading = consumerOn(wrong);
    await until('a refusal', () => reading.logged.length > 0);
    expect(JSON.stringify(reading.logged)).toMatch(/WRONGPASS/);
    expect(JSON.stringify(reading.logged)).not.toContain(password);
    await expect(redisStreams(wrong.connect, names('one')).connect()).rejects.toMatchObject({
      fault: 'refused',
    });
  });
});
