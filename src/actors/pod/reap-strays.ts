/**
 * Deletes Pods that are ours but that no worker has, such as one whose create was applied long after its
 * worker was given up.
 *
 * Only if the Pod's own ledger, read live and equal by UID, says that the worker is over. A Pod without a
 * ledger is left to Kubernetes' garbage collector; a Pod whose owner is not a ledger of ours is foreign.
 */
import { ClusterError, type Cluster, type StoredRecord } from '../../cluster/port.ts';
import { isEnd } from '../../machines/pipeline/progress.ts';
import type { ObservedPod } from '../../machines/pod.ts';
import { backoffMs } from '../backoff.ts';
import type { InFlight } from '../in-flight.ts';
import { decodeLedger, decodeState } from '../ledger/record.ts';
import { podNamesOf } from '../ledger/order.ts';
import { attemptName } from '../ledger/pipeline-order.ts';
import { decodePipeline, isPipeline } from '../ledger/pipeline-record.ts';
import { decodePipelineState } from '../ledger/pipeline-state.ts';
import { findAttempt } from '../ledger/recover-attempts.ts';
import { pause, type Clock, type Log, type Random } from '../ports.ts';

interface ReapDeps {
  readonly cluster: Cluster;
  readonly log: Log;
}

interface StrayReaperDeps extends ReapDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly inFlight: InFlight;
}

/**
 * Strays that wait for their end. A Pod that nobody watches may never change again, so one that could not
 * be judged or deleted is looked at again until it is gone.
 */
export class StrayReaper {
  readonly #deps: StrayReaperDeps;
  /** By UID; as many as there are such Pods. */
  readonly #strays = new Map<string, ObservedPod>();
  /** Never aborted: it ends with the process. */
  readonly #forever = new AbortController().signal;
  #isAtWork = false;

  constructor(deps: StrayReaperDeps) {
    this.#deps = deps;
  }

  consider(pods: readonly ObservedPod[]): void {
    for (const pod of pods) this.#strays.set(pod.uid, pod);
    if (!this.#isAtWork) void this.#work();
  }

  /** One after the other: strays are rare, and never urgent. Only a try counts as under way, not the pause. */
  async #work(): Promise<void> {
    const { clock, random, inFlight } = this.#deps;
    this.#isAtWork = true;
    for (let tries = 0; this.#strays.size > 0; tries++) {
      if (tries > 0) await pause(clock, backoffMs(tries, random), this.#forever);
      for (const pod of this.#strays.values()) {
        const verdict = await inFlight.run(() => reapStray(this.#deps, pod));
        if (verdict !== 'later') this.#strays.delete(pod.uid);
      }
    }
    this.#isAtWork = false;
  }
}

/** @returns what was done with it; `later` where that is not decided yet. Never rejects. */
export async function reapStray(deps: ReapDeps, pod: ObservedPod): Promise<'deleted' | 'left' | 'later'> {
  try {
    const found = await deps.cluster.pods.read(pod.name);
    if (found?.uid !== pod.uid || found.deleting) return 'left';
    const verdict = await judge(deps.cluster, found);
    if (verdict !== 'over') return verdict;
    await deps.cluster.pods.delete(pod.name, pod.uid);
    deps.log.warn({ podName: pod.name, uid: pod.uid }, 'a Pod that nobody waits for was deleted');
    return 'deleted';
  } catch (error) {
    const reason = error instanceof ClusterError ? error.message : String(error);
    deps.log.warn({ podName: pod.name, uid: pod.uid, reason }, 'a Pod that nobody waits for was left');
    return error instanceof ClusterError ? 'later' : 'left';
  }
}

async function judge(cluster: Cluster, pod: ObservedPod): Promise<'over' | 'left' | 'later'> {
  if (!pod.owner) return 'left';
  const record = await cluster.records.read(pod.owner.name);
  if (record?.uid !== pod.owner.uid) return 'left';
  if (isPipeline(record)) return judgeStageWorker(cluster, record, pod.name);
  const ledger = decodeLedger(record);
  if (ledger.kind !== 'scale-up') return 'left';
  const index = podNamesOf(cluster.namespace, ledger.command).indexOf(pod.name);
  if (index < 0) return 'left';
  const { closedAt, ended } = decodeState(record);
  return closedAt !== '' || ended[String(index)] !== undefined ? 'over' : 'later';
}

/** Over is what belongs to a run or a stage that has ended, or whose own outcome is recorded. */
function judgeStageWorker(
  { namespace }: Cluster,
  record: StoredRecord,
  podName: string,
): 'over' | 'left' | 'later' {
  const nameOf = attemptName(namespace);
  const ledger = decodePipeline(record);
  const { attempts, progress, closedAt } = decodePipelineState(record, ledger, nameOf).record;
  const found = findAttempt(ledger.command, attempts, nameOf, podName);
  if (!found) return 'left';
  const latest = progress.findLast(({ stage }) => stage === found.stage);
  const isOver =
    closedAt !== '' || found.ended !== undefined || (latest !== undefined && isEnd(latest.status));
  return isOver ? 'over' : 'later';
}
