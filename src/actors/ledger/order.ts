/** From a ledger to the order that its workers are given: names, resolved template, deadlines. Pure. */
import type { StoredRecord } from '../../cluster/port.ts';
import type { ScaleUpCommand, WorkerTemplate } from '../../machines/command.ts';
import type { OpenScaleUp } from '../../machines/scale/replies.ts';
import type { WorkerLimits } from '../../machines/worker/order.ts';
import { objectName } from '../naming.ts';
import type { Ledger, LedgerState } from './record.ts';

/** What an operator configures about all workers. */
export interface OrderPolicy {
  readonly image: string;
  readonly cpuRequest: string;
  readonly cpuLimit: string;
  readonly memoryRequest: string;
  readonly memoryLimit: string;
  /** Also the timeout of workers that ask for none. */
  readonly timeoutSecondsMax: number;
  /** Longest run of a pipeline, also of one that asks for no bound. */
  readonly pipelineSecondsMax: number;
  /** All of a worker's deadlines but the one of its own timeout. */
  readonly limits: Omit<WorkerLimits, 'runMs'>;
}

/** What a template leaves to the configuration. */
export type TemplateDefaults = Omit<OrderPolicy, 'limits' | 'pipelineSecondsMax'>;

/** The kubelet ends a worker at its timeout; we do if nothing was heard of it this much later. */
const runSlackMs = 15_000;

/** Fills in what the command left to the configuration. The result goes into the ledger, so a later configuration changes nothing. */
export function resolveTemplate(t: WorkerTemplate, policy: TemplateDefaults): WorkerTemplate {
  const { cpuRequest, cpuLimit, memoryRequest, memoryLimit } = t.resources;
  return {
    ...t,
    image: t.image || policy.image,
    timeoutSeconds: Math.min(t.timeoutSeconds || policy.timeoutSecondsMax, policy.timeoutSecondsMax),
    resources: {
      // As Kubernetes does: a limit alone is also the request.
      cpuRequest: cpuRequest ?? cpuLimit ?? policy.cpuRequest,
      cpuLimit: cpuLimit ?? policy.cpuLimit,
      memoryRequest: memoryRequest ?? memoryLimit ?? policy.memoryRequest,
      memoryLimit: memoryLimit ?? policy.memoryLimit,
    },
  };
}

/** How long a container may run before we end it ourselves. */
export function runMsOf({ timeoutSeconds }: WorkerTemplate): number {
  return timeoutSeconds * 1_000 + runSlackMs;
}

export function podNamesOf(namespace: string, command: ScaleUpCommand): readonly string[] {
  return Array.from({ length: command.workerCount }, (_, index) => podName(namespace, command, index));
}

const firstAttempt = 1;

function podName(namespace: string, { taskId, requestId }: ScaleUpCommand, index: number): string {
  const parts = [taskId, requestId, String(index), String(firstAttempt)];
  return objectName({ kind: 'worker', namespace, parts, title: taskId });
}

export function openScaleUp(
  namespace: string,
  record: Pick<StoredRecord, 'name' | 'uid'>,
  { command, template, acceptedAt }: Extract<Ledger, { kind: 'scale-up' }>,
  state: LedgerState,
  policy: OrderPolicy,
): OpenScaleUp {
  const { taskId, repository, commitSha, triggeredBy, workerCount } = command;
  const limits = { ...policy.limits, runMs: runMsOf(template) };
  const ledger = { name: record.name, uid: record.uid };
  return {
    order: { ledger, taskId, repository, commitSha, triggeredBy, workerCount, template, acceptedAt, limits },
    created: state.created,
    promised: state.promised === true,
    slots: podNamesOf(namespace, command).map((name, index) => {
      const ended = state.ended[String(index)];
      return { slot: { podName: name, index, attempt: firstAttempt }, ...(ended ? { ended } : {}) };
    }),
  };
}
