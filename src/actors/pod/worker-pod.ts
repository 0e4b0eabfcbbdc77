/**
 * The Pod of a worker: built field by field from an allow-list, never by merging what a user sent.
 *
 * Kubernetes expands `$(NAME)` in commands and environment; every `$` of the user is doubled, which is
 * the exact inverse, so the container receives what was written.
 */
import { specHashAnnotation, type ContainerManifest, type PodManifest } from '../../cluster/port.ts';
import type { WorkerTemplate } from '../../machines/command.ts';
import type { WorkerTarget } from '../../machines/worker/events.ts';
import { workerLabels, type StagePlace, type WorkerOrder } from '../../machines/worker/order.ts';
import { contentHash } from '../naming.ts';

/** What every worker Pod of this Ottoscaler shares. */
export interface PodPolicy {
  readonly graceSeconds: number;
  /** `restricted`: Pod Security's profile of that name. `none`: the image's own user, for builds that need root. */
  readonly security: 'restricted' | 'none';
  /** The user of a restricted worker. */
  readonly runAsUser: number;
  /** Absent where workers push no lines. No part of the spec's hash: a Pod is the same intent without it. */
  readonly push?: PushPolicy;
}

/** What a worker needs to push its lines. */
export interface PushPolicy {
  /** `host:port` */
  readonly endpoint: string;
  /** The same for the same worker after every restart. Must never be logged. */
  readonly tokenOf: (workerId: string) => string;
  /** PEM of the authorities that vouch for the endpoint, as they are now, or `system`; absent: plaintext. */
  readonly authority?: () => string;
}

/** Without a command a worker says what it was made for; quoted, so that nothing in it is executed. */
const announce =
  'printf "task %s repository %s commit %s\\n" "$OTTO_TASK_ID" "$OTTO_REPOSITORY" "$OTTO_COMMIT_SHA"';

/** What the Pod is meant to be; equal hashes on equal owners mean the same intent, whenever it is made. */
export function specHash({ order, slot }: WorkerTarget): string {
  const { ledger, taskId, template, stage } = order;
  const place = stage ? [stage.stageId] : [];
  return contentHash([ledger.uid, slot.index, slot.attempt, taskId, template, ...place]);
}

/** @param atMs epoch ms */
export function workerPod(target: WorkerTarget, policy: PodPolicy, atMs: number): PodManifest {
  const { order, slot } = target;
  const { name, uid } = order.ledger;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: slot.podName,
      labels: workerLabels(name, slot),
      annotations: {
        'ottoscaler.io/task-id': order.taskId,
        ...(order.stage ? placeAnnotations(order.stage) : {}),
        [specHashAnnotation]: specHash(target),
      },
      ownerReferences: [
        { apiVersion: 'v1', kind: 'ConfigMap', name, uid, controller: true, blockOwnerDeletion: false },
      ],
    },
    spec: {
      restartPolicy: 'Never',
      activeDeadlineSeconds: secondsLeft(order, atMs),
      terminationGracePeriodSeconds: policy.graceSeconds,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      ...(policy.security === 'restricted' ? { securityContext: podSecurity(policy.runAsUser) } : {}),
      containers: [container(target, policy)],
    },
  };
}

function placeAnnotations({ pipelineId, stageId }: StagePlace): Readonly<Record<string, string>> {
  return { 'ottoscaler.io/pipeline-id': pipelineId, 'ottoscaler.io/stage-id': stageId };
}

/** How long the kubelet lets it run: its own timeout, and never beyond the deadline of its run. */
function secondsLeft({ template, stage }: WorkerOrder, atMs: number): number {
  if (!stage || stage.endsBy === '') return template.timeoutSeconds;
  const untilEnd = Math.floor((Date.parse(stage.endsBy) - atMs) / 1_000);
  return Math.max(1, Math.min(template.timeoutSeconds, untilEnd));
}

function container(target: WorkerTarget, policy: PodPolicy): ContainerManifest {
  const { image, resources } = target.order.template;
  return {
    name: 'worker',
    image,
    ...program(target.order.template),
    env: [...environment(target), ...pushVariables(target.slot, policy.push)],
    resources: {
      requests: quantities(resources.cpuRequest, resources.memoryRequest),
      limits: quantities(resources.cpuLimit, resources.memoryLimit),
    },
    ...(policy.security === 'restricted' ? { securityContext: containerSecurity } : {}),
  };
}

/** What runs: as given, or through a shell; an empty part of what was given is the image's own. */
function program({ command, exec }: WorkerTemplate): Pick<ContainerManifest, 'command' | 'args'> {
  if (!exec) return { command: ['sh', '-c', literal(command ?? announce)] };
  return {
    ...(exec.command.length > 0 ? { command: exec.command.map(literal) } : {}),
    ...(exec.args.length > 0 ? { args: exec.args.map(literal) } : {}),
  };
}

function environment({ order, slot }: WorkerTarget): ContainerManifest['env'] {
  const ours: ReadonlyArray<readonly [string, string]> = [
    ['OTTO_TASK_ID', order.taskId],
    ['OTTO_WORKER_ID', slot.podName],
    ['OTTO_WORKER_INDEX', String(slot.index % order.workerCount)],
    ['OTTO_WORKER_COUNT', String(order.workerCount)],
    ['OTTO_REPOSITORY', order.repository],
    ['OTTO_COMMIT_SHA', order.commitSha],
    ['OTTO_TRIGGERED_BY', order.triggeredBy],
  ];
  const placed = order.stage ? placeVariables(order.stage, slot, order.workerCount) : [];
  const all = [...ours, ...placed, ...order.template.env];
  return all.map(([name, value]) => ({ name, value: literal(value) }));
}

function pushVariables(
  { podName }: WorkerTarget['slot'],
  push: PushPolicy | undefined,
): ContainerManifest['env'] {
  if (!push) return [];
  return [
    { name: 'OTTO_LOG_ENDPOINT', value: literal(push.endpoint) },
    { name: 'OTTO_WORKER_TOKEN', value: push.tokenOf(podName) },
    ...(push.authority ? [{ name: 'OTTO_LOG_CA', value: literal(push.authority()) }] : []),
  ];
}

/** Workers of one combination of the matrix stand side by side; the last axis varies fastest. */
function placeVariables(
  { pipelineId, stageId, matrix }: StagePlace,
  { index, attempt }: WorkerTarget['slot'],
  workerCount: number,
): ReadonlyArray<readonly [string, string]> {
  let combination = Math.floor(index / workerCount);
  const axes = matrix.toReversed().map(({ name, values }) => {
    const value = values[combination % values.length] ?? '';
    combination = Math.floor(combination / values.length);
    return [name, value] as const;
  });
  return [
    ['OTTO_PIPELINE_ID', pipelineId],
    ['OTTO_STAGE_ID', stageId],
    ['OTTO_ATTEMPT', String(attempt)],
    ...axes.toReversed(),
  ];
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
