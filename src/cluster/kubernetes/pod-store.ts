/**
 * The Pods as last seen, and the facts that a list or an event adds to them.
 *
 * A Pod is its UID: when a name is found with another UID, the former Pod is lost before the new one is
 * observed. What has been seen already (same UID, same resourceVersion) is no fact.
 */
import type { PodFact } from '../port.ts';
import type { ObservedPod } from '../../machines/pod.ts';

export class PodStore {
  #byName = new Map<string, ObservedPod>();

  get size(): number {
    return this.#byName.size;
  }

  /** Takes a complete list. @returns the difference to what was known. */
  replace(pods: readonly ObservedPod[]): PodFact[] {
    const former = this.#byName;
    const listed = new Set(pods.map((pod) => pod.name));
    const facts: PodFact[] = [];
    for (const pod of former.values()) {
      if (!listed.has(pod.name)) facts.push(...this.lost(pod));
    }
    for (const pod of pods) facts.push(...this.observed(pod));
    return facts;
  }

  observed(pod: ObservedPod): PodFact[] {
    const known = this.#byName.get(pod.name);
    if (
      known?.uid === pod.uid &&
      known.resourceVersion === pod.resourceVersion &&
      pod.resourceVersion !== ''
    ) {
      return [];
    }
    this.#byName.set(pod.name, pod);
    const fact = { type: 'pod.observed', pod } as const;
    return known === undefined || known.uid === pod.uid ? [fact] : [lostFact(known), fact];
  }

  /** @param last the Pod's final state, as a DELETED event carries it. */
  lost(last: ObservedPod): PodFact[] {
    // Another UID under the name means that this loss was told when the name's new Pod was first seen.
    if (this.#byName.get(last.name)?.uid !== last.uid) return [];
    this.#byName.delete(last.name);
    return [lostFact(last)];
  }
}

function lostFact(last: ObservedPod): PodFact {
  return { type: 'pod.lost', name: last.name, uid: last.uid, last };
}
