/** OpenTelemetry's SDK with one exporter, OTLP over HTTP; OTEL_* variables say where to and as whom. */
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { pause, type Clock } from '../actors/ports.ts';
import { Traces } from './traces.ts';
import type { Tracing } from './tracing.ts';

/** Spans that wait to be sent; beyond it new ones are dropped. */
const waitingMax = 16_384;

/** Reads OTEL_* of the process itself. */
export function exportTraces(version: string, clock: Clock): Tracing {
  const resource = defaultResource()
    .merge(resourceFromAttributes({ 'service.name': 'ottoscaler', 'service.version': version }))
    .merge(detectResources({ detectors: [envDetector] }));
  const provider = new TracerProvider({
    resource,
    sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: new OTLPTraceExporter(),
        maxQueueSize: waitingMax,
        scheduledDelayMillis: 1_000,
      }),
    ],
  });
  const traces = new Traces(provider.getTracer('ottoscaler', version));
  return {
    observer: traces,
    callers: traces,
    idOf: (fields) => traces.idOf(fields),
    async close(withinMs) {
      traces.close();
      const over = new AbortController();
      const sent = provider.shutdown().catch(() => {});
      await Promise.race([sent, pause(clock, withinMs, over.signal)]);
      over.abort();
    },
  };
}
