/**
 * An observer that may throw, or return a promise that rejects, without harm to the reflector.
 *
 * Also the one place that holds two promises of the port: no callback after stop, and health only when it
 * changes.
 */
import { messageOf } from '../../error-message.ts';
import type { PodFact, PodObserver } from '../port.ts';
import type { ObservedPod } from '../../machines/pod.ts';

export class ObserverShield {
  readonly #observer: PodObserver;
  readonly #warn: (problem: string) => void;
  #muted = false;
  #healthy: boolean | undefined;

  constructor(observer: PodObserver, warn: (problem: string) => void) {
    this.#observer = observer;
    this.#warn = warn;
  }

  mute(): void {
    this.#muted = true;
  }

  listed(pods: readonly ObservedPod[]): void {
    this.#tell('listed', () => this.#observer.listed(pods));
  }

  changed(facts: readonly PodFact[]): void {
    if (facts.length > 0) this.#tell('changed', () => this.#observer.changed(facts));
  }

  health(healthy: boolean, reason: string): void {
    if (healthy === this.#healthy) return;
    this.#healthy = healthy;
    this.#tell('health', () => this.#observer.health({ healthy, reason }));
  }

  #tell(method: string, call: () => unknown): void {
    if (this.#muted) return;
    const failed = (error: unknown): void => {
      this.#warn(`a Pod observer failed in ${method}: ${messageOf(error)}`);
    };
    try {
      const returned = call();
      // An async function is a legal `() => void`: its rejection would end the process.
      if (returned instanceof Promise) returned.catch(failed);
    } catch (error) {
      failed(error);
    }
  }
}
