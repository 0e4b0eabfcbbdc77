/**
 * All ledgers of one kind that this process writes to.
 *
 * One write per ledger is under way at a time; changes that arrive meanwhile are written together by the
 * next (group commit), so a hundred workers that end at once cost one or two writes, not a hundred.
 * A conflict means another writer was first: the ledger is read again and the changes are made to what
 * is there. Changes are therefore functions of the state, and must be idempotent.
 */
import { ClusterError, type Cluster, type StoredRecord } from '../../cluster/port.ts';
import { backoffMs } from '../backoff.ts';
import { pause, type Clock, type Log, type Random } from '../ports.ts';

/** Between a ledger's changing part and its text. What is decoded encodes to the same text, and the other way round. */
export interface LedgerCodec<State> {
  /** @throws Error naming the record and what is wrong with it. */
  decode(record: Pick<StoredRecord, 'name' | 'data'>): State;
  encode(state: State): string;
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
}

export class LedgerBook<State> {
  readonly #pages = new Map<string, Page<State>>();
  readonly #deps: LedgerBookDeps<State>;
  /** Never aborted: a change is given up only with the process. */
  readonly #forever = new AbortController().signal;

  constructor(deps: LedgerBookDeps<State>) {
    this.#deps = deps;
  }

  /** Takes over a record that was just created or read, and what it says if that is known: saves reading it again. */
  keep(record: StoredRecord, state?: State): void {
    const page = this.#pages.get(record.name);
    if (!page) this.#pages.set(record.name, { record, state, changes: [], writing: false });
    else if (!page.record) [page.record, page.state] = [record, state];
  }

  /** Resolves once the change is durable, or the ledger is gone and with it all it promised. */
  change(name: string, change: Change<State>): Promise<void> {
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
    const after = changes.reduce((state, change) => change(state), before);
    const text = after === before ? record.data['state'] : codec.encode(after);
    // Nothing new: an earlier write had been applied although its answer was lost.
    const written =
      text === undefined || text === record.data['state']
        ? record
        : await cluster.records.update({ ...record, data: { ...record.data, state: text } });
    [page.record, page.state] = [written, after];
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
