/** Orders, slots and Pods as the charts are given them; every field can be overruled. */
import type { ScaleDownCommand, ScaleUpCommand } from '../../src/machines/command.ts';
import type { ObservedPod } from '../../src/machines/pod.ts';
import type { OpenScaleUp } from '../../src/machines/scale/replies.ts';
import type {
  EndedWorker,
  Outcome,
  WorkerLimits,
  WorkerOrder,
  WorkerSlot,
} from '../../src/machines/worker/order.ts';

/** All different, so that a test tells which deadline it was. */
export const limits: WorkerLimits = {
  queueMs: 600_000,
  pendingMs: 120_000,
  runMs: 3_600_000,
  unreachableMs: 300_000,
  recordMs: 30_000,
  drainMs: 10_000,
  deleteMs: 60_000,
};

export function order(overrides: Partial<WorkerOrder> = {}): WorkerOrder {
  return {
    ledger: { name: 'otto-ledger-a', uid: 'ledger-uid-a' },
    taskId: 'task-a',
    repository: 'https://example.com/repo.git',
    commitSha: 'c0ffee',
    triggeredBy: 'alice',
    workerCount: 1,
    template: { image: '', timeoutSeconds: 0, env: [], resources: {} },
    acceptedAt: '2026-01-01T00:00:00Z',
    limits,
    ...overrides,
  };
}

export function slot(index = 0, prefix = 'otto-a'): WorkerSlot {
  return { podName: `${prefix}-${index}`, index, attempt: 1 };
}

export function openScaleUp(count: number, overrides: Partial<OpenScaleUp> = {}): OpenScaleUp {
  return {
    order: order({ workerCount: count }),
    slots: Array.from({ length: count }, (_, index) => ({ slot: slot(index) })),
    created: false,
    promised: false,
    ...overrides,
  };
}

export function scaleUpCommand(overrides: Partial<ScaleUpCommand> = {}): ScaleUpCommand {
  return {
    kind: 'scale-up',
    taskId: 'task-a',
    requestId: '',
    repository: 'https://example.com/repo.git',
    commitSha: 'c0ffee',
    workerCount: 1,
    template: { image: '', timeoutSeconds: 0, env: [], resources: {} },
    triggeredBy: 'alice',
    reason: '',
    metadata: [],
    ...overrides,
  };
}

export function scaleDownCommand(overrides: Partial<ScaleDownCommand> = {}): ScaleDownCommand {
  return {
    kind: 'scale-down',
    taskId: 'task-a',
    requestId: '',
    target: 0,
    triggeredBy: 'alice',
    reason: '',
    ...overrides,
  };
}

/** A Pod of the default order's only worker: created, not yet scheduled. */
export function pod(overrides: Partial<ObservedPod> = {}): ObservedPod {
  return {
    name: slot().podName,
    uid: 'pod-uid-1',
    resourceVersion: '1',
    owner: order().ledger,
    specHash: 'hash',
    phase: 'Pending',
    reason: '',
    message: '',
    deleting: false,
    createdAt: '2026-01-01T00:00:01Z',
    nodeName: '',
    podIp: '',
    ...overrides,
  };
}

const startedAt = '2026-01-01T00:00:02Z';
const finishedAt = '2026-01-01T00:00:03Z';

export function waiting(reason: string, message = ''): Partial<ObservedPod> {
  return { phase: 'Pending', nodeName: 'node-1', container: { kind: 'waiting', reason, message } };
}

export function running(overrides: Partial<ObservedPod> = {}): Partial<ObservedPod> {
  const container = { kind: 'running', startedAt } as const;
  return { phase: 'Running', nodeName: 'node-1', podIp: '10.0.0.1', container, ...overrides };
}

export function exited(exitCode: number, reason = '', message = ''): Partial<ObservedPod> {
  const container = { kind: 'terminated', exitCode, reason, message, startedAt, finishedAt } as const;
  return { phase: exitCode === 0 ? 'Succeeded' : 'Failed', nodeName: 'node-1', container };
}

export function endedWorker(outcome: Outcome = { kind: 'succeeded' }): EndedWorker {
  return { outcome, createdAt: '2026-01-01T00:00:01Z', startedAt, endedAt: finishedAt, nodeName: 'node-1' };
}
