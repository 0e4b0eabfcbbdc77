/** The last line of workers in GetWorkerStatus; the rest is held by the tests of the whole program. */
import { expect, test } from 'vitest';
import type { WorkerView } from '../../../../src/machines/pool/view.ts';
import { scriptedPool } from '../../../support/scripted-pool.ts';
import { serveScripted } from '../../../support/scripted-pool-server.ts';

function worker(podName: string, status: WorkerView['status']): WorkerView {
  return {
    podName,
    taskId: 'p-1',
    stageId: 'build',
    ledgerName: 'otto-l',
    index: 0,
    attempt: 1,
    status,
    createdAt: '',
    startedAt: '',
    completedAt: '',
    nodeName: '',
    podIp: '',
    labels: {},
    errorMessage: '',
    reason: '',
  };
}

async function lastLines(request: { task_id?: string; worker_pod_name?: string; status_filter?: string }) {
  const pool = scriptedPool();
  pool.workers = [worker('otto-a', 'running'), worker('otto-b', 'succeeded'), worker('otto-c', 'pending')];
  await using served = await serveScripted(pool);
  const { workers } = await served.client.getWorkerStatus(request);
  return workers.map(({ pod_name, stage_id, last_line }) => [pod_name, stage_id, last_line]);
}

test.each([
  [{ task_id: 'p-1' }, 'last line of otto-a'],
  [{ worker_pod_name: 'otto-a' }, 'last line of otto-a'],
  [{}, ''],
  [{ status_filter: 'running' }, ''],
])('asked for %j, a running worker says %j', async (request, line) => {
  expect((await lastLines(request))[0]).toEqual(['otto-a', 'build', line]);
});

test('a worker that does not run says nothing', async () => {
  expect((await lastLines({ task_id: 'p-1' })).slice(1)).toEqual([
    ['otto-b', 'build', ''],
    ['otto-c', 'build', ''],
  ]);
});
