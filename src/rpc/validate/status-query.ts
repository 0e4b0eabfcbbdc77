/** Worker status requests, from the wire to a query the core may trust. */
import type { StatusFilter, StatusQuery } from '../../machines/command.ts';
import type { WorkerStatusRequest__Output } from '../generated/ottoscaler/v1/WorkerStatusRequest.ts';
import type { Limits } from './limits.ts';
import { quote, reject } from './reject.ts';
import { optionalId } from './text.ts';

const filters: ReadonlySet<string> = new Set<StatusFilter>(['running', 'pending', 'succeeded', 'failed']);

/** @throws RpcError INVALID_ARGUMENT, naming the first field that breaks a rule. */
export function validateStatusQuery(
  request: Readonly<WorkerStatusRequest__Output>,
  limits: Limits,
): StatusQuery {
  const taskId = optionalId('task_id', request.task_id, limits);
  const podName = optionalId('worker_pod_name', request.worker_pod_name, limits);
  const status = request.status_filter;
  if (status === '') return { taskId, podName };
  if (!isStatusFilter(status))
    reject(
      'status_filter',
      `${quote(status)} is unknown; write running, pending, succeeded, failed or nothing`,
    );
  return { taskId, podName, status };
}

function isStatusFilter(text: string): text is StatusFilter {
  return filters.has(text);
}
