/**
 * The effect `recoverLedgers`: everything that former processes promised, read from the cluster.
 *
 * A ledger that cannot be understood is left alone and said so: one spoiled record must not keep the
 * others from being served, and what we do not understand we do not delete.
 */
import { ClusterError, type Cluster, type StoredRecord } from '../../cluster/port.ts';
import type { Recovered } from '../../machines/pool/events.ts';
import type { FinishedWorker } from '../../machines/pool/registry.ts';
import { backoffMs } from '../backoff.ts';
import { pause, type Clock, type Log, type Random } from '../ports.ts';
import type { LedgerBook } from './ledger-book.ts';
import { openScaleUp, type OrderPolicy } from './order.ts';
import { decodeLedger, decodeState } from './record.ts';

export interface RecoverDeps {
  readonly cluster: Cluster;
  readonly book: LedgerBook;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly policy: OrderPolicy;
  readonly historyMs: number;
}

/** Tries until the cluster answers or the signal aborts. */
export async function recoverLedgers(deps: RecoverDeps, signal: AbortSignal): Promise<Recovered> {
  for (let tries = 0; ; tries++) {
    try {
      return await readAll(deps);
    } catch (error) {
      if (!(error instanceof ClusterError) || signal.aborted) throw error;
      deps.log.warn({ reason: error.message }, 'the ledgers cannot be read yet');
      await pause(deps.clock, backoffMs(tries, deps.random, error.retryAfterMs), signal);
    }
  }
}

interface Gathered {
  readonly scaleUps: Array<Recovered['scaleUps'][number]>;
  readonly scaleDowns: Array<Recovered['scaleDowns'][number]>;
  readonly finished: FinishedWorker[];
}

async function readAll(deps: RecoverDeps): Promise<Recovered> {
  const gathered: Gathered = { scaleUps: [], scaleDowns: [], finished: [] };
  for await (const page of deps.cluster.records.list()) {
    for (const record of page) {
      try {
        gather(deps, record, gathered);
      } catch (error) {
        deps.log.error({ ledger: record.name, reason: String(error) }, 'a ledger is left alone');
      }
    }
  }
  gathered.finished.sort((a, b) => a.forgetAt - b.forgetAt);
  return gathered;
}

function gather(deps: RecoverDeps, record: StoredRecord, into: Gathered): void {
  const ledger = decodeLedger(record);
  const state = decodeState(record);
  const open = state.closedAt === '';
  if (ledger.kind === 'scale-down') {
    if (!open) return;
    const work = { ledgerName: record.name, podNames: ledger.podNames, acceptedAt: ledger.acceptedAt };
    into.scaleDowns.push({ command: ledger.command, work });
    deps.book.keep(record);
    return;
  }
  const work = openScaleUp(deps.cluster.namespace, record, ledger, state, deps.policy);
  if (open) {
    into.scaleUps.push({ command: ledger.command, work });
    deps.book.keep(record);
    return;
  }
  const forgetAt = Date.parse(state.closedAt) + deps.historyMs;
  if (forgetAt <= deps.clock.now()) return;
  for (const { slot, ended } of work.slots) {
    if (ended) into.finished.push({ order: work.order, slot, ended, forgetAt });
  }
}
