/**
 * The one line that `kubectl get pods` shows of a Pod, computed as kube-apiserver's printer computes it
 * (`pkg/printers/internalversion/printers.go`, printPod).
 */
import { asPod, type ContainerStatus, type Pod } from '../pod.ts';
import type { KubeObject } from '../kube-object.ts';
import { humanAge } from './age.ts';

export interface PodSummary {
  readonly ready: string;
  readonly status: string;
  readonly restarts: number;
}

export function podSummary(pod: Pod): PodSummary {
  const { status, spec, metadata } = pod;
  const init = initReason(pod);
  const mains = status.containerStatuses ?? [];
  const ready = mains.filter((c) => c.ready && 'running' in c.state).length;
  let reason = init?.reason ?? mainReason(pod, ready > 0);
  if (metadata.deletionTimestamp !== undefined)
    reason = status.reason === 'NodeLost' ? 'Unknown' : 'Terminating';
  const counted = init === undefined ? mains : (status.initContainerStatuses ?? []);
  return {
    ready: `${init === undefined ? ready : 0}/${spec.containers.length}`,
    status: reason,
    restarts: counted.reduce((sum, container) => sum + container.restartCount, 0),
  };
}

/** What the first init container that has not succeeded says; undefined where all have. */
function initReason(pod: Pod): { readonly reason: string } | undefined {
  const statuses = pod.status.initContainerStatuses ?? [];
  for (const [index, { state }] of statuses.entries()) {
    if ('terminated' in state && state.terminated.exitCode === 0) continue;
    if ('terminated' in state) return { reason: `Init:${terminatedReason(state.terminated)}` };
    if ('waiting' in state && state.waiting.reason !== '' && state.waiting.reason !== 'PodInitializing')
      return { reason: `Init:${state.waiting.reason}` };
    return { reason: `Init:${index}/${pod.spec.initContainers?.length ?? 0}` };
  }
  return undefined;
}

function terminatedReason(terminated: { reason: string; signal?: number; exitCode: number }): string {
  if (terminated.reason !== '') return terminated.reason;
  return terminated.signal === undefined ? `ExitCode:${terminated.exitCode}` : `Signal:${terminated.signal}`;
}

function mainReason(pod: Pod, hasRunning: boolean): string {
  const { status } = pod;
  const base = status.reason ?? status.phase;
  // The first container in the spec that has something to say wins, so they are asked from the last to the first.
  const reason = (status.containerStatuses ?? []).reduceRight<string>(
    (before, container) => containerReason(container) ?? before,
    base,
  );
  if (reason !== 'Completed' || !hasRunning) return reason;
  const isReady = status.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') === true;
  return isReady ? 'Running' : 'NotReady';
}

function containerReason({ state }: ContainerStatus): string | undefined {
  if ('waiting' in state) return state.waiting.reason === '' ? undefined : state.waiting.reason;
  return 'terminated' in state ? terminatedReason(state.terminated) : undefined;
}

export function podCells(object: KubeObject, nowMs: number): readonly unknown[] {
  const pod = asPod(object);
  const { ready, status, restarts } = podSummary(pod);
  const age = humanAge(pod.metadata.creationTimestamp, nowMs);
  const { podIP = '<none>' } = pod.status;
  return [
    pod.metadata.name,
    ready,
    status,
    restarts,
    age,
    podIP,
    pod.spec.nodeName ?? '<none>',
    '<none>',
    '<none>',
  ];
}
