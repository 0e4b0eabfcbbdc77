/**
 * Logs that a former process had begun to read, and whose Pods went while nobody looked: what was written there since
 * the mark is missing, and a gap record says so.
 *
 * It goes by the marks that the store had at the start. Whoever takes workers over follows those that are still there;
 * of the others the API server is asked, until each is followed or gone.
 */
import { ClusterError, type PodApi } from '../../cluster/port.ts';
import type { Clock, Log } from '../../actors/ports.ts';
import type { LineStore, MarkedSource } from '../store.ts';
import { FollowedLines } from './followed-lines.ts';

export interface AbandonedLogsOptions {
  readonly pods: Pick<PodApi, 'read'>;
  readonly store: Pick<LineStore, 'append' | 'forget'>;
  /** As the store had them when it was opened. */
  readonly sources: Iterable<MarkedSource>;
  readonly isFollowed: (podUid: string) => boolean;
  readonly clock: Clock;
  readonly log: Log;
}

/** By then whoever takes over has seen what is there. */
const firstLookMs = 10_000;
const lastLookMs = 300_000;

export class AbandonedLogs {
  readonly #options: AbandonedLogsOptions;
  readonly #sources = new Set<MarkedSource>();
  #lookMs = firstLookMs;
  #timer: unknown;
  #isStopped = false;

  constructor(options: AbandonedLogsOptions) {
    this.#options = options;
    for (const source of options.sources) if (container(source) !== '') this.#sources.add(source);
    this.#lookLater();
  }

  stop(): void {
    this.#isStopped = true;
    this.#options.clock.clearTimeout(this.#timer);
  }

  #lookLater(): void {
    if (this.#isStopped || this.#sources.size === 0) return;
    this.#timer = this.#options.clock.setTimeout(() => void this.#look(), this.#lookMs);
    this.#lookMs = Math.min(lastLookMs, this.#lookMs * 2);
  }

  /** One after the other: they are few, and nothing waits for them. */
  async #look(): Promise<void> {
    for (const source of this.#sources) {
      if (this.#isStopped) return;
      if (this.#options.isFollowed(source.origin.podUid)) this.#sources.delete(source);
      else if (await this.#isGone(source)) await this.#settle(source);
    }
    this.#lookLater();
  }

  async #isGone({ origin: { podName, podUid } }: MarkedSource): Promise<boolean> {
    try {
      return (await this.#options.pods.read(podName))?.uid !== podUid;
    } catch (error) {
      if (!(error instanceof ClusterError)) throw error;
      return false;
    }
  }

  async #settle(source: MarkedSource): Promise<void> {
    const { store, isFollowed, log } = this.#options;
    const { origin, mark, key } = source;
    this.#sources.delete(source);
    if (this.#isStopped || isFollowed(origin.podUid)) return;
    const lines = new FollowedLines({ origin, container: container(source) }, mark);
    if (!lines.isComplete) {
      log.warn({ podName: origin.podName }, 'the log of a worker that is gone was not read to its end');
      const gap = lines.unread('lines may be missing here: the Pod was gone before they were read');
      await store.append(gap, lines.mark());
    }
    store.forget(key);
  }
}

/** '' of one that pushes: its own numbers show what is missing. */
function container({ key, origin: { podUid } }: MarkedSource): string {
  const rest = key.slice(podUid.length + 1);
  return rest.includes('/') ? '' : rest;
}
