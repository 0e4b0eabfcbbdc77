/** ScaleDown on running, starting and waiting workers of a real node. */
import { expect, test } from 'vitest';
import type { WorkerPodStatus__Output } from '../../src/rpc/generated/ottoscaler/v1/WorkerPodStatus.ts';
import { auditOf } from '../support/audit-log.ts';
import { openNamespace, type Namespace } from '../support/kubernetes.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';
import { until } from '../support/until.ts';
import { scaleUp, scaleUpRequest, untilRunning, untilStatus } from '../support/workers.ts';

/** Ends at once on SIGTERM, unlike a shell that waits for its child. */
const service = 'trap "exit 0" TERM; sleep 600 & wait';

async function addRunning(
  server: ServerProcess,
  taskId: string,
  requestId: string,
  count: number,
  total = count,
) {
  const answer = await scaleUp(server, {
    ...scaleUpRequest(taskId, count, service),
    metadata: { request_id: requestId },
  });
  await untilRunning(server, taskId, total);
  return answer.worker_pod_names;
}

/** Two creations in different seconds can be told apart by age. */
async function untilOlderThanASecond(namespace: Namespace): Promise<void> {
  const pods = await namespace.pods();
  const youngestMs = Math.max(...pods.map((pod) => Date.parse(pod.metadata.creationTimestamp)));
  await until('the next second', () => Date.now() >= youngestMs + 1_000);
}

const byName = (workers: readonly WorkerPodStatus__Output[]) =>
  new Map(workers.map((worker) => [worker.pod_name, worker]));

test.concurrent(
  'from five running workers to one: the four youngest are terminated and named, the oldest goes on, other tasks are untouched',
  async () => {
    await using namespace = await openNamespace();
    const audit = await auditOf(namespace.name);
    await using server = await startServer({ NAMESPACE: namespace.name });
    const others = await addRunning(server, 'other', 'o', 1);
    const oldest = await addRunning(server, 'five', 'a', 1);
    await untilOlderThanASecond(namespace);
    const middle = await addRunning(server, 'five', 'b', 2, 3);
    await untilOlderThanASecond(namespace);
    const youngest = await addRunning(server, 'five', 'c', 2, 5);

    const command = {
      task_id: 'five',
      worker_count: 1,
      triggered_by: 'alice',
      metadata: { request_id: 'down' },
    };
    const answer = await server.client.scaleDown(command);
    expect(answer).toMatchObject({ status: 'SUCCESS', processed_count: 4 });
    expect(answer.worker_pod_names.slice(0, 2).toSorted()).toEqual(youngest.toSorted());
    expect(answer.worker_pod_names.slice(2).toSorted()).toEqual(middle.toSorted());

    const status = await untilStatus(server, 'five', 'four ended and cleaned up', ({ workers }) => {
      return workers.filter(({ status: s, reason }) => s === 'failed' && reason === '').length === 4;
    });
    expect(status).toMatchObject({ total_count: 5, running_count: 1, failed_count: 4 });
    for (const name of answer.worker_pod_names) {
      expect(byName(status.workers).get(name)?.error_message).toBe('deleted: scaled down to 1 by alice');
    }
    const left = (await namespace.pods()).map(({ metadata }) => metadata.name);
    expect(left.toSorted()).toEqual([...oldest, ...others].toSorted());

    const replay = await server.client.scaleDown(command);
    expect(replay.status).toBe('ALREADY_PROCESSED');
    expect(replay.worker_pod_names).toEqual(answer.worker_pod_names);

    const met = await server.client.scaleDown({ ...command, metadata: { request_id: 'down again' } });
    expect(met).toMatchObject({ status: 'SUCCESS', processed_count: 0, worker_pod_names: [] });

    await server.kill();
    await using next = await startServer({ NAMESPACE: namespace.name });
    await untilStatus(next, 'five', 'the workers of before', ({ running_count }) => running_count === 1);
    const late = await next.client.scaleDown(command);
    expect(late.status).toBe('ALREADY_PROCESSED');
    expect(late.worker_pod_names).toEqual(answer.worker_pod_names);

    await audit.expectDeleted(answer.worker_pod_names);
  },
);

test.concurrent(
  'what waits in line goes first, then what no node takes, then the running; an empty task means all',
  async () => {
    await using namespace = await openNamespace();
    await using server = await startServer({ NAMESPACE: namespace.name, WORKERS_LIVE_MAX: '4' });
    const running = await addRunning(server, 'mixed', 'a', 2);
    const { build_config: given, ...huge } = scaleUpRequest('mixed', 2, service);
    const unschedulable = await scaleUp(server, {
      ...huge,
      build_config: { ...given, cpu_request: '60', cpu_limit: '60' },
      metadata: { request_id: 'b' },
    });
    await untilStatus(server, 'mixed', 'two that no node takes', ({ workers }) =>
      unschedulable.worker_pod_names.every((name) =>
        byName(workers).get(name)?.reason.includes('nodes are available'),
      ),
    );
    const queued = await scaleUp(server, {
      ...scaleUpRequest('mixed', 1, service),
      metadata: { request_id: 'c' },
    });

    const answer = await server.client.scaleDown({ worker_count: 1, reason: 'night' });
    expect(answer).toMatchObject({ status: 'SUCCESS', processed_count: 4 });
    expect(answer.worker_pod_names[0]).toBe(queued.worker_pod_names[0]);
    expect(answer.worker_pod_names.slice(1, 3).toSorted()).toEqual(unschedulable.worker_pod_names.toSorted());
    expect(running).toContain(answer.worker_pod_names[3]);

    const status = await untilStatus(server, 'mixed', 'four cleaned up', ({ workers }) => {
      return workers.filter(({ reason, status: s }) => s === 'failed' && reason === '').length === 4;
    });
    expect(status).toMatchObject({ running_count: 1, failed_count: 4 });
    expect(status.workers.map(({ error_message }) => error_message).toSorted()).toEqual([
      '',
      ...Array.from({ length: 4 }, () => 'deleted: scaled down to 1: night'),
    ]);
    expect(await namespace.pods()).toHaveLength(1);
  },
);
