/** The effect `findPod`: looks for the worker's own Pod until the API server has answered or nobody waits any more. */
import { ClusterError, type Cluster } from '../../cluster/port.ts';
import type { ObservedPod } from '../../machines/pod.ts';
import type { WorkerTarget } from '../../machines/worker/events.ts';
import { backoffMs } from '../backoff.ts';
import { pause, type Clock, type Random } from '../ports.ts';

export interface FindPodDeps {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly random: Random;
}

/** @returns undefined where it is not there, or another one under its name; rejects once the signal aborts */
export async function findPod(
  { cluster, clock, random }: FindPodDeps,
  { slot, order }: WorkerTarget,
  signal: AbortSignal,
): Promise<ObservedPod | undefined> {
  for (let tries = 0; ; tries++) {
    try {
      const found = await cluster.pods.read(slot.podName);
      return found?.owner?.uid === order.ledger.uid ? found : undefined;
    } catch (error) {
      if (!(error instanceof ClusterError) || signal.aborted) throw error;
      await pause(clock, backoffMs(tries, random, error.retryAfterMs), signal);
    }
  }
}
