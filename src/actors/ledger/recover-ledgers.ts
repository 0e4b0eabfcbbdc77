/**
 * The effect `recoverLedgers`: everything that former processes promised, read from the cluster.
 *
 * A ledger that cannot be understood is left alone and said so: one spoiled record must not keep the
 * others from being served, and what we do not understand we do not delete.
 *
 * What is open is made ours first (`take-over-ledgers.ts`): what is rebuilt from it stays true until we change it.
 */
import { ClusterError, type Cluster, type StoredRecord } from '../../cluster/port.ts';
import type { Recovered } from '../../machines/pool/events.ts';
import type { FinishedWorker } from '../../machines/pool/registry.ts';
import { tokenKeyRecord } from '../../logs/sessions/token-key.ts';
import { summarize } from '../../machines/pipeline/summary.ts';
import { backoffMs } from '../backoff.ts';
import { pause, type Clock, type Log, type Random } from '../ports.ts';
import type { Fence } from './fence.ts';
import type { LedgerBook } from './ledger-book.ts';
import { openScaleUp, type OrderPolicy } from './order.ts';
import { attemptName, openPipeline } from './pipeline-order.ts';
import { decodePipeline, isPipeline } from './pipeline-record.ts';
import { decodePipelineState, type PipelineState } from './pipeline-state.ts';
import { decodeLedger, decodeState, type LedgerState } from './record.ts';
import { recoverAttempts } from './recover-attempts.ts';
import { takeOverLedgers } from './take-over-ledgers.ts';

export interface RecoverDeps {
  readonly cluster: Cluster;
  readonly book: LedgerBook<LedgerState>;
  readonly runs: LedgerBook<PipelineState>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly policy: OrderPolicy;
  readonly historyMs: number;
  readonly tombstoneMs: number;
  /** Default: nobody else writes these ledgers. */
  readonly fence?: Fence;
}

/** Tries until the cluster answers or the signal aborts. */
export async function recoverLedgers(deps: RecoverDeps, signal: AbortSignal): Promise<Recovered> {
  for (let tries = 0; ; tries++) {
    try {
      const found = await readAll(deps, signal);
      if (found) return found;
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
  readonly pipelines: Array<Recovered['pipelines'][number]>;
  readonly endedPipelines: Array<Recovered['endedPipelines'][number]>;
}

/** @returns undefined where our epoch had to be raised, so that all is stamped with it again */
async function readAll(deps: RecoverDeps, signal: AbortSignal): Promise<Recovered | undefined> {
  const gathered: Gathered = {
    scaleUps: [],
    scaleDowns: [],
    finished: [],
    pipelines: [],
    endedPipelines: [],
  };
  for await (const page of deps.cluster.records.list()) {
    const ledgers = page.filter(({ name }) => name !== tokenKeyRecord);
    const ours = await takeOverLedgers(deps, ledgers);
    if (ours === 'outranked') return undefined;
    for (const record of ours) {
      // A ledger of a hundred workers takes some ms: whatever else waits is heard between two of them.
      await pause(deps.clock, 0, signal);
      try {
        if (isPipeline(record)) gatherRun(deps, record, gathered);
        else gather(deps, record, gathered);
      } catch (error) {
        deps.log.error({ ledger: record.name, reason: String(error) }, 'a ledger is left alone');
      }
    }
  }
  gathered.finished.sort((a, b) => a.forgetAt - b.forgetAt);
  gathered.endedPipelines.sort((a, b) => Date.parse(a.completedAt) - Date.parse(b.completedAt));
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
    deps.book.keep(record, state);
    return;
  }
  const work = openScaleUp(deps.cluster.namespace, record, ledger, state, deps.policy);
  if (open) {
    into.scaleUps.push({ command: ledger.command, work });
    deps.book.keep(record, state);
    return;
  }
  const forgetAt = Date.parse(state.closedAt) + deps.historyMs;
  if (forgetAt <= deps.clock.now()) return;
  for (const { slot, ended } of work.slots) {
    if (ended) into.finished.push({ order: work.order, slot, ended, forgetAt });
  }
}

function gatherRun(deps: RecoverDeps, record: StoredRecord, into: Gathered): void {
  const nameOf = attemptName(deps.cluster.namespace);
  const ledger = decodePipeline(record);
  const state = decodePipelineState(record, ledger, nameOf);
  const { closedAt } = state.record;
  const nowMs = deps.clock.now();
  const isOpen = closedAt === '';
  // What is about to be swept is not decoded further.
  if (!isOpen && Date.parse(closedAt) + deps.tombstoneMs <= nowMs) return;
  const open = openPipeline(record, ledger, state.record, deps.policy, nowMs);
  if (isOpen) {
    into.pipelines.push({ open, attempts: recoverAttempts(open, nameOf) });
    deps.runs.keep(record, state);
    return;
  }
  into.endedPipelines.push(summarize(open));
  const forgetAt = Date.parse(closedAt) + deps.historyMs;
  if (forgetAt <= nowMs) return;
  for (const { order, slot, ended } of recoverAttempts(open, nameOf)) {
    if (ended) into.finished.push({ order, slot, ended, forgetAt });
  }
}
