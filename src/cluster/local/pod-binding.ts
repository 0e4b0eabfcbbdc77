/**
 * The assignment of a Pod to a node: once, by the scheduler or by a client's `pods/binding`.
 */
import { conflict } from './api-error.ts';
import type { Clock } from './clock.ts';
import { rfc3339Seconds } from './kube-object.ts';
import { asPod, type Pod, type PodCondition } from './pod.ts';
import { pods } from './resources/registry.ts';
import type { ObjectStore } from './store/object-store.ts';

/** The conditions with `next` in place of the one of its type; the time of transition stays where status stays. */
export function withCondition(
  conditions: readonly PodCondition[] | undefined,
  next: Omit<PodCondition, 'lastProbeTime' | 'lastTransitionTime'>,
  nowMs: number,
): PodCondition[] {
  const before = conditions?.find((condition) => condition.type === next.type);
  const isSame = before?.status === next.status;
  const lastTransitionTime = isSame ? before.lastTransitionTime : rfc3339Seconds(nowMs);
  const made: PodCondition = { lastProbeTime: null, lastTransitionTime, ...next };
  if (before === undefined) return [...(conditions ?? []), made];
  return (conditions ?? []).map((condition) => (condition.type === next.type ? made : condition));
}

export function bindPodToNode(
  store: ObjectStore,
  clock: Clock,
  target: { readonly namespace: string; readonly name: string; readonly uid?: string; readonly node: string },
): Pod {
  const { namespace, name, node } = target;
  return asPod(
    store.update(
      pods,
      namespace,
      name,
      (object) => {
        const pod = asPod(object);
        if ((pod.spec.nodeName ?? '') !== '')
          throw conflict(
            pods,
            name,
            `pod ${name} is already assigned to node ${JSON.stringify(pod.spec.nodeName)}`,
          );
        if (pod.metadata.deletionTimestamp !== undefined)
          throw conflict(pods, name, `pod ${name} is being deleted, cannot be assigned to a host`);
        if (target.uid !== undefined && target.uid !== pod.metadata.uid)
          throw conflict(
            pods,
            name,
            `Precondition failed: UID in precondition: ${target.uid}, UID in object meta: ${pod.metadata.uid}`,
          );
        const conditions = withCondition(
          pod.status.conditions,
          { type: 'PodScheduled', status: 'True' },
          clock.nowMs(),
        );
        return { ...pod, spec: { ...pod.spec, nodeName: node }, status: { ...pod.status, conditions } };
      },
      { part: 'all' },
    ),
  );
}
