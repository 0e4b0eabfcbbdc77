/**
 * All ledgers of one kind that this process writes to.
 *
 * One write per ledger is under way at a time; changes that arrive meanwhile are written together by the
 * next (group commit), so a hundred workers that end at once cost one or two writes, not a hundred.
 * A conflict means another writer was first: the ledger is read again and the changes are made to what
 * is there. Changes are therefore functions of the state, and must be idempotent.
 *
 * Every write carries the epoch of this leader. A ledger with a higher one ends all writing for good: somebody
 * leads after us, and what this process believes of its ledgers no longer holds.
 */
import { ClusterError, type Cluster, type StoredRecord } from '../../cluster/port.ts';
import { backoffMs } from '../backoff.ts';
import { pause, type Clock, type Log, type Random } from '../ports.ts';
import { FencedError, requireOurs, unfenced, type Fence } from './fence.ts';

/** Between a ledger's changing part and its text. What is decoded encodes to the same text, and the other way round. */
export interface LedgerCodec<State> {
  /** @throws Error naming the record and what is wrong with it. */
  decode(record: Pick<StoredRecord, 'name' | 'data'>): State;
  encode(state: State): string;
  /** Of the leader that wrote it last; 0 where none had to be elected. */
  epochOf(state: State): number;
  stamp(state: State, epoch: number): State;
  /** False of a tombstone, which is written no more. */
  isOpen(state: State): boolean;
}

type Change<State> = (state: State) => State;

interface Page<State> {
  /** As last read or written; undefined while it has to be read. */
  record: StoredRecord | undefined;
  /** What `record` says; undefined while nobody has needed it. */
  state: State | undefined;
  changes: Array<{
    readonly change: Change<State>;
    readonly done: () => void;
    readonly failed: (error: unknown) => void;
  }>;
  writing: boolean;
}

export interface LedgerBookDeps<State> {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly codec: LedgerCodec<State>;
  /** Default: nobody else writes these ledgers. */
  readonly fence?: Fence;
}

/** A ledger that changes each time it is to be taken over has a writer that must be waited for. */
const takeOversMax = 10;

export class LedgerBook<State> {
  readonly #pages = new Map<string, Page<State>>();
  readonly #deps: LedgerBookDeps<State>;
  readonly #fence: Fence;
  #fenced: FencedError | undefined;
  /** Never aborted: a change is given up only with the process. */
  readonly #forever = new AbortController().signal;

  constructor(deps: LedgerBookDeps<State>) {
    this.#deps = deps;
    this.#fence = deps.fence ?? unfenced;
  }

  /**
   * Makes an open ledger ours before anything follows from what it says: with our epoch on it no earlier leader
   * can write it any more. A tombstone stays as it is.
   *
   * @returns it as it stands then; undefined where it is gone. Rejects with a ClusterError or FencedError
   * @throws Error where it cannot be understood
   */
  async takeOver(record: StoredRecord): Promise<StoredRecord | undefined> {
    const { cluster, codec } = this.#deps;
    let latest: StoredRecord | undefined = record;
    for (let tries = 1; latest; tries++) {
      const state = codec.decode(latest);
      this.#requireOurs(latest.name, state);
      if (!codec.isOpen(state) || this.#isStamped(state)) return latest;
      try {
        const text = codec.encode(codec.stamp(state, this.#fence.epoch));
        // oxlint-disable-next-line no-await-in-loop -- each try depends on the one before
        return await cluster.records.update({ ...latest, data: { ...latest.data, state: text } });
      } catch (error) {
        const isMoved =
          error instanceof ClusterError && (error.code === 'conflict' || error.code === 'not-found');
        if (!isMoved || tries === takeOversMax) throw error;
        // oxlint-disable-next-line no-await-in-loop -- each try depends on the one before
        latest = await cluster.records.read(record.name);
      }
    }
    return undefined;
  }

  /** @throws FencedError where somebody leads after us, or the record cannot be understood */
  requireOurs(record: StoredRecord): void {
    this.#requireOurs(record.name, this.#deps.codec.decode(record));
  }

  /** Takes over a record that was just created or read, and what it says if that is known: saves reading it again. */
  keep(record: StoredRecord, state?: State): void {
    const page = this.#pages.get(record.name);
    if (!page) this.#pages.set(record.name, { record, state, changes: [], writing: false });
    else if (!page.record) [page.record, page.state] = [record, state];
  }

  /** Resolves once the change is durable, or the ledger is gone and with it all it promised. */
  change(name: string, change: Change<State>): Promise<void> {
    if (this.#fenced) return Promise.reject(this.#fenced);
    const page = this.#pages.get(name) ?? {
      record: undefined,
      state: undefined,
      changes: [],
      writing: false,
    };
    this.#pages.set(name, page);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    page.changes.push({ change, done: resolve, failed: reject });
    if (!page.writing) void this.#write(name, page);
    return promise;
  }

  /** Resolves once every change asked for so far is durable: whoever reads the ledger then reads them. */
  async settled(name: string): Promise<void> {
    if (this.#pages.get(name)?.writing) await this.change(name, (state) => state);
  }

  /** Forgets a ledger that nobody will change again. */
  release(name: string): void {
    const page = this.#pages.get(name);
    if (page && !page.writing) this.#pages.delete(name);
  }

  async #write(name: string, page: Page<State>): Promise<void> {
    page.writing = true;
    for (let tries = 0; page.changes.length > 0;) {
      // Whoever else has a change to make in this turn makes it first: all of them are one write.
      await Promise.resolve();
      const batch = page.changes.splice(0);
      if (this.#fenced) {
        for (const entry of batch) entry.failed(this.#fenced);
        continue;
      }
      try {
        await this.#writeBatch(
          name,
          page,
          batch.map((entry) => entry.change),
        );
        tries = 0;
        for (const entry of batch) entry.done();
      } catch (error) {
        // What is kept may be why: whatever comes next begins with what is there.
        [page.record, page.state] = [undefined, undefined];
        if (error instanceof FencedError) this.#fenced = error;
        if (!(error instanceof ClusterError)) {
          for (const entry of batch) entry.failed(error);
          continue;
        }
        page.changes.unshift(...batch);
        await this.#beforeNextTry(name, error, tries++);
      }
    }
    page.writing = false;
  }

  async #writeBatch(name: string, page: Page<State>, changes: ReadonlyArray<Change<State>>): Promise<void> {
    const { cluster, codec, log } = this.#deps;
    const record = page.record ?? (await cluster.records.read(name));
    if (!record) {
      log.warn({ ledger: name }, 'the ledger is gone; its outcomes are not recorded');
      return;
    }
    const before = page.state ?? codec.decode(record);
    this.#requireOurs(name, before);
    const changed = changes.reduce((state, change) => change(state), before);
    const isToBeStamped = !this.#isStamped(changed) && (changed !== before || codec.isOpen(changed));
    const after = isToBeStamped ? codec.stamp(changed, this.#fence.epoch) : changed;
    const text = after === before ? record.data['state'] : codec.encode(after);
    // Nothing new: an earlier write had been applied although its answer was lost.
    const written =
      text === undefined || text === record.data['state']
        ? record
        : await cluster.records.update({ ...record, data: { ...record.data, state: text } });
    [page.record, page.state] = [written, after];
  }

  #requireOurs(name: string, state: State): void {
    requireOurs(this.#fence, name, this.#deps.codec.epochOf(state));
  }

  /** Without election ledgers keep the epoch that they have. */
  #isStamped(state: State): boolean {
    return this.#fence.epoch === 0 || this.#deps.codec.epochOf(state) === this.#fence.epoch;
  }

  async #beforeNextTry(name: string, error: ClusterError, tries: number): Promise<void> {
    // Somebody was first: what is there is read at once. Where that goes on, a pause lets them finish.
    if (tries === 0 && (error.code === 'conflict' || error.code === 'not-found')) return;
    const { clock, random, log } = this.#deps;
    const delayMs = backoffMs(tries, random, error.retryAfterMs);
    log.warn(
      { ledger: name, reason: error.message, delayMs: Math.round(delayMs) },
      'the ledger could not be written',
    );
    await pause(clock, delayMs, this.#forever);
  }
}
