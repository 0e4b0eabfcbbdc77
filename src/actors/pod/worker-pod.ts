/**
 * The Pod of a worker: built field by field from an allow-list, never by merging what a user sent.
 *
 * Kubernetes expands `$(NAME)` in commands and environment; every `$` of the user is doubled, which is
 * the exact inverse, so the container receives what was written.
 */
import { specHashAnnotation, type ContainerManifest, type PodManifest } from '../../cluster/port.ts';
import type { WorkerTarget } from '../../machines/worker/events.ts';
import { workerLabels } from '../../machines/worker/order.ts';
import { contentHash } from '../naming.ts';

/** What every worker Pod of this Ottoscaler shares. */
export interface PodPolicy {
  readonly graceSeconds: number;
  /** `restricted`: Pod Security's profile of that name. `none`: the image's own user, for builds that need root. */
  readonly security: 'restricted' | 'none';
  /** The user of a restricted worker. */
  readonly runAsUser: number;
}

/** Without a command a worker says what it was made for; quoted, so that nothing in it is executed. */
const announce =
  'printf "task %s repository %s commit %s\\n" "$OTTO_TASK_ID" "$OTTO_REPOSITORY" "$OTTO_COMMIT_SHA"';

/** What the Pod is meant to be; equal hashes on equal owners mean the same intent. */
export function specHash({ order, slot }: WorkerTarget): string {
  return contentHash([order.ledger.uid, slot.index, slot.attempt, order.taskId, order.template]);
}

export function workerPod(target: WorkerTarget, policy: PodPolicy): PodManifest {
  const { order, slot } = target;
  const { name, uid } = order.ledger;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: slot.podName,
      labels: workerLabels(name, slot),
      annotations: { 'ottoscaler.io/task-id': order.taskId, [specHashAnnotation]: specHash(target) },
      ownerReferences: [
        { apiVersion: 'v1', kind: 'ConfigMap', name, uid, controller: true, blockOwnerDeletion: false },
      ],
    },
    spec: {
      restartPolicy: 'Never',
      activeDeadlineSeconds: order.template.timeoutSeconds,
      terminationGracePeriodSeconds: policy.graceSeconds,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      ...(policy.security === 'restricted' ? { securityContext: podSecurity(policy.runAsUser) } : {}),
      containers: [container(target, policy)],
    },
  };
}

function container(target: WorkerTarget, policy: PodPolicy): ContainerManifest {
  const { image, command, resources } = target.order.template;
  return {
    name: 'worker',
    image,
    command: ['sh', '-c', literal(command ?? announce)],
    env: environment(target),
    resources: {
      requests: quantities(resources.cpuRequest, resources.memoryRequest),
      limits: quantities(resources.cpuLimit, resources.memoryLimit),
    },
    ...(policy.security === 'restricted' ? { securityContext: containerSecurity } : {}),
  };
}

function environment({ order, slot }: WorkerTarget): ContainerManifest['env'] {
  const ours: ReadonlyArray<readonly [string, string]> = [
    ['OTTO_TASK_ID', order.taskId],
    ['OTTO_WORKER_ID', slot.podName],
    ['OTTO_WORKER_INDEX', String(slot.index)],
    ['OTTO_WORKER_COUNT', String(order.workerCount)],
    ['OTTO_REPOSITORY', order.repository],
    ['OTTO_COMMIT_SHA', order.commitSha],
    ['OTTO_TRIGGERED_BY', order.triggeredBy],
  ];
  return [...ours, ...order.template.env].map(([name, value]) => ({ name, value: literal(value) }));
}

/** Undoes Kubernetes' `$(NAME)` expansion before it happens. */
function literal(text: string): string {
  return text.replaceAll('$', '$$$$');
}

function quantities(cpu: string | undefined, memory: string | undefined): Record<string, string> {
  return { ...(cpu === undefined ? {} : { cpu }), ...(memory === undefined ? {} : { memory }) };
}

/** @see https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted */
const podSecurity = (runAsUser: number) => ({
  runAsNonRoot: true,
  runAsUser,
  runAsGroup: runAsUser,
  seccompProfile: { type: 'RuntimeDefault' },
});

const containerSecurity = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
