/** What a stage says of itself when a real node does not do as it should, and who keeps off its workers. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openNamespace, type Namespace } from '../support/kubernetes.ts';
import {
  expectWhole,
  follow,
  placeOf,
  podsOf,
  read,
  recordPods,
  service,
  shell,
  stagesIn,
} from '../support/pipeline-runs.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';
import { until } from '../support/until.ts';
import { scaleUp, scaleUpRequest, untilEnded, untilRunning } from '../support/workers.ts';

let namespace: Namespace;
let server: ServerProcess;
let recorded: ReturnType<typeof recordPods>;

beforeAll(async () => {
  namespace = await openNamespace();
  recorded = recordPods(namespace);
  server = await startServer({ NAMESPACE: namespace.name });
  await until('a server that serves', () => server.lines.some(({ msg }) => msg === 'watching Pods'));
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await recorded[Symbol.asyncDispose]();
  await namespace[Symbol.asyncDispose]();
});

const placesOf = (pipelineId: string) =>
  recorded.pods
    .map(placeOf)
    .filter((place) => place.startsWith(`${pipelineId}/`))
    .toSorted();

describe.concurrent('a stage', () => {
  test(
    'that no node takes is pending in the words of the scheduler, until it is cancelled',
    { tags: ['F22'] },
    async () => {
      const resources = { cpu_request: '60', cpu_limit: '60' };
      const request = { pipeline_id: 'huge', stages: [shell('huge', 'true', { resources })] };
      const followed = follow(server, request);
      const pending = await followed.seen(
        "the scheduler's words",
        ({ stage_id, message }) => stage_id === 'huge' && message.includes('nodes are available'),
      );
      expect(pending.status).toBe('STAGE_PENDING');
      expect(pending.message).toMatch(/\b0\/\d+ nodes are available: .*Insufficient cpu/);
      await server.client.cancelPipeline({ pipeline_id: 'huge' });
      const events = await followed.ended;
      expect(await podsOf(namespace, 'huge')).toEqual([]);
      expectWhole(events, 'STAGE_CANCELLED');
      expect(placesOf('huge')).toEqual(['huge/huge/0/1']);
    },
  );

  // A kubelet of 1.20 takes up to a minute to remove a Pod that never had a container.
  test(
    'whose image nobody has fails as image-pull, and its Pod goes',
    { tags: ['F23'], timeout: 180_000 },
    async () => {
      const stages = [
        shell('missing', 'true', { image: 'nobody/has-this:1' }),
        shell('after', 'true', { depends_on: ['missing'] }),
      ];
      const events = await read(server.client.executePipeline({ pipeline_id: 'pull', stages }));
      expectWhole(events, 'STAGE_FAILED');
      expect(stagesIn(events)).toEqual({ missing: 'failed', after: 'skipped' });
      const failed = events.find(({ status }) => status === 'STAGE_FAILED');
      expect(failed?.error_message).toMatch(/^image-pull: .*nobody\/has-this:1/);
      expect(events.at(-1)?.error_message).toMatch(/^image-pull: .*\(stage "missing"\)$/);
      await until('its Pod gone', async () => (await podsOf(namespace, 'pull')).length === 0, {
        timeoutMs: 120_000,
      });
      expect(placesOf('pull')).toEqual(['pull/missing/0/1']);
    },
  );

  test(
    'that is tried again has two Pods, of attempt 1 and 2, one after the other',
    { tags: ['G3', 'I2'] },
    async () => {
      const retry_policy = { max_attempts: 2, retry_delay_seconds: 1 };
      const stages = [shell('flaky', 'test "$OTTO_ATTEMPT" = 2', { retry_policy })];
      const events = await read(server.client.executePipeline({ pipeline_id: 'twice', stages }));
      expectWhole(events, 'STAGE_COMPLETED');
      const retrying = events.find(({ status }) => status === 'STAGE_RETRYING');
      expect(retrying).toMatchObject({
        attempt: 1,
        error_message: 'exit-code: container worker exited with 1',
        message: expect.stringContaining('attempt 2 in 1 s'),
      });
      expect(events.findLast(({ stage_id }) => stage_id === 'flaky')).toMatchObject({
        status: 'STAGE_COMPLETED',
        attempt: 2,
      });
      expect(placesOf('twice')).toEqual(['twice/flaky/0/1', 'twice/flaky/0/2']);
      const names = new Set(events.flatMap(({ worker_pod_names }) => worker_pod_names));
      expect(names.size).toBe(2);
    },
  );

  test('keeps its workers when every task is scaled down', async () => {
    const request = { pipeline_id: 'kept', stages: [shell('service', service), shell('short', 'sleep 2')] };
    const followed = follow(server, request);
    const task = await scaleUp(server, scaleUpRequest('a-task', 1, service));
    await untilRunning(server, 'a-task', 1);
    await followed.seen(
      'a running stage',
      ({ stage_id, status }) => stage_id === 'service' && status === 'STAGE_RUNNING',
    );
    const answer = await server.client.scaleDown({ worker_count: 0 });
    expect(answer).toMatchObject({ processed_count: 1, worker_pod_names: task.worker_pod_names });
    expect((await untilEnded(server, 'a-task')).failed_count).toBe(1);

    await followed.seen('the other stage', (e) => e.stage_id === 'short' && e.status === 'STAGE_COMPLETED');
    const kept = (await podsOf(namespace, 'kept')).filter((pod) => placeOf(pod) === 'kept/service/0/1');
    expect(kept.map(({ metadata }) => metadata.deletionTimestamp)).toEqual([undefined]);
    expect(kept.map(({ status }) => status.phase)).toEqual(['Running']);
    await server.client.cancelPipeline({ pipeline_id: 'kept' });
    const events = await followed.ended;
    expect(stagesIn(events)).toEqual({ service: 'cancelled', short: 'completed' });
  });
});
