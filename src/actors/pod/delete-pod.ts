/**
 * The effect `deletePod`: asks for the deletion of exactly the worker's own Pod, once.
 *
 * Without a UID the Pod is read first: it may never have been created, may be someone else's, or may
 * already be on its way out.
 */
import { ClusterError, type Cluster } from '../../cluster/port.ts';
import type { DeleteReply, WorkerTarget } from '../../machines/worker/events.ts';
import { backoffMs } from '../backoff.ts';
import type { Random } from '../ports.ts';

export interface DeletePodDeps {
  readonly cluster: Cluster;
  readonly random: Random;
}

export async function deletePod(
  { cluster, random }: DeletePodDeps,
  { slot, order, uid, tries }: WorkerTarget & { uid: string | undefined; tries: number },
): Promise<DeleteReply> {
  try {
    const known = uid ?? (await ownUid(cluster, slot.podName, order.ledger.uid));
    if (known === 'gone' || known === 'deleting') return { kind: known };
    return { kind: await cluster.pods.delete(slot.podName, known) };
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    return { kind: 'retry', reason: error.message, afterMs: backoffMs(tries, random, error.retryAfterMs) };
  }
}

async function ownUid(cluster: Cluster, podName: string, ledgerUid: string): Promise<string> {
  const found = await cluster.pods.read(podName);
  if (!found || found.owner?.uid !== ledgerUid) return 'gone';
  return found.deleting ? 'deleting' : found.uid;
}
