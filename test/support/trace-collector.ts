/** Takes traces by OTLP over HTTP, in JSON, as a collector does. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

export interface TakenSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  /** Decimal, since it is more than a double holds. */
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: ReadonlyArray<{
    readonly key: string;
    readonly value: { readonly stringValue?: string };
  }>;
}

interface ExportRequest {
  readonly resourceSpans: ReadonlyArray<{
    readonly resource: Pick<TakenSpan, 'attributes'>;
    readonly scopeSpans: ReadonlyArray<{ readonly spans: readonly TakenSpan[] }>;
  }>;
}

interface TraceCollector extends AsyncDisposable {
  readonly endpoint: string;
  readonly spans: readonly TakenSpan[];
  /** As each message named its sender. */
  readonly services: ReadonlySet<string | undefined>;
}

export async function startTraceCollector(): Promise<TraceCollector> {
  const spans: TakenSpan[] = [];
  const services = new Set<string | undefined>();
  const server = createServer((request, response) => {
    const take = async () => {
      const { resourceSpans } = (await json(request)) as ExportRequest;
      for (const { resource, scopeSpans } of resourceSpans) {
        services.add(attributeOf(resource, 'service.name'));
        spans.push(...scopeSpans.flatMap((scope) => scope.spans));
      }
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    };
    if (request.method === 'POST' && request.url === '/v1/traces') void take();
    else response.writeHead(404).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    spans,
    services,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export function attributeOf({ attributes }: Pick<TakenSpan, 'attributes'>, key: string): string | undefined {
  return attributes.find((attribute) => attribute.key === key)?.value.stringValue;
}
