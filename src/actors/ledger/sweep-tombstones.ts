/**
 * Removes ledgers whose command has been over for `tombstoneMs`: until then a replay is recognised.
 *
 * It is also who looks at all ledgers once more. An open one of an earlier leader was written after this one had
 * taken over all there were, by a process that did not know that it led no more: nobody here works on it, so we
 * begin anew.
 */
import { ClusterError, type Cluster, type StoredRecord } from '../../cluster/port.ts';
import type { Clock, Log } from '../ports.ts';
import type { Fence } from './fence.ts';
import { headOf } from './ledger-head.ts';
import { decodePipeline, isPipeline } from './pipeline-record.ts';
import { closedAtOf } from './pipeline-state.ts';
import { decodeLedger, decodeState } from './record.ts';

export interface SweepDeps {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly log: Log;
  readonly tombstoneMs: number;
  /** Default: nobody else writes these ledgers. */
  readonly fence?: Fence;
}

/**
 * @returns how many were removed; one that cannot be keeps no other from going. Rejects with a ClusterError
 * where the ledgers cannot be listed. What is left the next sweep tries again.
 */
export async function sweepTombstones(deps: SweepDeps): Promise<number> {
  const { cluster, clock, log, tombstoneMs, fence } = deps;
  let removed = 0;
  for await (const page of cluster.records.list()) {
    for (const record of page) {
      if (fence && isLate(record, fence.epoch))
        fence.stepDown(`the ledger ${record.name} is of an earlier epoch, and came after ours had begun`);
      if (!isOver(record, clock.now() - tombstoneMs)) continue;
      if (await remove({ cluster, log }, record)) removed++;
    }
  }
  if (removed > 0) log.info({ removed }, 'old tombstones were removed');
  return removed;
}

async function remove(
  { cluster, log }: Pick<SweepDeps, 'cluster' | 'log'>,
  record: StoredRecord,
): Promise<boolean> {
  try {
    await cluster.records.delete(record);
    return true;
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    log.warn({ ledger: record.name, reason: error.message }, 'an old tombstone could not be removed yet');
    return false;
  }
}

function isOver(record: StoredRecord, beforeMs: number): boolean {
  try {
    // Of a run its end alone is read: there may be many, each with thousands of events.
    const closedAt = isPipeline(record) ? closedAtOf(record) : decodeState(record).closedAt;
    return closedAt !== '' && Date.parse(closedAt) < beforeMs;
  } catch {
    // Not understood, so not ours to remove; recovery has said so.
    return false;
  }
}

function isLate(record: StoredRecord, epoch: number): boolean {
  try {
    const head = headOf(record);
    if (head.closedAt !== '' || head.epoch >= epoch) return false;
    if (isPipeline(record)) decodePipeline(record);
    else decodeLedger(record);
    return true;
  } catch {
    // Left alone also by whoever takes over.
    return false;
  }
}
