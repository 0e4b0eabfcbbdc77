/** What is measured of this process, and where Prometheus reads it: /metrics of the HTTP port. */
import type { HttpRoute } from '../http/server.ts';
import { capacityDrift } from '../machines/pool/facts.ts';
import { Metrics } from '../metrics/metrics.ts';
import type { OutputSource } from '../metrics/output-metrics.ts';
import type { EventCounts } from '../redis/counts.ts';
import type { PoolFace } from '../recording/recorder.ts';
import type { Leadership } from './lead.ts';
import { systemClock } from './clock.ts';
import { versions } from './versions.ts';

const lookEveryMs = 1_000;

export interface Measured {
  readonly pool: Pick<PoolFace, 'getSnapshot'>;
  readonly leadership: Pick<Leadership, 'fence' | 'standsBy'>;
  readonly output: OutputSource;
  readonly redis: () => EventCounts | undefined;
}

export function newMetrics(): Metrics {
  return new Metrics({ monotonicMs: () => performance.now(), wallMs: () => systemClock.now() });
}

/** @returns what Prometheus reads from */
export function measure(metrics: Metrics, { pool, leadership, output, redis }: Measured): HttpRoute {
  metrics.read({
    snapshot: () => pool.getSnapshot(),
    drift: ({ context }) => capacityDrift(context.registry),
    output,
    redis,
    version: versions()['ottoscaler'] ?? 'unknown',
    leads: () => leadership.standsBy() === undefined,
    epoch: () => leadership.fence.epoch,
  });
  setInterval(() => metrics.lookAtLine(pool.getSnapshot().context.registry.waiting), lookEveryMs).unref();
  return {
    method: 'GET',
    path: '/metrics',
    handle: async (_request, response) => {
      const text = await metrics.scrape();
      response.writeHead(200, { 'content-type': metrics.contentType }).end(text);
    },
  };
}
