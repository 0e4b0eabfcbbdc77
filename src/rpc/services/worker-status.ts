/** GetWorkerStatus: the pool's snapshot, filtered and counted. */
import type { WorkerView } from '../../machines/pool/view.ts';
import type { StatusFilter, StatusQuery } from '../../machines/command.ts';
import type { WorkerPodStatus } from '../generated/ottoscaler/v1/WorkerPodStatus.ts';
import type { WorkerStatusRequest__Output } from '../generated/ottoscaler/v1/WorkerStatusRequest.ts';
import type { WorkerStatusResponse } from '../generated/ottoscaler/v1/WorkerStatusResponse.ts';
import type { UnaryHandler } from '../unary.ts';
import type { Limits } from '../validate/limits.ts';
import { validateStatusQuery } from '../validate/status-query.ts';
import type { PoolPort } from './pool-port.ts';
import { requireRecovered } from './readiness.ts';

/** Most workers listed in one response: a client's default limit for a message is 4 MiB. */
const listedMax = 5_000;

export interface WorkerStatusDeps {
  readonly pool: PoolPort;
  readonly limits: Limits;
  /** The latest line that a running worker wrote, as far as it was read; '' without one. */
  readonly lastLines: { of(podName: string): string };
}

export function getWorkerStatus({
  pool,
  limits,
  lastLines,
}: WorkerStatusDeps): UnaryHandler<WorkerStatusRequest__Output, WorkerStatusResponse> {
  // oxlint-disable-next-line require-await -- a validation error has to be a rejection
  return async (request) => {
    const query = validateStatusQuery(request, limits);
    requireRecovered(pool);
    // Of all workers together they could fill a message many times over.
    const isNarrow = query.taskId !== '' || query.podName !== '';
    const counts: Record<StatusFilter, number> = { running: 0, pending: 0, succeeded: 0, failed: 0 };
    const workers: WorkerPodStatus[] = [];
    let total = 0;
    for (const worker of pool.view.viewWorkers(pool.ref.getSnapshot())) {
      if (!matches(worker, query)) continue;
      total++;
      counts[worker.status]++;
      if (workers.length < listedMax) {
        const lastLine = isNarrow && worker.status === 'running' ? lastLines.of(worker.podName) : '';
        workers.push(encode(worker, lastLine));
      }
    }
    return {
      total_count: total,
      running_count: counts.running,
      pending_count: counts.pending,
      succeeded_count: counts.succeeded,
      failed_count: counts.failed,
      workers,
      omitted_count: total - workers.length,
    };
  };
}

function matches(worker: WorkerView, { taskId, podName, status }: StatusQuery): boolean {
  return (
    (taskId === '' || worker.taskId === taskId) &&
    (podName === '' || worker.podName === podName) &&
    (status === undefined || worker.status === status)
  );
}

function encode(worker: WorkerView, lastLine: string): WorkerPodStatus {
  return {
    pod_name: worker.podName,
    task_id: worker.taskId,
    status: worker.status,
    created_at: worker.createdAt,
    started_at: worker.startedAt,
    completed_at: worker.completedAt,
    node_name: worker.nodeName,
    pod_ip: worker.podIp,
    labels: { ...worker.labels },
    error_message: worker.errorMessage,
    reason: worker.reason,
    stage_id: worker.stageId,
    last_line: lastLine,
  };
}
