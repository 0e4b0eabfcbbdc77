/** Workers as a server describes them, for the tests of how they are shown. */
import type { WorkerPodStatus__Output } from '../../../src/rpc/generated/ottoscaler/v1/WorkerPodStatus.ts';
import { seenWorker, type SeenWorker } from '../../../src/cli/seen-worker.ts';
import { observe, startWatch, type Scope, type WatchState } from '../../../src/cli/watch-state.ts';

export const epochMs = Date.parse('2025-01-02T03:04:05Z');

/** RFC 3339, this many seconds after {@link epochMs}. */
const at = (seconds: number) => new Date(epochMs + seconds * 1_000).toISOString();

export function wireWorker(
  podName: string,
  status: string,
  fields: Partial<WorkerPodStatus__Output> = {},
): WorkerPodStatus__Output {
  return {
    pod_name: podName,
    task_id: 't1',
    status,
    created_at: at(0),
    started_at: status === 'pending' ? '' : at(2),
    completed_at: status === 'succeeded' || status === 'failed' ? at(5) : '',
    node_name: status === 'pending' ? '' : 'node-1',
    pod_ip: '',
    labels: {},
    error_message: status === 'failed' ? 'exit-code: container worker exited with 7' : '',
    reason: status === 'pending' ? 'waiting for capacity, at most 3600 s' : '',
    stage_id: '',
    last_line: '',
    ...fields,
  };
}

export function worker(
  podName: string,
  status: string,
  fields?: Partial<WorkerPodStatus__Output>,
): SeenWorker {
  return seenWorker(wireWorker(podName, status, fields));
}

/** A watch after one answer. */
export function watchOf(workers: readonly SeenWorker[], scope: Scope = { kind: 'task' }): WatchState {
  return observe(startWatch(scope), { workers, omittedCount: 0 }, 0);
}

/** This many seconds after {@link epochMs}, which is when the watch began. */
export const moment = (seconds: number) => ({
  dateMs: epochMs + seconds * 1_000,
  elapsedMs: seconds * 1_000,
});
