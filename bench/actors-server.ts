/**
 * The memory and the event loop of the real server that has all its workers live.
 *
 * The built program with everything loaded, over HTTP and a watch, against the embedded API in another process
 * (so that ten thousand Pods burden no real cluster). Pods are created by ScaleUp and then run, as far as
 * their status says.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Given } from './benchmark.ts';
import { Api } from './support/api.ts';
import { startEmbeddedCluster } from './support/embedded-cluster.ts';
import { inTurns } from './support/in-turns.ts';
import type { Reading } from './support/probe.ts';
import { startServer, type Server } from './support/server.ts';
import { scaleUpRequest, sleep } from './support/workloads.ts';

export interface ServerCosts {
  /** Listening, not one worker. */
  readonly idle: Reading;
  /** All workers live and nothing happening; what the garbage collector does by itself is done. */
  readonly full: Reading;
  /** Under a stream of status changes. */
  readonly busy: Reading;
  /** How many changes a second that stream really had. */
  readonly changesPerSecond: number;
}

const quietMs = 10_000;
const busyMs = 12_000;
const patchesInFlight = 8;
const commandsInFlight = 4;

export async function measureServer(
  { signal, progress }: Given,
  workers: number,
  workersPerCommand: number,
): Promise<ServerCosts> {
  await using cluster = await startEmbeddedCluster();
  const { kubeconfigPath } = cluster;
  await using api = await Api.open({ kubeconfigPath });
  await using server = await startServer({
    KUBECONFIG: kubeconfigPath,
    WORKERS_LIVE_MAX: '100000',
    WORKER_PENDING_SECONDS: '86400',
  });
  await pause(1_000, undefined, { signal });
  const idle = await server.read(signal);

  const names: string[] = [];
  await inTurns(workers / workersPerCommand, commandsInFlight, async (index) => {
    const request = scaleUpRequest(`bench-${index}`, workersPerCommand, sleep);
    const { worker_pod_names } = await server.client.scaleUp(request, { timeoutMs: 120_000, signal });
    names.push(...worker_pod_names);
    progress.detail(`${names.length} workers`);
  });
  const patch = (name: string, status: object) =>
    api.call('PATCH', `/api/v1/namespaces/default/pods/${name}/status`, { status });
  await inTurns(names.length, patchesInFlight, async (index) => {
    signal.throwIfAborted();
    await patch(names[index] ?? '', runningStatus());
  });
  await untilRunning(server, names.at(-1) ?? '', signal);
  await pause(quietMs, undefined, { signal });
  const full = await server.read(signal);

  progress.detail('status changes');
  const startMs = performance.now();
  let changes = 0;
  await inTurns(Infinity, patchesInFlight, async (index) => {
    signal.throwIfAborted();
    if (performance.now() - startMs > busyMs) return 'stop';
    changes++;
    return await patch(names[index % names.length] ?? '', { message: String(index) });
  });
  const changesPerSecond = (changes / (performance.now() - startMs)) * 1_000;
  return { idle, full, busy: await server.read(signal), changesPerSecond };
}

function runningStatus(): object {
  const startedAt = new Date().toISOString();
  const state = { running: { startedAt } };
  return {
    phase: 'Running',
    startTime: startedAt,
    podIP: '10.0.0.1',
    containerStatuses: [
      { name: 'worker', image: 'busybox', imageID: '', ready: true, restartCount: 0, state },
    ],
  };
}

/** A watch is in order: whoever has seen the last change has seen them all. */
async function untilRunning({ client }: Server, podName: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    const { running_count } = await client.getWorkerStatus({ worker_pod_name: podName }, { signal });
    if (running_count > 0) return;
    await pause(500, undefined, { signal });
  }
}
