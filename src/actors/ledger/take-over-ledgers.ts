/**
 * A new leader makes every open ledger its own before it acts on any: with its epoch on them no earlier leader
 * can write them any more, whatever that one believes and whatever of it is still on its way.
 */
import { ClusterError, type StoredRecord } from '../../cluster/port.ts';
import { FencedError, type Fence } from './fence.ts';
import type { LedgerBook } from './ledger-book.ts';
import { headOf, type LedgerHead } from './ledger-head.ts';
import { isPipeline } from './pipeline-record.ts';
import type { PipelineState } from './pipeline-state.ts';
import { decodeLedger, type LedgerState } from './record.ts';

/** Each takes some ms to read, and one request. */
const atOnce = 16;

interface TakeOverDeps {
  readonly book: LedgerBook<LedgerState>;
  readonly runs: LedgerBook<PipelineState>;
  readonly fence?: Fence;
}

/**
 * @returns the ledgers as they stand then, without those that are gone; those that are over, or cannot be
 * understood, as they were. `outranked` where one is of a later epoch than ours was: the lease that it came from
 * is no more, ours is later now, and those that were stamped before have to be stamped again.
 * Rejects with a ClusterError or FencedError.
 */
export async function takeOverLedgers(
  deps: TakeOverDeps,
  page: readonly StoredRecord[],
): Promise<readonly StoredRecord[] | 'outranked'> {
  const { fence } = deps;
  if (!fence || fence.epoch === 0) return page;
  const heads = page.map(tryHead);
  const highest = Math.max(0, ...heads.map((head) => head?.epoch ?? 0));
  if (highest > fence.epoch) {
    await fence.outrank(highest);
    return 'outranked';
  }
  const ours: StoredRecord[] = [];
  for (let at = 0; at < page.length; at += atOnce) {
    const some = page.slice(at, at + atOnce).map(async (record, index) => {
      const head = heads[at + index];
      return head?.closedAt === '' && head.epoch !== fence.epoch ? await takeOver(deps, record) : record;
    });
    // oxlint-disable-next-line no-await-in-loop -- whatever else waits, the lease for one, is heard between
    ours.push(...(await Promise.all(some)).filter((record) => record !== undefined));
  }
  return ours;
}

async function takeOver(
  { book, runs }: TakeOverDeps,
  record: StoredRecord,
): Promise<StoredRecord | undefined> {
  try {
    if (isPipeline(record)) return await runs.takeOver(record);
    // Nothing is written to what is not understood to its end.
    decodeLedger(record);
    return await book.takeOver(record);
  } catch (error) {
    if (error instanceof ClusterError || error instanceof FencedError) throw error;
    return record;
  }
}

function tryHead(record: StoredRecord): LedgerHead | undefined {
  try {
    return headOf(record);
  } catch {
    // Whoever reads it whole says so.
    return undefined;
  }
}
