/** What acceptance tests ask of a running Ottoscaler, and the answers that they wait for. */
import { OttoscalerClientError, type OttoscalerClient } from '../../src/rpc/client.ts';
import type { ScaleRequest } from '../../src/rpc/generated/ottoscaler/v1/ScaleRequest.ts';
import type { ScaleResponse__Output } from '../../src/rpc/generated/ottoscaler/v1/ScaleResponse.ts';
import type { WorkerStatusResponse__Output } from '../../src/rpc/generated/ottoscaler/v1/WorkerStatusResponse.ts';
import type { Namespace } from './kubernetes.ts';
import { until } from './until.ts';

/** Has a tag other than `latest`, so that the kubelet does not ask the registry for every Pod. */
export const image = 'busybox:1.36';

type Server = { readonly client: OttoscalerClient };

export function scaleUpRequest(taskId: string, workers: number, command = 'echo done'): ScaleRequest {
  return { task_id: taskId, worker_count: workers, build_config: { image, command } };
}

/** Sends a scale-up again while the server is starting. */
export async function scaleUp(
  server: Server,
  request: ScaleRequest,
  timeoutMs = 30_000,
): Promise<ScaleResponse__Output> {
  return await until('an answer to ScaleUp', () =>
    server.client.scaleUp(request, { timeoutMs }).catch(retryable),
  );
}

function retryable(error: unknown): undefined {
  if (error instanceof OttoscalerClientError && error.code === 'UNAVAILABLE') return undefined;
  throw error;
}

export async function untilStatus(
  server: Server,
  taskId: string,
  what: string,
  holds: (status: WorkerStatusResponse__Output) => boolean,
  timeoutMs = 90_000,
): Promise<WorkerStatusResponse__Output> {
  let last: WorkerStatusResponse__Output | undefined;
  return await until(
    what,
    async () => {
      last = await server.client.getWorkerStatus({ task_id: taskId }).catch(retryable);
      return last && holds(last) && last;
    },
    { timeoutMs, seen: () => JSON.stringify(last) },
  );
}

export async function untilRunning(server: Server, taskId: string, count: number): Promise<void> {
  await untilStatus(server, taskId, `${count} running`, ({ running_count }) => running_count === count);
}

/** Every worker has ended and been cleaned up. */
export async function untilEnded(server: Server, taskId: string): Promise<WorkerStatusResponse__Output> {
  return await untilStatus(
    server,
    taskId,
    'every worker ended and cleaned up',
    (status) => isOver(status) && status.workers.every(({ reason }) => reason === ''),
  );
}

/** The same, and there is no Pod of ours left in the namespace. */
export async function untilOver(
  server: Server,
  namespace: Namespace,
  taskId: string,
): Promise<WorkerStatusResponse__Output> {
  const status = await untilEnded(server, taskId);
  await namespace.untilNoPods();
  return status;
}

function isOver({ total_count, succeeded_count, failed_count }: WorkerStatusResponse__Output): boolean {
  return total_count > 0 && succeeded_count + failed_count === total_count;
}

/** @returns the error that a call fails with. */
export async function failureOf(call: Promise<unknown>): Promise<OttoscalerClientError> {
  const outcome = await call.then(
    (answer) => new Error(`answered ${JSON.stringify(answer)} instead of failing`),
    (error: unknown) => error,
  );
  if (outcome instanceof OttoscalerClientError) return outcome;
  throw outcome;
}
