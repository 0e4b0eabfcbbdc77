/** Scale events from Redis; nothing of it is there where REDIS_HOST is empty. */
import type { Registry } from 'prom-client';
import type { EventCounts } from '../redis/counts.ts';
import { counterAtScrape, gaugeAtScrape, type Show } from './read-at-scrape.ts';

export function redisMetrics(registry: Registry, counts: () => EventCounts | undefined): void {
  counterAtScrape(registry, {
    name: 'ottoscaler_redis_events_total',
    help: 'Events by what became of them: accepted = carried out because of this process, replayed = the ledger had them, dead_lettered, trimmed = gone before they were acknowledged.',
    labelNames: ['result'],
    read: (show) => {
      const all = counts();
      if (!all) return;
      show({ result: 'accepted' }, all.accepted);
      show({ result: 'replayed' }, all.replayed);
      show({ result: 'dead_lettered' }, all.deadLettered);
      show({ result: 'trimmed' }, all.trimmed);
    },
  });
  counterAtScrape(registry, {
    name: 'ottoscaler_redis_redeliveries_total',
    help: 'Events that were taken up again: claimed from a consumer that let go, recalled after a loss of ours, or retried after an answer that decides nothing.',
    labelNames: ['why'],
    read: (show) => {
      const all = counts();
      if (!all) return;
      show({ why: 'claimed' }, all.claimed);
      show({ why: 'recalled' }, all.recalled);
      show({ why: 'retried' }, all.retried);
    },
  });
  const shown = (read: (all: EventCounts) => number | undefined) => (show: Show<never>) => {
    const all = counts();
    const value = all && read(all);
    if (value !== undefined) show({}, value);
  };
  counterAtScrape(registry, {
    name: 'ottoscaler_redis_connections_total',
    help: 'Connections to Redis that came about.',
    read: shown(({ connections }) => connections),
  });
  counterAtScrape(registry, {
    name: 'ottoscaler_redis_groups_healed_total',
    help: 'Consumer groups that were gone and were made again.',
    read: shown(({ groupsHealed }) => groupsHealed),
  });
  gaugeAtScrape(registry, {
    name: 'ottoscaler_redis_connected',
    help: '1 while Redis is there. Readiness does not depend on it.',
    read: shown(({ isConnected }) => (isConnected ? 1 : 0)),
  });
  gaugeAtScrape(registry, {
    name: 'ottoscaler_redis_lag_entries',
    help: 'Entries of the stream that no consumer was handed yet, as of the last look; absent where Redis does not know.',
    read: shown(({ lag }) => lag),
  });
  gaugeAtScrape(registry, {
    name: 'ottoscaler_redis_pending_entries',
    help: 'Entries that were handed out and are not acknowledged, as of the last look.',
    read: shown(({ pending }) => pending),
  });
}
