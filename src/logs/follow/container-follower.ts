/**
 * Follows the log of one container into the store, through whatever befalls its connections.
 *
 * The end of a reading proves nothing: an API server ends one for reasons of its own. So it reads again until the Pod
 * is known to have ended and a reading that began after that brought nothing new. Where that cannot be had, because the Pod
 * is gone or time is up, a gap record says so.
 */
import { ClusterError, type PodApi } from '../../cluster/port.ts';
import { pause, type Random } from '../../actors/ports.ts';
import type { WorkerLine } from '../line.ts';
import type { LineStore } from '../store.ts';
import { ContainerLog, type ContainerLogDeps, type Ending, type ReadingOptions } from './container-log.ts';
import { FollowedLines, type Followed } from './followed-lines.ts';
import { TailPlace } from './tail-place.ts';

export interface FollowDeps extends ContainerLogDeps {
  readonly pods: Pick<PodApi, 'followLog' | 'read'>;
  readonly store: LineStore;
  readonly random: Random;
}

/** `stopped`: not read to its end, and to be gone on with from its mark. */
export type FollowOutcome = 'complete' | 'incomplete' | 'stopped';

/** Lines since the newest mark are read again after a crash; a mark costs as much as some hundred lines. */
const markEveryMs = 250;
/** Of a container that pushes only its state is kept. */
const markWithheldEveryMs = 10_000;
const lastWordMs = 500;
const retryFirstMs = 50;
const retryLastMs = 5_000;
/** Whose connections are cut short gets on only by trying often. */
const retryStarvedMs = 300;
/** A log server that was cut off in the middle may answer with an orderly end: once is not believed. */
const missesMax = 2;
/** Readings that brought nothing of what was expected before another way is tried. */
const starvedMax = 2;

export class ContainerFollower {
  readonly #deps: FollowDeps;
  readonly #followed: Followed;
  readonly #lines: FollowedLines;
  readonly #log: ContainerLog;
  readonly #stop = new AbortController();
  /** Aborts when the pause before the next reading is to be cut short. */
  #hurry = new AbortController();
  #hasEnded = false;
  /** Set while readings from a time on bring nothing. */
  #tail: TailPlace | undefined;
  #starved = 0;
  #misses = 0;
  /** Readings of an ended container that brought no line at all. */
  #empties = 0;
  /** Readings in a row that brought nothing new. */
  #failures = 0;
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
    this.#log = new ContainerLog(deps, followed, this.#lines);
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
    let timer = clock.setTimeout(() => {
      this.giveUp();
      // The store may be full: the gap record is not waited for much longer.
      timer = clock.setTimeout(() => late.resolve('incomplete'), lastWordMs);
    }, deadlineMs);
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
      await this.#offer(this.#lines.complete(), true);
      return 'complete';
    }
    if (!this.#isGivenUp) {
      if (this.#hasUnmarked) await this.#offer([], true);
      return 'stopped';
    }
    await this.#offer(
      this.#lines.unread('lines may be missing here: the log could not be read to its end'),
      true,
    );
    return 'incomplete';
  }

  /** @returns false where it was stopped before, or the Pod is gone. */
  async #readToTheEnd(): Promise<boolean> {
    for (let readings = 0; !this.#stop.signal.aborted; readings += 1) {
      if (readings > 0) this.#deps.counters.reconnects += 1;
      const hadEnded = this.#hasEnded;
      const { count } = this.#lines;
      const ending = await this.#readOnce(hadEnded);
      if (ending === 'gone') {
        this.giveUp();
        return false;
      }
      const isNew = this.#lines.count > count;
      if (ending === 'ended' && hadEnded && !isNew && this.#isAtEnd()) {
        // Without a line to compare it may as well be the empty log of another Pod under this name.
        const isOther = this.#lines.approach === 'all' ? await this.#isReplaced() : false;
        if (isOther) this.giveUp();
        if (isOther !== undefined) return !isOther;
      }
      this.#failures = isNew || ending === 'again' ? 0 : this.#failures + 1;
      if (ending !== 'again') await this.#rest();
    }
    return false;
  }

  /** Of a reading that brought nothing new: whether there is nothing more. */
  #isAtEnd(): boolean {
    const { isCurrent, hasOpenRest, approach } = this.#lines;
    // Where nothing was ever read, no line shows that this reading came as far as it should.
    if (approach === 'all') this.#empties += 1;
    return isCurrent && !hasOpenRest && (approach !== 'all' || this.#empties >= missesMax);
  }

  async #readOnce(isWhole: boolean): Promise<Ending> {
    const options = {
      isWhole,
      hasEnded: () => this.#hasEnded,
      offer: (lines: readonly WorkerLine[]) => this.#offer(lines, false),
      signal: this.#stop.signal,
    };
    if (this.#tail && this.#lines.isDistinct) return this.#readTail(this.#tail, options);
    this.#tail = undefined;
    const { approach, count } = this.#lines;
    const ending = await this.#log.read(options);
    // A connection that ends before the first new line comes may never live long enough for it.
    const isStarved = ending === 'broken' && !this.#lines.isCurrent && this.#lines.count === count;
    this.#starved = isStarved ? this.#starved + 1 : 0;
    if (this.#starved >= starvedMax) this.#tail = new TailPlace();
    if (this.#lines.isCurrent) this.#misses = 0;
    else if (approach === 'search' && ending === 'ended') return this.#missed(ending);
    return ending;
  }

  /** One step nearer to the newest delivered line, seen from the end. */
  async #readTail(tail: TailPlace, options: ReadingOptions): Promise<Ending> {
    const step = tail.next();
    if (step === undefined) {
      this.#endTail();
      return this.#missed('again');
    }
    if (step.type === 'probe') {
      const seen = await this.#log.glance(step.lines, options.signal);
      if (seen === undefined) return 'broken';
      tail.seen(step.lines, seen);
      return 'again';
    }
    const { count } = this.#lines;
    const ending = await this.#log.read({ ...options, tail: step });
    if (this.#lines.isLost || (ending === 'ended' && !this.#lines.isCurrent)) tail.missed(step.lines);
    else if (this.#lines.isCurrent) tail.delivered(this.#lines.count - count);
    if (ending === 'ended' && this.#lines.isCurrent) this.#endTail();
    return ending;
  }

  #endTail(): void {
    this.#tail = undefined;
    this.#starved = 0;
  }

  /** The newest delivered line was not there. */
  async #missed(ending: Ending): Promise<Ending> {
    this.#misses = (this.#misses + 1) % missesMax;
    if (this.#misses > 0) return ending;
    return (await this.#breakOff()) ? ending : 'gone';
  }

  /** @returns false where the Pod is not this one any more. */
  async #breakOff(): Promise<boolean> {
    const { log } = this.#deps;
    const { podName } = this.#followed.origin;
    const isOther = await this.#isReplaced();
    if (isOther !== false) return isOther === undefined;
    log.warn({ podName }, 'the node gave up log lines of a worker before they were read');
    this.#lines.breakOff();
    return true;
  }

  /** Whether the Pod is gone, or another one has its name; undefined where that cannot be known now. */
  async #isReplaced(): Promise<boolean | undefined> {
    const { podName, podUid } = this.#followed.origin;
    try {
      return (await this.#deps.pods.read(podName))?.uid !== podUid;
    } catch (error) {
      if (!(error instanceof ClusterError)) throw error;
      return undefined;
    }
  }

  async #offer(lines: readonly WorkerLine[], isMarked: boolean): Promise<void> {
    const { store, clock, counters } = this.#deps;
    const nowMs = clock.now();
    for (const { gap } of lines) if (gap) counters.gaps += 1;
    counters.lines += lines.length;
    // The wall clock may be set back.
    const everyMs = lines.length > 0 ? markEveryMs : markWithheldEveryMs;
    const isDue = Math.abs(nowMs - (this.#markedMs ?? -Infinity)) >= everyMs;
    if (!isMarked && !isDue) {
      this.#hasUnmarked = true;
      return lines.length > 0 ? store.append(lines) : undefined;
    }
    this.#markedMs = nowMs;
    this.#hasUnmarked = false;
    return store.append(lines, this.#lines.mark());
  }

  async #rest(): Promise<void> {
    const { clock, random } = this.#deps;
    this.#hurry = new AbortController();
    if (this.#hasEnded && this.#failures <= 1) return;
    const fullMs = Math.min(
      this.#tail ? retryStarvedMs : retryLastMs,
      retryFirstMs * 2 ** Math.min(this.#failures, 10),
    );
    await pause(
      clock,
      fullMs / 2 + (fullMs / 2) * random(),
      AbortSignal.any([this.#stop.signal, this.#hurry.signal]),
    );
  }
}
