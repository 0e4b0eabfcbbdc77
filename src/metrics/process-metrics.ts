/** The process itself, and who it is. */
import { collectDefaultMetrics, type Registry } from 'prom-client';
import { gaugeAtScrape } from './read-at-scrape.ts';

export interface ProcessSource {
  readonly version: string;
  readonly leads: () => boolean;
  readonly epoch: () => number;
}

/** Gauges that are named like counters, which promtool refuses; the same is shown by others of their family. */
const misnamed = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

export function processMetrics(registry: Registry, { version, leads, epoch }: ProcessSource): void {
  collectDefaultMetrics({ register: registry });
  for (const name of misnamed) registry.removeSingleMetric(name);
  gaugeAtScrape(registry, {
    name: 'ottoscaler_build_info',
    help: 'Always 1; the version is its label.',
    labelNames: ['version'],
    read: (show) => show({ version }, 1),
  });
  gaugeAtScrape(registry, {
    name: 'ottoscaler_leader',
    help: '1 while this process leads; without election it always does.',
    read: (show) => show({}, leads() ? 1 : 0),
  });
  gaugeAtScrape(registry, {
    name: 'ottoscaler_leader_epoch',
    help: 'How often leadership has changed hands; 0 without election.',
    read: (show) => show({}, epoch()),
  });
}
