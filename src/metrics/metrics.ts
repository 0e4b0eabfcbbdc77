/**
 * All that Ottoscaler measures of itself, for Prometheus (docs/metrics.md).
 *
 * Labels are few and fixed: no task, no worker, nothing that a caller chooses. What there is a number of anyway is read
 * when it is asked for; what takes time is observed where it happens, beside the charts.
 */
import { Registry } from 'prom-client';
import { allOf, type Observer } from '../actors/observer.ts';
import type { ApiListener } from '../cluster/kubernetes/api-listener.ts';
import type { EventCounts } from '../redis/counts.ts';
import { admissionMetrics } from './admission-metrics.ts';
import { apiMetrics } from './api-metrics.ts';
import { effectMetrics } from './effect-metrics.ts';
import { answerMetrics, outputMetrics, type OutputSource } from './output-metrics.ts';
import { poolMetrics, type PoolSource } from './pool-metrics.ts';
import { processMetrics, type ProcessSource } from './process-metrics.ts';
import { redisMetrics } from './redis-metrics.ts';
import { workerMetrics } from './worker-metrics.ts';

export interface MetricSources extends PoolSource, ProcessSource {
  readonly output: OutputSource;
  readonly redis: () => EventCounts | undefined;
}

interface Description {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary';
  readonly help: string;
  readonly labelNames: readonly string[];
}

interface Times {
  readonly monotonicMs: () => number;
  readonly wallMs: () => number;
}

export class Metrics {
  readonly api: ApiListener;
  readonly observer: Observer;
  /** Told after how many ms otto-handler answered a message. */
  readonly answeredAfter: (delayMs: number) => void;
  /** To be told once a second who stands in line for capacity. */
  readonly lookAtLine: (waiting: ReadonlySet<string>) => void;
  readonly #registry = new Registry();

  /** Hears from now on; what can be read is added later, when there is something to read from. */
  constructor({ monotonicMs, wallMs }: Times) {
    const registry = this.#registry;
    const admission = admissionMetrics(registry, monotonicMs);
    this.api = apiMetrics(registry, monotonicMs);
    this.observer = allOf([
      admission,
      effectMetrics(registry, monotonicMs),
      workerMetrics(registry, { nowMs: monotonicMs, wallMs }),
    ]);
    this.answeredAfter = answerMetrics(registry);
    this.lookAtLine = (waiting) => admission.look(waiting);
  }

  read(sources: MetricSources): void {
    const registry = this.#registry;
    poolMetrics(registry, sources);
    outputMetrics(registry, sources.output);
    redisMetrics(registry, sources.redis);
    processMetrics(registry, sources);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** In Prometheus' text format. */
  async scrape(): Promise<string> {
    return await this.#registry.metrics();
  }

  /** What there is, for docs/metrics.md; reads no value. */
  describe(): readonly Description[] {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- prom-client's types leave these out
    const metrics = this.#registry.getMetricsAsArray() as unknown as ReadonlyArray<Description>;
    return metrics.map(({ name, type, help, labelNames }) => ({ name, type, help, labelNames }));
  }
}
