/**
 * The effect `discardLedger`: a command that the API server refuses leaves nothing behind.
 *
 * Exactly its own ledger: the command may have been accepted again meanwhile, by who leads after us.
 */
import { ClusterError, type Cluster } from '../../cluster/port.ts';
import { backoffMs } from '../backoff.ts';
import { pause, type Clock, type Random } from '../ports.ts';
import type { LedgerBook } from './ledger-book.ts';

interface DiscardDeps {
  readonly cluster: Cluster;
  readonly book: Pick<LedgerBook<unknown>, 'release' | 'requireOurs'>;
  readonly clock: Clock;
  readonly random: Random;
}

/** Tries until the ledger is gone or the signal aborts: its caller waits for the word that it may try again. */
export async function discardLedger(
  { cluster, book, clock, random }: DiscardDeps,
  { ledgerName, uid }: { readonly ledgerName: string; readonly uid: string },
  signal: AbortSignal,
): Promise<void> {
  for (let tries = 0; !signal.aborted; tries++) {
    try {
      const record = await cluster.records.read(ledgerName);
      if (record?.uid === uid) {
        book.requireOurs(record);
        await cluster.records.delete(record);
      }
      return book.release(ledgerName);
    } catch (error) {
      if (!(error instanceof ClusterError)) throw error;
      await pause(clock, backoffMs(tries, random, error.retryAfterMs), signal);
    }
  }
}
