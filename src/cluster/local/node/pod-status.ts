/**
 * A Pod's status from what its containers do: pure, as the kubelet's `generateAPIPodStatus` computes it.
 */
import { rfc3339Seconds } from '../kube-object.ts';
import { withCondition } from '../pod-binding.ts';
import type {
  Container,
  ContainerState,
  ContainerStateTerminated,
  ContainerStatus,
  Pod,
  PodPhase,
  PodStatus,
  RestartPolicy,
} from '../pod.ts';

export interface ContainerRecord {
  readonly spec: Container;
  readonly state: ContainerState;
  readonly last: ContainerStateTerminated | undefined;
  readonly restartCount: number;
  readonly containerId: string;
}

export interface PodProgress {
  readonly init: readonly ContainerRecord[];
  readonly main: readonly ContainerRecord[];
  readonly startedMs: number;
  /** Why the whole Pod has failed, for example `DeadlineExceeded`; its phase is then Failed whatever its containers did. */
  readonly failure?: { readonly reason: string; readonly message: string };
}

export function initialRecord(spec: Container, isInit: boolean, hasInit: boolean): ContainerRecord {
  const reason = hasInit && !isInit ? 'PodInitializing' : 'ContainerCreating';
  return { spec, state: { waiting: { reason } }, last: undefined, restartCount: 0, containerId: '' };
}

const succeeded = ({ state }: ContainerRecord): boolean =>
  'terminated' in state && state.terminated.exitCode === 0;

/** True once all init containers have succeeded. */
const isInitialized = (progress: PodProgress): boolean => progress.init.every(succeeded);

export function phaseOf(progress: PodProgress, policy: RestartPolicy): PodPhase {
  if (progress.failure !== undefined) return 'Failed';
  if (!isInitialized(progress)) {
    const hasFailed = progress.init.some((record) => 'terminated' in record.state && !succeeded(record));
    return policy === 'Never' && hasFailed ? 'Failed' : 'Pending';
  }
  // A container that waits to be started again is not waiting for the first time.
  if (progress.main.some(({ state, last }) => 'waiting' in state && last === undefined)) return 'Pending';
  if (progress.main.some(({ state }) => 'running' in state)) return 'Running';
  if (policy === 'Always' || progress.main.some(({ state }) => 'waiting' in state)) return 'Running';
  if (progress.main.every(succeeded)) return 'Succeeded';
  return policy === 'Never' ? 'Failed' : 'Running';
}

export function podStatus(pod: Pod, progress: PodProgress, nowMs: number): PodStatus {
  const phase = phaseOf(progress, pod.spec.restartPolicy);
  const { qosClass, conditions } = pod.status;
  const started = progress.main.some(({ state }) => 'running' in state || 'terminated' in state);
  const address =
    started || pod.status.podIP !== undefined ? { podIP: '127.0.0.1', podIPs: [{ ip: '127.0.0.1' }] } : {};
  return {
    phase,
    ...progress.failure,
    conditions: conditionsOf(progress, phase, conditions, nowMs),
    hostIP: '127.0.0.1',
    ...address,
    startTime: rfc3339Seconds(progress.startedMs),
    ...(progress.init.length === 0
      ? {}
      : { initContainerStatuses: progress.init.map((record) => containerStatus(record, true)) }),
    containerStatuses: progress.main.map((record) => containerStatus(record, false)),
    ...(qosClass === undefined ? {} : { qosClass }),
  };
}

const names = (records: readonly ContainerRecord[]): string =>
  `[${records.map(({ spec }) => spec.name).join(' ')}]`;

function conditionsOf(
  progress: PodProgress,
  phase: PodPhase,
  before: PodStatus['conditions'],
  nowMs: number,
): NonNullable<PodStatus['conditions']> {
  const unfinished = progress.init.filter((record) => !succeeded(record));
  const initialized =
    unfinished.length === 0
      ? { status: 'True' as const, ...(phase === 'Succeeded' ? { reason: 'PodCompleted' } : {}) }
      : {
          status: 'False' as const,
          reason: 'ContainersNotInitialized',
          message: `containers with incomplete status: ${names(unfinished)}`,
        };
  const unready = progress.main.filter(({ state }) => !('running' in state));
  const notReady = {
    status: 'False' as const,
    reason: 'ContainersNotReady',
    message: `containers with unready status: ${names(unready)}`,
  };
  const ready =
    phase === 'Succeeded'
      ? { status: 'False' as const, reason: 'PodCompleted' }
      : unready.length === 0
        ? { status: 'True' as const }
        : notReady;
  let conditions = withCondition(before, { type: 'Initialized', ...initialized }, nowMs);
  conditions = withCondition(conditions, { type: 'Ready', ...ready }, nowMs);
  conditions = withCondition(conditions, { type: 'ContainersReady', ...ready }, nowMs);
  return withCondition(conditions, { type: 'PodScheduled', status: 'True' }, nowMs);
}

function containerStatus(record: ContainerRecord, isInit: boolean): ContainerStatus {
  const { spec, state, last, restartCount, containerId } = record;
  const isRunning = 'running' in state;
  return {
    name: spec.name,
    state,
    lastState: last === undefined ? {} : { terminated: last },
    ready: isInit ? succeeded(record) : isRunning,
    restartCount,
    image: spec.image,
    imageID: containerId === '' ? '' : `local://${spec.image}`,
    ...(containerId === '' ? {} : { containerID: containerId }),
    started: isRunning,
  };
}
