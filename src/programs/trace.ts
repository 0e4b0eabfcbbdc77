/** Whether commands are traced: OpenTelemetry's own variables say so (docs/tracing.md), and without them nothing is loaded. */
import type { Tracing } from '../tracing/tracing.ts';
import { systemClock } from './clock.ts';
import { versions } from './versions.ts';

export async function openTracing(env: NodeJS.ProcessEnv): Promise<Tracing | undefined> {
  const endpoint = env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] || env['OTEL_EXPORTER_OTLP_ENDPOINT'];
  const isOff = env['OTEL_SDK_DISABLED']?.toLowerCase() === 'true' || env['OTEL_TRACES_EXPORTER'] === 'none';
  if (!endpoint || isOff) return undefined;
  if (!URL.canParse(endpoint))
    throw new Error(
      `OTEL_EXPORTER_OTLP_ENDPOINT=${JSON.stringify(endpoint)} must be a URL such as http://collector:4318`,
    );
  const { exportTraces } = await import('../tracing/exporting.ts');
  return exportTraces(versions()['ottoscaler'] ?? 'unknown', systemClock);
}
