/**
 * The Pods listed and watched before anybody asks: by a process that starts while it loads and is elected, by one
 * that stands by all the time. Who asks is told at once what is there by then, and from then on what changes.
 *
 * What is told is as old as the watch is late, like everything that a watch tells. What a broken watch has left is of
 * no use: then a reflection of its own begins for who asks.
 */
import type { PodApi, PodFact, PodObserver, Reflection } from '../port.ts';
import type { ObservedPod } from '../../machines/pod.ts';
import { ObserverShield } from './observer-shield.ts';

export interface PodsAhead {
  readonly pods: PodApi;
  stop(): Promise<void>;
}

/** @param warn told where an observer throws */
export function reflectAhead(pods: PodApi, warn: (problem: string) => void): PodsAhead {
  const ahead = new Ahead();
  const reflection = pods.reflect(ahead);
  const stop = () => reflection.stop();
  let isTaken = false;
  const reflect = (observer: PodObserver): Reflection => {
    if (isTaken || ahead.isBroken) {
      // A second one is nobody's, once it is of no use.
      if (!isTaken) void stop();
      isTaken = true;
      return pods.reflect(observer);
    }
    isTaken = true;
    const shield = new ObserverShield(observer, warn);
    // Not before its own call has returned.
    queueMicrotask(() => ahead.tell(shield));
    return {
      stop() {
        shield.mute();
        return stop();
      },
    };
  };
  return { pods: { ...pods, reflect }, stop };
}

class Ahead implements PodObserver {
  /** By name; undefined until they are listed. */
  #pods: Map<string, ObservedPod> | undefined;
  #health: { readonly healthy: boolean; readonly reason: string } | undefined;
  #observer: ObserverShield | undefined;

  get isBroken(): boolean {
    return this.#health?.healthy === false;
  }

  /** From here on all goes to the observer, and nothing is kept. */
  tell(observer: ObserverShield): void {
    this.#observer = observer;
    if (this.#pods) observer.listed([...this.#pods.values()]);
    if (this.#health) observer.health(this.#health.healthy, this.#health.reason);
    this.#pods = undefined;
  }

  listed(pods: readonly ObservedPod[]): void {
    if (this.#observer) this.#observer.listed(pods);
    else this.#pods = new Map(pods.map((pod) => [pod.name, pod]));
  }

  changed(facts: readonly PodFact[]): void {
    if (this.#observer) this.#observer.changed(facts);
    else for (const fact of facts) this.#keep(fact);
  }

  health(state: { readonly healthy: boolean; readonly reason: string }): void {
    this.#health = state;
    this.#observer?.health(state.healthy, state.reason);
  }

  #keep(fact: PodFact): void {
    if (fact.type === 'pod.observed') this.#pods?.set(fact.pod.name, fact.pod);
    else if (this.#pods?.get(fact.name)?.uid === fact.uid) this.#pods.delete(fact.name);
  }
}
