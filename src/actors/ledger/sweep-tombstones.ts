/** Removes ledgers whose command has been over for `tombstoneMs`: until then a replay is recognised. */
import { ClusterError, type Cluster, type StoredRecord } from '../../cluster/port.ts';
import type { Clock, Log } from '../ports.ts';
import { isPipeline } from './pipeline-record.ts';
import { closedAtOf } from './pipeline-state.ts';
import { decodeState } from './record.ts';

export interface SweepDeps {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly log: Log;
  readonly tombstoneMs: number;
}

/**
 * @returns how many were removed; one that cannot be keeps no other from going. Rejects with a ClusterError
 * where the ledgers cannot be listed. What is left the next sweep tries again.
 */
export async function sweepTombstones({ cluster, clock, log, tombstoneMs }: SweepDeps): Promise<number> {
  let removed = 0;
  for await (const page of cluster.records.list()) {
    for (const record of page) {
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
