/**
 * Our Pods as the API server has them: list, then watch, for as long as it takes.
 *
 * Trusts the order of a watch and the completeness of a list, nothing else. Whatever breaks, it resumes from
 * the last resourceVersion, or lists again where the server has forgotten that, and tells the observer the
 * difference by UID. Facts may come late, never wrong and never twice.
 *
 * Rate: a watch that did not last `shortMs` counts as failed however it ended; after a failure the next try
 * waits at least `backoffBaseMs`, growing until real data arrives.
 */
import { ClusterError, type PodFact, type PodObserver, type Reflection } from '../port.ts';
import type { ApiListener } from './api-listener.ts';
import { Backoff } from './backoff.ts';
import type { Clock } from './clock.ts';
import { errorFromFailure } from './errors.ts';
import { comparePosition, guardIdle } from './idle-guard.ts';
import { listPods } from './list-pods.ts';
import { observePod } from './observe-pod.ts';
import { PodStore } from './pod-store.ts';
import { ObserverShield } from './observer-shield.ts';
import type { Transport } from './transport.ts';
import { watchEvents, type WatchEvent, type WatchRequest } from './watch-stream.ts';

export interface ReflectorTiming {
  readonly backoffBaseMs: number;
  readonly backoffMaxMs: number;
  /** A watch that ends sooner has failed. */
  readonly shortMs: number;
  /** Silence after which a watch is doubted. */
  readonly idleMs: number;
  /** How long the check of a silent watch may take. */
  readonly checkMs: number;
  /** What a check saw may arrive this much later on the watch itself. */
  readonly graceMs: number;
}

export const defaultTiming: ReflectorTiming = {
  backoffBaseMs: 1000,
  backoffMaxMs: 30_000,
  shortMs: 5000,
  idleMs: 20_000,
  checkMs: 10_000,
  graceMs: 1000,
};

export interface ReflectorOptions {
  readonly transport: Transport;
  /** Path of the Pods' collection. */
  readonly path: string;
  readonly labelSelector: string;
  readonly timing: ReflectorTiming;
  readonly clock: Clock;
  readonly random: () => number;
  /** Told where an observer throws. */
  readonly warn: (problem: string) => void;
  readonly listener?: Omit<ApiListener, 'called'> | undefined;
}

export function reflectPods(options: ReflectorOptions, observer: PodObserver): Reflection {
  const reflector = new Reflector(options, observer);
  const running = reflector.run();
  return {
    stop() {
      reflector.stop();
      return running;
    },
  };
}

class Reflector {
  readonly #options: ReflectorOptions;
  readonly #observer: ObserverShield;
  readonly #store = new PodStore();
  readonly #backoff: Backoff;
  readonly #stopping = new AbortController();
  /** Where the next watch goes on; undefined asks for a list. */
  #position: string | undefined;
  #listedOnce = false;
  #openedMs = Infinity;
  #dataMs = -Infinity;

  constructor(options: ReflectorOptions, observer: PodObserver) {
    const { timing, random, warn } = options;
    this.#options = options;
    this.#observer = new ObserverShield(observer, warn);
    this.#backoff = new Backoff({ baseMs: timing.backoffBaseMs, maxMs: timing.backoffMaxMs, random });
  }

  stop(): void {
    this.#observer.mute();
    this.#stopping.abort();
  }

  async run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const resumes = this.#position !== undefined;
      const failure = await this.#listAndWatch();
      if (signal.aborted) return;
      const livedMs = this.#options.clock.nowMs() - this.#openedMs;
      const lasted = livedMs >= this.#options.timing.shortMs;
      if (failure === undefined && lasted) continue;
      const expired = failure?.code === 'expired';
      if (expired) this.#position = undefined;
      this.#options.listener?.broke();
      this.#observer.health(
        false,
        failure?.message ?? `watch pods: the watch ended after ${Math.round(livedMs)} ms`,
      );
      // A position that grew old is no fault of the server: the list may follow at once.
      if (lasted || (expired && resumes)) continue;
      await this.#options.clock.sleep(this.#backoff.next(failure?.retryAfterMs), signal);
    }
  }

  /** @returns why the watch broke; undefined where the server ended it. */
  async #listAndWatch(): Promise<ClusterError | undefined> {
    this.#openedMs = Infinity;
    try {
      this.#position ??= await this.#list();
      await this.#watch(this.#position);
      return undefined;
    } catch (error) {
      return errorFromFailure('watch pods', error);
    }
  }

  async #list(): Promise<string> {
    const { transport, path, labelSelector } = this.#options;
    const { pods, resourceVersion } = await listPods(transport, path, labelSelector, this.#stopping.signal);
    const facts = this.#store.replace(pods);
    if (this.#listedOnce) this.#observer.changed(facts);
    else this.#observer.listed(pods);
    this.#listedOnce = true;
    this.#options.listener?.listed();
    return resourceVersion;
  }

  async #watch(position: string): Promise<void> {
    const { transport, random } = this.#options;
    const ending = new AbortController();
    const signal = AbortSignal.any([this.#stopping.signal, ending.signal]);
    const request = this.#request(position, 300 + Math.floor(random() * 300));
    let guards: Promise<unknown> = Promise.resolve();
    const opened = (): void => {
      guards = this.#opened(ending, signal);
    };
    try {
      for await (const events of watchEvents(transport, request, signal, opened)) this.#take(events);
    } catch (error) {
      throw ending.signal.aborted ? ending.signal.reason : error;
    } finally {
      ending.abort();
      await guards;
    }
  }

  /** An open watch alone proves little after failures: then data, or having lasted, makes it healthy. */
  #opened(ending: AbortController, signal: AbortSignal): Promise<unknown> {
    const { clock, timing } = this.#options;
    this.#openedMs = this.#dataMs = clock.nowMs();
    this.#options.listener?.heard();
    if (this.#backoff.failures === 0) this.#observer.health(true, 'watching');
    const last = async (): Promise<void> => {
      await clock.sleep(timing.shortMs, signal);
      if (!signal.aborted) this.#observer.health(true, 'the watch lasts');
    };
    return Promise.all([
      last(),
      guardIdle({
        clock,
        signal,
        idleMs: timing.idleMs,
        dataMs: () => this.#dataMs,
        check: () => this.#check(ending, signal),
      }),
    ]);
  }

  #take(events: readonly WatchEvent[]): void {
    this.#dataMs = this.#options.clock.nowMs();
    this.#options.listener?.heard();
    this.#backoff.reset();
    const facts: PodFact[] = [];
    for (const event of events) {
      if (event.resourceVersion !== '') this.#position = event.resourceVersion;
      if (event.type === 'BOOKMARK') continue;
      const pod = observePod(event.object);
      if (pod === undefined) continue;
      facts.push(...(event.type === 'DELETED' ? this.#store.lost(pod) : this.#store.observed(pod)));
    }
    this.#observer.health(true, 'the watch brings data');
    this.#observer.changed(facts);
  }

  /** Ends a watch that has missed something; leaves one alone that nothing better could replace. */
  async #check(ending: AbortController, signal: AbortSignal): Promise<void> {
    const { transport, clock, timing } = this.#options;
    const silentSinceMs = this.#dataMs;
    const request = this.#request(this.#position ?? '', 1);
    try {
      const verdict = await comparePosition(transport, request, { clock, ms: timing.checkMs }, signal);
      // What the check saw first may be on its way to us: let the watch catch up before it is judged.
      if (verdict === 'behind') await clock.sleep(timing.graceMs, signal);
      if (signal.aborted || this.#dataMs !== silentSinceMs) return;
      if (verdict === 'behind') {
        ending.abort(new ClusterError('unavailable', 'watch pods: the watch was silent while Pods changed'));
        return;
      }
      this.#backoff.reset();
      this.#options.listener?.heard();
      this.#observer.health(true, 'the watch is quiet and complete');
    } catch (error) {
      if (signal.aborted || this.#dataMs !== silentSinceMs) return;
      this.#observer.health(false, errorFromFailure('watch pods', error).message);
    }
  }

  #request(resourceVersion: string, timeoutSeconds: number): WatchRequest {
    const { path, labelSelector } = this.#options;
    return { path, labelSelector, resourceVersion, timeoutSeconds, what: 'watch pods' };
  }
}
