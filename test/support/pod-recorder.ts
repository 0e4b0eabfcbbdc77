/** A Pod observer that keeps what it was told and lets a test wait for it. */
import type { PodFact, PodObserver } from '../../src/cluster/port.ts';
import type { ObservedPod } from '../../src/machines/pod.ts';

const waitMaxMs = 20_000;

export class PodRecorder implements PodObserver {
  readonly lists: (readonly ObservedPod[])[] = [];
  readonly facts: PodFact[] = [];
  readonly calls: (readonly PodFact[])[] = [];
  readonly healths: { readonly healthy: boolean; readonly reason: string }[] = [];
  readonly #waiting = new Set<() => void>();

  listed(pods: readonly ObservedPod[]): void {
    this.lists.push(pods);
    this.#wake();
  }

  changed(facts: readonly PodFact[]): void {
    this.calls.push(facts);
    this.facts.push(...facts);
    this.#wake();
  }

  health(state: { readonly healthy: boolean; readonly reason: string }): void {
    this.healths.push(state);
    this.#wake();
  }

  /** `observed a Running`, `lost a`: the facts as a test likes to read them. */
  get story(): string[] {
    return this.facts.map((fact) =>
      fact.type === 'pod.lost' ? `lost ${fact.name}` : `observed ${fact.pod.name} ${fact.pod.phase}`,
    );
  }

  get current(): Map<string, ObservedPod> {
    const pods = new Map((this.lists[0] ?? []).map((pod) => [pod.name, pod]));
    for (const fact of this.facts) {
      if (fact.type === 'pod.observed') pods.set(fact.pod.name, fact.pod);
      else if (pods.get(fact.name)?.uid === fact.uid) pods.delete(fact.name);
    }
    return pods;
  }

  /** Resolves once `holds`; rejects with what was seen when that takes too long. */
  async until(what: string, holds: (recorder: this) => boolean): Promise<void> {
    const deadline = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      deadline.reject(
        new Error(
          `never saw ${what}; saw ${JSON.stringify({ story: this.story.slice(-20), healths: this.healths })}`,
        ),
      );
    }, waitMaxMs);
    try {
      while (!holds(this)) {
        const woken = Promise.withResolvers<void>();
        this.#waiting.add(woken.resolve);
        await Promise.race([woken.promise, deadline.promise]);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  untilListed(): Promise<void> {
    return this.until('the first list', ({ lists }) => lists.length > 0);
  }

  untilObserved(name: string, holds: (pod: ObservedPod) => boolean = () => true): Promise<void> {
    return this.until(`pod ${name} as wanted`, ({ current }) => {
      const pod = current.get(name);
      return pod !== undefined && holds(pod);
    });
  }

  untilLost(uid: string): Promise<void> {
    return this.until(`the loss of ${uid}`, ({ facts }) =>
      facts.some((fact) => fact.type === 'pod.lost' && fact.uid === uid),
    );
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}
