/**
 * Twenty workers that echo, from the command to all succeeded, against a `batch/v1` Job of twenty.
 *
 * The same Pod template on the same node, in turns. Both are watched from outside by asking for their status
 * at the same interval: GetWorkerStatus of Ottoscaler, `status.succeeded` of the Job.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Benchmark, Findings, Given } from './benchmark.ts';
import { openNamespace, type Namespace } from './support/namespace.ts';
import { startServer, type Server } from './support/server.ts';
import { ratios } from './support/statistics.ts';
import { echo, podOf, scaleUpRequest } from './support/workloads.ts';

const workers = 20;
const askEveryMs = 50;
const withinMs = 180_000;

export const job: Benchmark = {
  name: 'job',
  purpose: 'twenty workers that echo, against a Job of twenty on the same node',
  needsKubernetes: true,
  run,
};

async function run({ repetitions, kubeconfigPath, signal, progress }: Given): Promise<Findings> {
  await using stack = new AsyncDisposableStack();
  progress.step('job: namespaces and a server');
  const ours = stack.use(await openNamespace(kubeconfigPath, 'workers'));
  const theirs = stack.use(await openNamespace(kubeconfigPath, 'job'));
  const server = stack.use(await startServer({ KUBECONFIG: kubeconfigPath, NAMESPACE: ours.name }));
  const scaled: number[] = [];
  const jobs: number[] = [];
  for (let repetition = 0; repetition <= repetitions; repetition++) {
    const which = repetition === 0 ? 'warm-up' : `repetition ${repetition} of ${repetitions}`;
    progress.step(`job: ${workers} workers of ScaleUp, ${which}`);
    const scaledSeconds = await scaleUp(server, signal);
    await ours.untilEmpty(signal);
    progress.step(`job: a Job of ${workers}, ${which}`);
    const jobSeconds = await runJob(theirs, signal);
    await theirs.untilEmpty(signal);
    if (repetition === 0) continue;
    scaled.push(scaledSeconds);
    jobs.push(jobSeconds);
  }
  return {
    setup: { kubernetes: server.kubernetes, workers, 'asked for the status': `every ${askEveryMs} ms` },
    rows: [
      { what: `ScaleUp of ${workers}, all succeeded`, unit: 's', values: scaled },
      { what: `batch/v1 Job of ${workers}, all succeeded`, unit: 's', values: jobs },
      { what: 'ScaleUp / Job', unit: '×', values: ratios(scaled, jobs), aim: { atMost: 1 } },
    ],
  };
}

async function scaleUp({ client }: Server, signal: AbortSignal): Promise<number> {
  const taskId = `echo-${randomBytes(3).toString('hex')}`;
  const startMs = performance.now();
  await client.scaleUp(scaleUpRequest(taskId, workers, echo), { signal });
  return await untilAll(startMs, signal, async () => {
    const status = await client.getWorkerStatus({ task_id: taskId }, { signal });
    if (status.failed_count > 0) throw new Error(`workers failed: ${status.workers[0]?.error_message}`);
    return status.succeeded_count;
  });
}

async function runJob({ api, name: namespace }: Namespace, signal: AbortSignal): Promise<number> {
  const name = `echo-${randomBytes(3).toString('hex')}`;
  const path = `/apis/batch/v1/namespaces/${namespace}/jobs`;
  const { spec } = podOf(echo, '', { name: '', uid: '' });
  const body = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name },
    spec: { completions: workers, parallelism: workers, backoffLimit: 0, template: { spec } },
  };
  const startMs = performance.now();
  await api.apply(`${path}/${name}`, body);
  const seconds = await untilAll(startMs, signal, async () => {
    const { status } = await api.call<{ status: { succeeded?: number; failed?: number } }>(
      'GET',
      `${path}/${name}`,
    );
    if (status.failed) throw new Error('Pods of the Job failed');
    return status.succeeded ?? 0;
  });
  await api.call('DELETE', `${path}/${name}?propagationPolicy=Background`);
  return seconds;
}

/** @returns seconds from `startMs` until `succeeded` has counted all of them. */
async function untilAll(
  startMs: number,
  signal: AbortSignal,
  succeeded: () => Promise<number>,
): Promise<number> {
  let count = 0;
  while (performance.now() - startMs < withinMs) {
    count = await succeeded();
    if (count >= workers) return (performance.now() - startMs) / 1_000;
    await pause(askEveryMs, undefined, { signal });
  }
  throw new Error(`only ${count} of ${workers} succeeded within ${withinMs / 1_000} s`);
}
