/**
 * Deletes Pods that are ours but that no worker has, such as one whose create was applied long after its
 * worker was given up.
 *
 * Only if the Pod's own ledger, read live and equal by UID, says that the worker is over. A Pod without a
 * ledger is left to Kubernetes' garbage collector; a Pod whose owner is not a ledger of ours is foreign.
 */
import { ClusterError, type Cluster } from '../../cluster/port.ts';
import type { ObservedPod } from '../../machines/pod.ts';
import { decodeLedger, decodeState } from '../ledger/record.ts';
import { podNamesOf } from '../ledger/order.ts';
import type { Log } from '../ports.ts';

export interface ReapDeps {
  readonly cluster: Cluster;
  readonly log: Log;
}

/** @returns what was done, for the log. Never rejects: a stray is seen again with its next change or relist. */
export async function reapStray(deps: ReapDeps, pod: ObservedPod): Promise<'deleted' | 'left'> {
  try {
    if (!(await isOver(deps.cluster, pod))) return 'left';
    await deps.cluster.pods.delete(pod.name, pod.uid);
    deps.log.warn({ podName: pod.name, uid: pod.uid }, 'a Pod that nobody waits for was deleted');
    return 'deleted';
  } catch (error) {
    const reason = error instanceof ClusterError ? error.message : String(error);
    deps.log.warn({ podName: pod.name, uid: pod.uid, reason }, 'a Pod that nobody waits for was left');
    return 'left';
  }
}

async function isOver(cluster: Cluster, pod: ObservedPod): Promise<boolean> {
  if (!pod.owner) return false;
  const record = await cluster.records.read(pod.owner.name);
  if (!record || record.uid !== pod.owner.uid) return false;
  const ledger = decodeLedger(record);
  if (ledger.kind !== 'scale-up') return false;
  const index = podNamesOf(cluster.namespace, ledger.command).indexOf(pod.name);
  const { closedAt, ended } = decodeState(record);
  return index >= 0 && (closedAt !== '' || ended[String(index)] !== undefined);
}
