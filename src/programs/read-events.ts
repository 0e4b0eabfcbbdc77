/** Scale events from Redis, where REDIS_HOST says so: begun once this process leads and its pool serves. */
import { hostname } from 'node:os';
import type { Clock, Log, Random } from '../actors/ports.ts';
import type { Settings } from '../config/settings.ts';
import { EventConsumer, type ConsumerPolicy } from '../redis/consumer.ts';
import type { EventCounts } from '../redis/counts.ts';
import type { EventStreams } from '../redis/event-stream.ts';
import type { RedisConnection } from '../redis/redis-connection.ts';
import { placeOf, type RedisPlace } from '../redis/redis-place.ts';
import { redisStreams } from '../redis/redis-streams.ts';
import type { PoolPort } from '../rpc/services/pool-port.ts';
import { scaleDown, scaleUp } from '../rpc/services/scale.ts';
import type { Limits } from '../rpc/validate/limits.ts';
import { systemClock, systemRandom } from './clock.ts';

export interface EventReading {
  /** Undefined where no Redis is read. */
  readonly counts: EventCounts | undefined;
  /** Takes no more events; what is under way has so long to be acknowledged. */
  close(withinMs: number): Promise<void>;
}

/** What an event becomes a command of. */
interface Door {
  readonly pool: PoolPort;
  readonly limits: Limits;
  readonly log: Log;
}

interface Reading extends Door {
  readonly streams: EventStreams;
  readonly clock: Clock;
  readonly random: Random;
}

const none: EventReading = { counts: undefined, close: () => Promise.resolve() };

export function readEvents(settings: Settings, door: Door): EventReading {
  if (settings.REDIS_HOST === '') return none;
  const place = placeOf(settings);
  const streams = redisStreams(() => connect(place), {
    stream: settings.REDIS_STREAM,
    group: settings.REDIS_GROUP,
    consumer: settings.REDIS_CONSUMER || settings.OTTO_IDENTITY || hostname(),
    deadLetters: settings.REDIS_DEAD_LETTERS,
  });
  return readStream(
    { ...door, streams, clock: systemClock, random: systemRandom },
    { stream: settings.REDIS_STREAM, minIdleMs: settings.REDIS_CLAIM_SECONDS * 1_000 },
  );
}

/** Its client is loaded by those who have a Redis: it costs others a tenth of their start. */
async function connect(place: RedisPlace): Promise<RedisConnection> {
  const { connectRedis } = await import('../redis/redis-connection.ts');
  return await connectRedis(place);
}

/** The same over any stream, in any time. */
export function readStream(
  { pool, limits, streams, clock, random, log }: Reading,
  policy: ConsumerPolicy,
): EventReading {
  const deps = { pool, limits, now: () => clock.now() };
  const calls = { up: scaleUp(deps), down: scaleDown(deps) };
  const consumer = new EventConsumer({ streams, calls, clock, random, log }, policy);
  const look = () => {
    if (!pool.ref.getSnapshot().hasTag('serving')) return;
    subscription.unsubscribe();
    consumer.begin();
  };
  const subscription = pool.ref.subscribe({ next: look });
  return {
    counts: consumer.counts,
    close(withinMs) {
      subscription.unsubscribe();
      return consumer.close(withinMs);
    },
  };
}
