/**
 * Tells otto-handler of workers' lives: durable before it is told, in order for each worker, until it is taken.
 *
 * RECEIVED and IGNORED end a notice. ERROR lets its worker rest, for longer each time, and after `triesMax` the notice
 * is given up and counted, so that the worker's next one is told. Where no answer comes, nobody is told anything for a
 * while: it is otto-handler that is away. Bounded: beyond `noticesMax` the oldest that no life ends with goes first.
 *
 * A notice may be told twice after a crash. One whose worker was further already is passed over, also by the next process.
 */
import type { Clock, Log, Random } from '../../actors/ports.ts';
import { stageOf, type Notice, type NoticedWorker, type NoticeStatus, type TellNotice } from './notice.ts';
import type { KeptNotices, NoticeFile, NumberedNotice } from './notice-file.ts';

export interface OutboxOptions {
  readonly file: NoticeFile;
  /** What the file had. */
  readonly kept: KeptNotices;
  readonly tell: TellNotice;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly noticesMax: number;
}

export interface OutboxCounts {
  told: number;
  ignored: number;
  errors: number;
  unanswered: number;
  repeated: number;
  givenUp: number;
  dropped: number;
}

interface Lane {
  readonly workerId: string;
  readonly waiting: NumberedNotice[];
  isTold: boolean;
  tries: number;
  restsUntilMs: number;
}

const tellingMax = 16;
const triesMax = 20;
const firstPauseMs = 500;
const lastPauseMs = 60_000;
/** Of otto-handler's absence; one try then costs next to nothing. */
const awayPauseMs = 10_000;
const rememberedMax = 20_000;

export class Outbox {
  readonly counts: OutboxCounts = {
    told: 0,
    ignored: 0,
    errors: 0,
    unanswered: 0,
    repeated: 0,
    givenUp: 0,
    dropped: 0,
  };
  readonly #options: OutboxOptions;
  readonly #lanes = new Map<string, Lane>();
  /** How far each worker's life was told of. */
  readonly #stages = new Map<string, number>();
  readonly #unwritten = new Set<number>();
  #added: NumberedNotice[] = [];
  #done: number[] = [];
  #gone: string[] = [];
  #writing: Promise<void> | undefined;
  #lastId = 0;
  #size = 0;
  #telling = 0;
  #silences = 0;
  #restsUntilMs = 0;
  #timer: unknown;
  #isClosed = false;
  #isDiskDown = false;

  constructor(options: OutboxOptions) {
    this.#options = options;
    for (const [workerId, stage] of options.kept.stages) this.#stages.set(workerId, stage);
    for (const one of options.kept.waiting) this.#enqueue(one);
    this.#tellAll();
  }

  get waiting(): number {
    return this.#size;
  }

  /** Resolves once it is durable, or never will be; it is told after that. */
  async notify(worker: NoticedWorker, status: NoticeStatus, reason: string, time: string): Promise<void> {
    const notice: Notice = { ...worker, status, reason, time };
    if (stageOf(status) <= (this.#stages.get(worker.workerId) ?? 0)) {
      this.counts.repeated++;
      return;
    }
    if (this.#size >= this.#options.noticesMax) this.#dropOne();
    const numbered = { id: ++this.#lastId, notice };
    // In its place before it is durable: a later one of the worker must not overtake it.
    this.#enqueue(numbered);
    this.#unwritten.add(numbered.id);
    this.#added.push(numbered);
    await this.#write();
    this.#unwritten.delete(numbered.id);
    this.#tellAll();
  }

  /** Nothing more will be told of this worker; what waits still is. */
  forget(workerId: string): void {
    if (this.#stages.delete(workerId)) this.#gone.push(workerId);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#options.clock.clearTimeout(this.#timer);
    await this.#write();
    await this.#options.file.close();
  }

  #enqueue(numbered: NumberedNotice): void {
    const { id, notice } = numbered;
    const { workerId } = notice;
    let lane = this.#lanes.get(workerId);
    if (!lane) {
      lane = { workerId, waiting: [], isTold: false, tries: 0, restsUntilMs: 0 };
      this.#lanes.set(workerId, lane);
    }
    lane.waiting.push(numbered);
    this.#size++;
    this.#lastId = Math.max(this.#lastId, id);
    this.#stages.delete(workerId);
    this.#stages.set(workerId, stageOf(notice.status));
    const [oldest] = this.#stages.keys();
    if (this.#stages.size > rememberedMax && oldest !== undefined) this.#stages.delete(oldest);
  }

  /** What comes while the disk is busy is written together. */
  async #write(): Promise<void> {
    while (this.#added.length > 0 || this.#done.length > 0) {
      this.#writing ??= this.#writeOnce().finally(() => {
        this.#writing = undefined;
      });
      await this.#writing;
      if (this.#isDiskDown) return;
    }
    await this.#writing;
  }

  async #writeOnce(): Promise<void> {
    const { file, log } = this.#options;
    const changes = { added: this.#added, done: this.#done, gone: this.#gone };
    [this.#added, this.#done, this.#gone] = [[], [], []];
    try {
      await file.write(changes, () => ({
        waiting: [...this.#lanes.values()].flatMap(({ waiting }) => waiting),
        stages: this.#stages,
      }));
      this.#isDiskDown = false;
    } catch (error) {
      if (!this.#isDiskDown)
        log.error({ err: error }, 'Notices of workers cannot be written; they stay in memory');
      this.#isDiskDown = true;
    }
  }

  #tellAll(): void {
    if (this.#isClosed) return;
    const { clock } = this.#options;
    const nowMs = clock.now();
    let soonestMs = Infinity;
    for (const lane of this.#lanes.values()) {
      if (this.#telling >= tellingMax) break;
      const [first] = lane.waiting;
      if (lane.isTold || !first || this.#unwritten.has(first.id)) continue;
      const fromMs = Math.max(lane.restsUntilMs, this.#restsUntilMs);
      if (fromMs > nowMs) soonestMs = Math.min(soonestMs, fromMs);
      else void this.#tell(lane, first);
    }
    clock.clearTimeout(this.#timer);
    if (Number.isFinite(soonestMs))
      this.#timer = clock.setTimeout(() => this.#tellAll(), Math.max(1, soonestMs - nowMs));
  }

  async #tell(lane: Lane, first: NumberedNotice): Promise<void> {
    const { tell } = this.#options;
    lane.isTold = true;
    this.#telling++;
    const answer = await tell(first.notice).catch(() => 'silence' as const);
    this.#telling--;
    lane.isTold = false;
    if (this.#isClosed) return;
    if (answer === 'silence') {
      this.counts.unanswered++;
      this.#restsUntilMs = this.#pauseFrom(this.#silences++, awayPauseMs);
    } else {
      this.#silences = 0;
      this.#restsUntilMs = 0;
      this.#answered(lane, first, answer);
    }
    this.#tellAll();
  }

  #answered(lane: Lane, first: NumberedNotice, answer: 'RECEIVED' | 'IGNORED' | 'ERROR'): void {
    if (answer === 'ERROR') {
      this.counts.errors++;
      lane.tries++;
      if (lane.tries < triesMax) {
        lane.restsUntilMs = this.#pauseFrom(lane.tries - 1);
        return;
      }
      this.counts.givenUp++;
      const { workerId, status } = first.notice;
      this.#options.log.warn({ workerId, status }, 'otto-handler took a notice not even after many tries');
    } else if (answer === 'IGNORED') this.counts.ignored++;
    else this.counts.told++;
    lane.tries = 0;
    lane.restsUntilMs = 0;
    this.#remove(lane, first);
    void this.#write();
  }

  #remove(lane: Lane, numbered: NumberedNotice): void {
    const index = lane.waiting.indexOf(numbered);
    if (index < 0) return;
    lane.waiting.splice(index, 1);
    this.#size--;
    this.#done.push(numbered.id);
    if (lane.waiting.length === 0) this.#lanes.delete(lane.workerId);
  }

  #dropOne(): void {
    let oldest: { lane: Lane; numbered: NumberedNotice } | undefined;
    for (const lane of this.#lanes.values()) {
      // One that is being told, or written, is nearly done.
      const numbered = lane.waiting.find((_one, index) => index > 0 || !lane.isTold);
      if (!numbered) continue;
      oldest ??= { lane, numbered };
      if (stageOf(numbered.notice.status) === 3) continue;
      oldest = { lane, numbered };
      break;
    }
    if (!oldest) return;
    this.counts.dropped++;
    this.#remove(oldest.lane, oldest.numbered);
    const { workerId, status } = oldest.numbered.notice;
    this.#options.log.warn(
      { workerId, status },
      'A notice was dropped: otto-handler has not taken any for long',
    );
  }

  #pauseFrom(tries: number, longestMs = lastPauseMs): number {
    const fullMs = Math.min(longestMs, firstPauseMs * 2 ** Math.min(tries, 20));
    return this.#options.clock.now() + fullMs / 2 + (fullMs / 2) * this.#options.random();
  }
}
