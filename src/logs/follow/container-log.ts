/**
 * Reads the log of one container: a reading into the store, and glances at a place of it.
 */
import { ClusterError, type LogRead, type PodApi } from '../../cluster/port.ts';
import type { Clock, Log } from '../../actors/ports.ts';
import type { WorkerLine } from '../line.ts';
import type { FollowCounters } from './counters.ts';
import type { Followed, FollowedLines } from './followed-lines.ts';
import { guardSilence } from './silence.ts';
import type { TailSight } from './tail-place.ts';

export interface ContainerLogDeps {
  readonly pods: Pick<PodApi, 'followLog'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly counters: FollowCounters;
}

export interface ReadingOptions {
  /** Default: from the time on that the lines need. */
  readonly tail?: { readonly lines: number; readonly passMax: number };
  /** The container has ended: there is nothing to wait for, and a last line without a line break is one. */
  readonly isWhole: boolean;
  /** Whether it has ended by now. */
  readonly hasEnded: () => boolean;
  readonly offer: (lines: readonly WorkerLine[]) => Promise<void>;
  readonly signal: AbortSignal;
}

/** `again`: it was cut by ourselves, or another one has to begin elsewhere. */
export type Ending = 'ended' | 'broken' | 'again' | 'gone';

/** More than a time has; the rest of the line is not looked at. */
const glanceBytes = 64;
const unreadableWords = 'the node could not read the log of a worker';

export class ContainerLog {
  readonly #deps: ContainerLogDeps;
  readonly #followed: Followed;
  readonly #lines: FollowedLines;
  #hasToldFailure = false;

  constructor(deps: ContainerLogDeps, followed: Followed, lines: FollowedLines) {
    this.#deps = deps;
    this.#followed = followed;
    this.#lines = lines;
  }

  async read(options: ReadingOptions): Promise<Ending> {
    const { tail, isWhole, hasEnded, signal } = options;
    const { sinceTime, approach } = this.#lines;
    const cut = new AbortController();
    const heard = { chunks: 0, isBusy: false };
    const endGuard = guardSilence({
      clock: this.#deps.clock,
      heard,
      // A busy kubelet may take seconds to come to the first line that is wanted: a reading that ends by itself has its time.
      isEnding: () => !isWhole && hasEnded(),
      isBehind: () => (isWhole ? Promise.resolve(true) : this.#isBehind(signal)),
      cut: () => cut.abort(),
    });
    this.#lines.begin(tail === undefined ? 'since' : 'tail', tail?.passMax);
    const from =
      tail === undefined ? { ...(sinceTime !== undefined && { sinceTime }) } : { tailLines: tail.lines };
    try {
      return await this.#take(
        this.#open({
          ...from,
          // A search has to come to an end, to say that it found nothing.
          follow: !isWhole && (tail !== undefined || approach !== 'search'),
          signal: AbortSignal.any([signal, cut.signal]),
        }),
        heard,
        options,
      );
    } catch (error) {
      const ending = this.#endingOf(error);
      return cut.signal.aborted ? 'again' : ending;
    } finally {
      endGuard();
    }
  }

  /** @returns undefined where it could not be seen. */
  async glance(tailLines: number, signal: AbortSignal): Promise<TailSight | undefined> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of this.#open({ tailLines, bytesMax: glanceBytes, follow: false, signal }))
        chunks.push(chunk);
    } catch (error) {
      this.#endingOf(error);
      return undefined;
    }
    return this.#lines.sightOf(Buffer.concat(chunks));
  }

  async #take(
    chunks: AsyncIterable<Buffer>,
    heard: { chunks: number; isBusy: boolean },
    { isWhole, offer }: ReadingOptions,
  ): Promise<Ending> {
    const { counters, log } = this.#deps;
    let { count } = this.#lines;
    for await (const chunk of chunks) {
      heard.chunks += 1;
      counters.bytes += chunk.length;
      const lines = this.#lines.push(chunk);
      const isNew = this.#lines.count > count;
      counters.withheld += this.#lines.count - count - lines.length;
      ({ count } = this.#lines);
      heard.isBusy = true;
      // Also where all of it is withheld: the mark says so to the next process.
      if (isNew || lines.length > 0) await offer(lines);
      heard.isBusy = false;
      if (this.#lines.isLost) return 'again';
    }
    const rest = this.#lines.end(isWhole);
    if (rest.length > 0) await offer(rest);
    const { failure } = this.#lines;
    if (failure === undefined) return 'ended';
    // Usual of a Pod on its way out; what stays unread is a gap record.
    const told = { podName: this.#followed.origin.podName, reason: failure };
    if (this.#hasToldFailure) log.debug(told, unreadableWords);
    else log.info(told, unreadableWords);
    this.#hasToldFailure = true;
    return 'broken';
  }

  /** Whether the log has a line that the silent reading under way did not bring. */
  async #isBehind(signal: AbortSignal): Promise<boolean> {
    const newest = this.#lines.beside();
    try {
      for await (const chunk of this.#open({ follow: false, tailLines: 1, signal })) newest.push(chunk);
      return newest.isOther();
    } catch (error) {
      this.#endingOf(error);
      return true;
    }
  }

  #open(read: Omit<LogRead, 'container'>): AsyncIterable<Buffer> {
    const { container, origin } = this.#followed;
    return this.#deps.pods.followLog(origin.podName, { container, ...read });
  }

  #endingOf(error: unknown): 'broken' | 'gone' {
    if (!(error instanceof ClusterError)) throw error;
    if (error.code === 'not-found') return 'gone';
    const { podName } = this.#followed.origin;
    this.#deps.log.debug({ podName, reason: error.message }, 'reading the log of a worker was interrupted');
    return 'broken';
  }
}
