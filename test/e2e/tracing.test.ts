import { credentials, Metadata } from '@grpc/grpc-js';
import { expect, onTestFinished, test } from 'vitest';
import { createOttoscalerClient } from '../../src/rpc/client.ts';
import { OttoscalerServiceClient } from '../../src/rpc/contract.ts';
import type { ScaleResponse__Output } from '../../src/rpc/generated/ottoscaler/v1/ScaleResponse.ts';
import { startProgram, startServer } from '../support/program.ts';
import { attributeOf, startTraceCollector, type TakenSpan } from '../support/trace-collector.ts';
import { until } from '../support/until.ts';

/** The tree of a trace, children in the order of their beginning. */
function treeOf(spans: readonly TakenSpan[], parent: TakenSpan): unknown {
  const children = spans
    .filter(({ parentSpanId }) => parentSpanId === parent.spanId)
    .toSorted((a, b) => Number(BigInt(a.startTimeUnixNano) - BigInt(b.startTimeUnixNano)));
  return children.length === 0 ? parent.name : { [parent.name]: children.map((one) => treeOf(spans, one)) };
}

const worker = { worker: ['create', 'starting', 'running', 'recording', 'draining', 'deleting'] };

/** Ends it, which sends what is left. */
async function end(server: Awaited<ReturnType<typeof startServer>>): Promise<void> {
  server.child.kill('SIGTERM');
  expect(await server.ended).toBe(0);
}

test("a command is one trace, which goes on its caller's, and whose id its lines of the log have", async () => {
  await using collector = await startTraceCollector();
  const server = await startServer({
    OTTO_CLUSTER: 'local',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
  });
  const caller = new OttoscalerServiceClient(server.address, credentials.createInsecure());
  onTestFinished(() => caller.close());
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const metadata = new Metadata();
  metadata.set('traceparent', `00-${traceId}-b7ad6b7169203331-01`);
  const { promise, resolve, reject } = Promise.withResolvers<ScaleResponse__Output | undefined>();
  const request = { task_id: 'traced', worker_count: 2, build_config: { command: 'sleep 0.2' } };
  caller.scaleUp(request, metadata, (error, response) => (error ? reject(error) : resolve(response)));
  const [podName = ''] = (await promise)?.worker_pod_names ?? [];
  await until(
    'the workers to be gone',
    async () => server.stdout().match(/worker cleaned up/g)?.length === 2,
  );
  await end(server);

  expect(new Set(collector.spans.map((span) => span.traceId))).toEqual(new Set([traceId]));
  expect(collector.services).toEqual(new Set(['ottoscaler']));
  const root = collector.spans.find(({ name }) => name === 'scale-up');
  expect(root?.parentSpanId).toBe('b7ad6b7169203331');
  expect(root && attributeOf(root, 'otto.task_id')).toBe('traced');
  expect(root && treeOf(collector.spans, root)).toEqual({ 'scale-up': ['ledger', worker, worker] });
  const lines = server
    .stdout()
    .split('\n')
    .filter((line) => line.includes(podName));
  expect(lines.length).toBeGreaterThan(2);
  expect(lines.filter((line) => !line.includes(`"traceId":"${traceId}"`))).toEqual([]);
});

test('a run is one trace of its own, without the failures of its workers in words', async () => {
  await using collector = await startTraceCollector();
  const server = await startServer({
    OTTO_CLUSTER: 'local',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
    OTEL_SERVICE_NAME: 'ci',
  });
  const client = createOttoscalerClient(server.address);
  onTestFinished(() => client.close());
  const stages = [
    { stage_id: 'build', worker_count: 1, command: ['sh', '-c', 'exit 7'], allow_failure: true },
    { stage_id: 'test', worker_count: 1, command: ['true'], depends_on: ['build'] },
  ];
  const statuses: string[] = [];
  for await (const { status } of client.executePipeline({ pipeline_id: 'traced-run', stages }))
    statuses.push(status);
  expect(statuses.at(-1)).toBe('STAGE_COMPLETED');
  await until(
    'the workers to be gone',
    async () => server.stdout().match(/worker cleaned up/g)?.length === 2,
  );
  await end(server);

  expect(collector.services).toEqual(new Set(['ci']));
  expect(new Set(collector.spans.map((span) => span.traceId)).size).toBe(1);
  const root = collector.spans.find(({ name }) => name === 'pipeline');
  expect(root && attributeOf(root, 'otto.pipeline_id')).toBe('traced-run');
  expect(root && treeOf(collector.spans, root)).toEqual({ pipeline: ['ledger', worker, worker] });
  const outcomes = collector.spans
    .filter(({ name }) => name === 'worker')
    .map((span) => `${attributeOf(span, 'otto.stage_id')} ${attributeOf(span, 'otto.outcome')}`);
  expect(outcomes.toSorted()).toEqual(['build exit-code', 'test succeeded']);
});

test('a collector that is away delays nothing and is no trouble at the end', async () => {
  const server = await startServer({
    OTTO_CLUSTER: 'local',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
  });
  const client = createOttoscalerClient(server.address);
  onTestFinished(() => client.close());
  expect(await client.scaleUp({ task_id: 'untraced', worker_count: 1 })).toMatchObject({ status: 'SUCCESS' });
  await end(server);
  expect(server.stderr()).toBe('');
});

test('an endpoint that is no URL stops the server with one line', async () => {
  const server = startProgram('bin/ottoscaler.js', [], { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector' });
  expect(await server.ended).toBe(1);
  expect(server.stderr()).toMatch(
    /^ottoscaler: OTEL_EXPORTER_OTLP_ENDPOINT="collector" must be a URL[^\n]*\n$/,
  );
});
