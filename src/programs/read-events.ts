/** Scale events from Redis, where REDIS_HOST says so: begun once this process leads and its pool serves. */
import { hostname } from 'node:os';
import type { Log } from '../actors/ports.ts';
import type { Settings } from '../config/settings.ts';
import { EventConsumer } from '../redis/consumer.ts';
import { placeOf } from '../redis/redis-place.ts';
import { redisStreams } from '../redis/redis-streams.ts';
import type { PoolPort } from '../rpc/services/pool-port.ts';
import { scaleDown, scaleUp } from '../rpc/services/scale.ts';
import type { Limits } from '../rpc/validate/limits.ts';
import { systemClock, systemRandom } from './clock.ts';

export interface EventReading {
  /** Takes no more events; what is under way has so long to be acknowledged. */
  close(withinMs: number): Promise<void>;
}

const none: EventReading = { close: () => Promise.resolve() };

export function readEvents(
  settings: Settings,
  { pool, limits, log }: { readonly pool: PoolPort; readonly limits: Limits; readonly log: Log },
): EventReading {
  if (settings.REDIS_HOST === '') return none;
  const deps = { pool, limits, now: () => systemClock.now() };
  const consumer = new EventConsumer(
    {
      streams: redisStreams(placeOf(settings), {
        stream: settings.REDIS_STREAM,
        group: settings.REDIS_GROUP,
        consumer: settings.REDIS_CONSUMER || settings.OTTO_IDENTITY || hostname(),
        deadLetters: settings.REDIS_DEAD_LETTERS,
      }),
      calls: { up: scaleUp(deps), down: scaleDown(deps) },
      clock: systemClock,
      random: systemRandom,
      log,
    },
    { stream: settings.REDIS_STREAM, minIdleMs: settings.REDIS_CLAIM_SECONDS * 1_000 },
  );
  const look = () => {
    if (!pool.ref.getSnapshot().hasTag('serving')) return;
    subscription.unsubscribe();
    consumer.begin();
  };
  const subscription = pool.ref.subscribe({ next: look });
  return {
    close(withinMs) {
      subscription.unsubscribe();
      return consumer.close(withinMs);
    },
  };
}
