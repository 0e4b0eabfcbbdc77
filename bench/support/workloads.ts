/**
 * What the benchmarks run, as a client of ScaleUp writes it and as the Pod that Ottoscaler makes of it, so
 * that every contender creates exactly the same Pods.
 */
import { workerPod } from '../../src/actors/pod/worker-pod.ts';
import type { PodManifest } from '../../src/cluster/port.ts';
import { readSettings } from '../../src/config/read-settings.ts';
import type { LedgerRef, WorkerOrder } from '../../src/machines/worker/order.ts';
import { policyOf } from '../../src/programs/compose.ts';

type BuildConfig = Readonly<Record<string, string>>;

const repository = 'https://example.com/repository.git';
const commitSha = '0123456789abcdef0123456789abcdef01234567';

/**
 * Pods that no node takes, since they ask for the most that Ottoscaler allows: the API server does all that
 * it does for any Pod, and no kubelet runs it.
 */
export const unschedulable: BuildConfig = {
  command: 'echo "worker $OTTO_WORKER_INDEX of $OTTO_WORKER_COUNT"',
  cpu_request: '64',
  cpu_limit: '64',
  memory_request: '256Gi',
  memory_limit: '256Gi',
};

export const echo: BuildConfig = { command: 'echo "worker $OTTO_WORKER_INDEX of $OTTO_WORKER_COUNT"' };

/** Runs for longer than any benchmark, where a node takes it. */
export const sleep: BuildConfig = { command: 'sleep 3600' };

export function scaleUpRequest(taskId: string, workers: number, buildConfig: BuildConfig) {
  return {
    task_id: taskId,
    repository,
    commit_sha: commitSha,
    worker_count: workers,
    build_config: { ...buildConfig },
    triggered_by: 'bench',
    reason: '',
    metadata: {},
  };
}

/** The Pod that Ottoscaler makes for such a request by default. */
export function podOf(buildConfig: BuildConfig, podName: string, ledger: LedgerRef): PodManifest {
  const { pod, order: policy } = policyOf(readSettings({}));
  const { command, cpu_request, cpu_limit, memory_request, memory_limit } = buildConfig;
  const order: WorkerOrder = {
    ledger,
    taskId: 'bench',
    repository,
    commitSha,
    triggeredBy: 'bench',
    workerCount: 100,
    template: {
      image: policy.image,
      ...(command === undefined ? {} : { command }),
      timeoutSeconds: policy.timeoutSecondsMax,
      env: [],
      resources: {
        cpuRequest: cpu_request ?? policy.cpuRequest,
        cpuLimit: cpu_limit ?? policy.cpuLimit,
        memoryRequest: memory_request ?? policy.memoryRequest,
        memoryLimit: memory_limit ?? policy.memoryLimit,
      },
    },
    acceptedAt: new Date().toISOString(),
    limits: { ...policy.limits, runMs: 0 },
  };
  return workerPod({ order, slot: { podName, index: 0, attempt: 1 } }, pod, Date.now());
}
