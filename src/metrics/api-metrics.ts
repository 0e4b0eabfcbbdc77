/** Calls of the API server, and the watch of Pods. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { ApiListener } from '../cluster/kubernetes/api-listener.ts';
import { gaugeAtScrape } from './read-at-scrape.ts';

const isWrite: ReadonlySet<string> = new Set(['create', 'update', 'delete']);

const writeResults = ['written', 'conflict', 'failed'] as const;

function resultOf(status: number): (typeof writeResults)[number] {
  if (status === 409) return 'conflict';
  return status >= 200 && status < 300 ? 'written' : 'failed';
}

/** @param nowMs monotonic */
export function apiMetrics(registry: Registry, nowMs: () => number): ApiListener {
  const registers = [registry];
  const requests = new Counter({
    name: 'ottoscaler_api_requests_total',
    help: 'Requests to the API server by verb, resource and status; none = no answer came, or we stopped waiting.',
    labelNames: ['verb', 'resource', 'code'],
    registers,
  });
  const seconds = new Histogram({
    name: 'ottoscaler_api_request_seconds',
    help: 'From sending a request to the end of its answer; of watches and logs until it begins.',
    labelNames: ['verb', 'resource'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  const ledgerWrites = new Counter({
    name: 'ottoscaler_ledger_writes_total',
    help: 'Writes of ledgers: written, conflict (another writer was first, so it is made again), or failed.',
    labelNames: ['result'],
    registers,
  });
  // What increases from nothing does not increase for Prometheus: the first failure would alarm nobody.
  for (const result of writeResults) ledgerWrites.inc({ result }, 0);
  const lists = new Counter({
    name: 'ottoscaler_watch_lists_total',
    help: 'How often all Pods were listed: once at the start, and again whenever the watch could not go on.',
    registers,
  });
  const breaks = new Counter({
    name: 'ottoscaler_watch_breaks_total',
    help: 'How often the watch of Pods was lost.',
    registers,
  });
  const healthy = new Gauge({
    name: 'ottoscaler_watch_healthy',
    help: '1 while the watch of Pods brings what happens.',
    registers,
  });
  let heardMs: number | undefined;
  gaugeAtScrape(registry, {
    name: 'ottoscaler_watch_silence_seconds',
    help: 'Since the watch of Pods last brought something, or was shown to be quiet and complete; absent before.',
    read: (show) => {
      if (heardMs !== undefined) show({}, (nowMs() - heardMs) / 1_000);
    },
  });
  return {
    called: ({ verb, resource, status, tookMs }) => {
      requests.inc({ verb, resource, code: status === 0 ? 'none' : String(status) });
      seconds.observe({ verb, resource }, tookMs / 1_000);
      if (resource === 'configmaps' && isWrite.has(verb)) ledgerWrites.inc({ result: resultOf(status) });
    },
    listed: () => lists.inc(),
    heard: () => {
      heardMs = nowMs();
      healthy.set(1);
    },
    broke: () => {
      breaks.inc();
      healthy.set(0);
    },
  };
}
