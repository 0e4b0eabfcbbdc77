/**
 * All ledgers that this process writes to.
 *
 * One write per ledger is under way at a time; changes that arrive meanwhile are written together by the
 * next (group commit), so a hundred workers that end at once cost two or three writes, not a hundred.
 * A conflict means another writer was first: the ledger is read again and the changes are made to what
 * is there. Changes are therefore functions of the state, and must be idempotent.
 */
import { ClusterError, type Cluster, type StoredRecord } from '../../cluster/port.ts';
import { backoffMs } from '../backoff.ts';
import { pause, type Clock, type Log, type Random } from '../ports.ts';
import { decodeState, encodeState, type LedgerState } from './record.ts';

type Change = (state: LedgerState) => LedgerState;

interface Page {
  /** As last read or written; undefined while it has to be read. */
  record: StoredRecord | undefined;
  changes: Array<{
    readonly change: Change;
    readonly done: () => void;
    readonly failed: (error: unknown) => void;
  }>;
  writing: boolean;
}

export interface LedgerBookDeps {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export class LedgerBook {
  readonly #pages = new Map<string, Page>();
  readonly #deps: LedgerBookDeps;
  /** Never aborted: a change is given up only with the process. */
  readonly #forever = new AbortController().signal;

  constructor(deps: LedgerBookDeps) {
    this.#deps = deps;
  }

  /** Takes over a record that was just created or read, and saves reading it again. */
  keep(record: StoredRecord): void {
    const page = this.#pages.get(record.name);
    if (page) page.record ??= record;
    else this.#pages.set(record.name, { record, changes: [], writing: false });
  }

  /** Resolves once the change is durable, or the ledger is gone and with it all it promised. */
  change(name: string, change: Change): Promise<void> {
    const page = this.#pages.get(name) ?? { record: undefined, changes: [], writing: false };
    this.#pages.set(name, page);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    page.changes.push({ change, done: resolve, failed: reject });
    if (!page.writing) void this.#write(name, page);
    return promise;
  }

  /** Forgets a ledger that nobody will change again. */
  release(name: string): void {
    const page = this.#pages.get(name);
    if (page && !page.writing) this.#pages.delete(name);
  }

  async #write(name: string, page: Page): Promise<void> {
    page.writing = true;
    for (let tries = 0; page.changes.length > 0;) {
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
        if (!(error instanceof ClusterError)) {
          for (const entry of batch) entry.failed(error);
          continue;
        }
        page.record = undefined;
        page.changes.unshift(...batch);
        await this.#beforeNextTry(name, error, tries++);
      }
    }
    page.writing = false;
  }

  async #writeBatch(name: string, page: Page, changes: readonly Change[]): Promise<void> {
    const { records } = this.#deps.cluster;
    const record = page.record ?? (await records.read(name));
    if (!record) {
      this.#deps.log.warn({ ledger: name }, 'the ledger is gone; its outcomes are not recorded');
      return;
    }
    const before = decodeState(record);
    const after = changes.reduce((state, change) => change(state), before);
    const state = encodeState(after);
    // Nothing new: an earlier write had been applied although its answer was lost.
    page.record =
      state === record.data['state']
        ? record
        : await records.update({ ...record, data: { ...record.data, state } });
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
