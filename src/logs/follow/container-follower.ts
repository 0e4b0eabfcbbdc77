/**
 * Follows the log of one container into the store, through whatever befalls its connections.
 *
 * The end of a reading proves nothing: an API server ends one for reasons of its own. So it reads again until the Pod
 * is known to have ended and a reading that began after that brought nothing new. Where that cannot be had, because the Pod
 * is gone or time is up, a gap record says so.
 */
import { ClusterError, type PodApi } from '../../cluster/port.ts';
import { pause, type Clock, type Log, type Random } from '../../actors/ports.ts';
import type { WorkerLine } from '../line.ts';
import type { LineStore } from '../store.ts';
import type { FollowCounters } from './counters.ts';
import { FollowedLines, type Followed } from './followed-lines.ts';
import { guardSilence } from './silence.ts';

export interface FollowDeps {
  readonly pods: Pick<PodApi, 'followLog' | 'read'>;
  readonly store: LineStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly counters: FollowCounters;
}

/** `stopped`: not read to its end, and to be gone on with from its mark. */
export type FollowOutcome = 'complete' | 'incomplete' | 'stopped';

/** Lines since the newest mark are read again after a crash; a mark costs as much as some hundred lines. */
const markEveryMs = 250;
const retryFirstMs = 50;
const retryLastMs = 5_000;
/** A log server that was cut off in the middle may answer with an orderly end: once is not believed. */
const searchesMax = 2;

/** How a reading ended; `again`: at once, it was cut by ourselves or has to be another one. */
type Ending = 'ended' | 'broken' | 'again' | 'gone';

export class ContainerFollower {
  readonly #deps: FollowDeps;
  readonly #followed: Followed;
  readonly #lines: FollowedLines;
  readonly #stop = new AbortController();
  /** Aborts when the pause before the next reading is to be cut short. */
  #hurry = new AbortController();
  #hasEnded = false;
  #isGivenUp = false;
  #markedMs: number | undefined;
  #hasUnmarked = false;
  readonly outcome: Promise<FollowOutcome>;

  /** Begins at once. */
  constructor(deps: FollowDeps, followed: Followed) {
    this.#deps = deps;
    this.#followed = followed;
    const key = `${followed.origin.podUid}/${followed.container}`;
    this.#lines = new FollowedLines(followed, deps.store.markOf(key));
    this.outcome = this.#run();
  }

  /** The Pod is terminal: nothing will be added to its log. */
  ended(): void {
    this.#hasEnded = true;
    this.#hurry.abort();
  }

  /** The Pod is gone, or is about to be: what has not been read is missing. */
  giveUp(): void {
    this.#isGivenUp = true;
    this.#stop.abort();
  }

  /** The process ends; another one goes on from the mark. */
  stop(): void {
    this.#stop.abort();
  }

  /** Reads to the end what a terminal Pod has written, for `deadlineMs` at most. */
  async finish(deadlineMs: number): Promise<FollowOutcome> {
    const { clock } = this.#deps;
    this.ended();
    const late = Promise.withResolvers<FollowOutcome>();
    const timer = clock.setTimeout(() => {
      this.giveUp();
      late.resolve('incomplete');
    }, deadlineMs);
    // The store may be full: its line is not waited for beyond the deadline either.
    const outcome = await Promise.race([this.outcome, late.promise]);
    clock.clearTimeout(timer);
    return outcome;
  }

  async #run(): Promise<FollowOutcome> {
    let isComplete = false;
    try {
      isComplete = await this.#readToTheEnd();
    } catch (error) {
      // A defect of ours costs this container's log, and says so there.
      const { podName } = this.#followed.origin;
      this.#deps.log.error({ podName, reason: String(error) }, 'following the log of a worker failed');
      this.giveUp();
    }
    if (isComplete) {
      await this.#offer([], true);
      return 'complete';
    }
    if (!this.#isGivenUp) {
      if (this.#hasUnmarked) await this.#offer([], true);
      return 'stopped';
    }
    await this.#offer(
      this.#lines.gap('unreadable', 'lines may be missing here: the log could not be read to its end'),
      true,
    );
    return 'incomplete';
  }

  /** @returns false where it was stopped before, or the Pod is gone. */
  async #readToTheEnd(): Promise<boolean> {
    let failures = 0;
    let searches = 0;
    for (let readings = 0; !this.#stop.signal.aborted; readings += 1) {
      if (readings > 0) this.#deps.counters.reconnects += 1;
      const hadEnded = this.#hasEnded;
      const { approach } = this.#lines;
      const { ending, isNew } = await this.#read(!hadEnded && approach !== 'search', hadEnded);
      if (ending === 'gone') {
        this.giveUp();
        return false;
      }
      if (ending === 'ended' && approach === 'search') {
        searches = this.#lines.isCurrent ? 0 : searches + 1;
        if (searches === searchesMax && !(await this.#breakOff())) return false;
        searches %= searchesMax;
      } else if (ending === 'ended' && hadEnded && !isNew && this.#lines.approach !== 'search') return true;
      failures = isNew ? 0 : failures + 1;
      if (ending !== 'again') await this.#rest(failures);
    }
    return false;
  }

  async #read(follow: boolean, isWhole: boolean): Promise<{ ending: Ending; isNew: boolean }> {
    const { pods, clock, counters, log } = this.#deps;
    const { podName } = this.#followed.origin;
    const { sinceTime } = this.#lines;
    const cut = new AbortController();
    const signal = AbortSignal.any([this.#stop.signal, cut.signal]);
    const { container } = this.#followed;
    const heard = { chunks: 0, isBusy: false };
    const before = this.#lines.count;
    let counted = before;
    const ending = (how: Ending) => ({ ending: how, isNew: this.#lines.count > before });
    this.#lines.begin();
    const endGuard = guardSilence({
      clock,
      heard,
      isEnding: () => this.#hasEnded,
      isBehind: () => this.#isBehind(),
      cut: () => cut.abort(),
    });
    try {
      const chunks = pods.followLog(podName, {
        container,
        follow,
        signal,
        ...(sinceTime !== undefined && { sinceTime }),
      });
      for await (const chunk of chunks) {
        heard.chunks += 1;
        counters.bytes += chunk.length;
        const lines = this.#lines.push(chunk);
        counters.withheld += this.#lines.count - counted - lines.length;
        counted = this.#lines.count;
        heard.isBusy = true;
        if (lines.length > 0) await this.#offer(lines, false);
        heard.isBusy = false;
        if (this.#lines.isLost) return ending('again');
      }
      const rest = this.#lines.end(isWhole);
      if (rest.length > 0) await this.#offer(rest, false);
      if (this.#lines.failure === undefined) return ending('ended');
      log.warn({ podName, reason: this.#lines.failure }, 'the node could not read the log of a worker');
      return ending('broken');
    } catch (error) {
      if (!(error instanceof ClusterError)) throw error;
      if (error.code === 'not-found') return ending('gone');
      log.debug({ podName, reason: error.message }, 'reading the log of a worker was interrupted');
      return ending(cut.signal.aborted ? 'again' : 'broken');
    } finally {
      endGuard();
    }
  }

  /** Whether the log has a line that the silent reading under way did not bring. */
  async #isBehind(): Promise<boolean> {
    const { pods } = this.#deps;
    const newest = this.#lines.beside();
    const { podName } = this.#followed.origin;
    const { container } = this.#followed;
    const read = { container, follow: false, tailLines: 1, signal: this.#stop.signal };
    try {
      for await (const chunk of pods.followLog(podName, read)) newest.push(chunk);
      return newest.isOther();
    } catch {
      return true;
    }
  }

  /** @returns false where the Pod is not this one any more. */
  async #breakOff(): Promise<boolean> {
    const { pods, log } = this.#deps;
    const { podName, podUid } = this.#followed.origin;
    try {
      if ((await pods.read(podName))?.uid !== podUid) {
        this.giveUp();
        return false;
      }
    } catch (error) {
      if (!(error instanceof ClusterError)) throw error;
      return true;
    }
    log.warn({ podName }, 'the node gave up log lines of a worker before they were read');
    await this.#offer(this.#lines.breakOff(), true);
    return true;
  }

  async #offer(lines: readonly WorkerLine[], isMarked: boolean): Promise<void> {
    const { store, clock, counters } = this.#deps;
    const nowMs = clock.now();
    for (const { gap } of lines) if (gap) counters.gaps += 1;
    counters.lines += lines.length;
    // The wall clock may be set back.
    const isDue = Math.abs(nowMs - (this.#markedMs ?? -Infinity)) >= markEveryMs;
    if (!isMarked && !isDue) {
      this.#hasUnmarked = true;
      return store.append(lines);
    }
    this.#markedMs = nowMs;
    this.#hasUnmarked = false;
    return store.append(lines, this.#lines.mark());
  }

  async #rest(failures: number): Promise<void> {
    const { clock, random } = this.#deps;
    this.#hurry = new AbortController();
    if (this.#hasEnded && failures <= 1) return;
    const fullMs = Math.min(retryLastMs, retryFirstMs * 2 ** Math.min(failures, 10));
    await pause(
      clock,
      fullMs / 2 + (fullMs / 2) * random(),
      AbortSignal.any([this.#stop.signal, this.#hurry.signal]),
    );
  }
}
