/**
 * What an operator does with a Pod that its node does not end though Ottoscaler has deleted it: it is deleted by force.
 * A kubelet of 1.20 forgets some that are deleted while their container starts; Ottoscaler rightly waits for ever.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Namespace } from '../support/kubernetes.ts';

const lookEveryMs = 2_000;
const patienceMs = 20_000;

export class Undertaker implements AsyncDisposable {
  /** Names of those that were ended by force. */
  readonly ended = new Set<string>();
  readonly #namespace: Namespace;
  readonly #stop = new AbortController();
  readonly #going: Promise<void>;

  constructor(namespace: Namespace) {
    this.#namespace = namespace;
    this.#going = this.#go();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#going;
  }

  async #go(): Promise<void> {
    const { signal } = this.#stop;
    while (await pause(lookEveryMs, true, { signal }).catch(() => false)) {
      // An API server that is away is looked at again.
      await this.#look().catch(() => {});
    }
  }

  async #look(): Promise<void> {
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0 };
    for (const { metadata } of await this.#namespace.pods()) {
      const { name, uid, deletionTimestamp } = metadata;
      // That is when its grace ends.
      if (deletionTimestamp === undefined || Date.now() < Date.parse(deletionTimestamp) + patienceMs)
        continue;
      await this.#namespace.call('DELETE', `pods/${name}`, { body: { ...body, preconditions: { uid } } });
      this.ended.add(name);
    }
  }
}
