/** Where the cluster's facts go, and what they say about capacity. */
import type { ObservedPod } from '../pod.ts';
import { mayUseResources } from '../worker/context.ts';
import type { PoolEvent } from './events.ts';
import type { Registry, WorkerRef } from './registry.ts';

type Facts = Extract<PoolEvent, { type: 'pods.changed' }>['facts'];

/**
 * Hands each fact to the worker that has the Pod's name; whether it is its Pod, the worker judges.
 *
 * @returns Pods whose name's worker ended by an earlier one of these facts: nobody has them any more
 */
export function routeFacts({ workers }: Registry, facts: Facts): readonly ObservedPod[] {
  const left: ObservedPod[] = [];
  for (const fact of facts) {
    const name = fact.type === 'pod.observed' ? fact.pod.name : fact.name;
    const ref = workers.get(name);
    if (ref?.getSnapshot().status !== 'done') ref?.send(fact);
    else if (fact.type === 'pod.observed' && !fact.pod.deleting) left.push(fact.pod);
  }
  return left;
}

/** Observed Pods that no worker has. Those already being deleted need nobody. */
export function straysAmong({ workers }: Registry, facts: Facts): readonly ObservedPod[] {
  const strays: ObservedPod[] = [];
  for (const fact of facts) {
    if (fact.type === 'pod.observed' && !fact.pod.deleting && !workers.has(fact.pod.name))
      strays.push(fact.pod);
  }
  return strays;
}

/**
 * Which workers use resources, read from the workers themselves.
 *
 * The pool's `live` set follows from reports; this is the same question asked anew. They differ only
 * where a report was lost, which is a defect: the difference is alarmed, and repaired.
 */
function liveNow({ workers }: Registry): Set<string> {
  const live = new Set<string>();
  for (const [id, ref] of workers) if (isLive(ref)) live.add(id);
  return live;
}

function isLive(ref: WorkerRef): boolean {
  const snapshot = ref.getSnapshot();
  const gaveUp = snapshot.matches({ cleanup: 'stuck' }) || snapshot.matches({ cleanup: 'verifying' });
  return mayUseResources(snapshot.context) && !gaveUp;
}

/** Counts a worker as live whose Pod was just seen, unless that Pod had ended by then. */
export function occupy({ workers, live }: Registry, id: string): void {
  const ref = workers.get(id);
  if (ref && isLive(ref)) live.add(id);
}

/** @returns how many workers `live` holds too many or too few; 0 unless a report was lost. */
export function capacityDrift(registry: Registry): number {
  return registry.live.symmetricDifference(liveNow(registry)).size;
}

export function repairCapacity(registry: Registry): void {
  const now = liveNow(registry);
  for (const id of registry.live) if (!now.has(id)) registry.live.delete(id);
  for (const id of now) registry.live.add(id);
}
