/**
 * The effect `createPod`: one try, and what the cluster's answer means.
 *
 * A taken name is read live. It is ours only if our ledger owns it by UID and it was made from the same
 * intent; then an earlier try had been applied without our knowing. Anything else is left untouched.
 */
import { ClusterError, type Cluster } from '../../cluster/port.ts';
import type { CreateReply, WorkerTarget } from '../../machines/worker/events.ts';
import { backoffMs } from '../backoff.ts';
import type { Clock, Random } from '../ports.ts';
import { specHash, workerPod, type PodPolicy } from './worker-pod.ts';

export interface CreatePodDeps {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly random: Random;
  readonly policy: PodPolicy;
}

export async function createPod(
  deps: CreatePodDeps,
  target: WorkerTarget & { tries: number },
): Promise<CreateReply> {
  try {
    const manifest = workerPod(target, deps.policy, deps.clock.now());
    return { kind: 'exists', pod: await deps.cluster.pods.create(manifest) };
  } catch (error) {
    return answerTo(deps, target, error);
  }
}

async function answerTo(
  deps: CreatePodDeps,
  target: WorkerTarget & { tries: number },
  error: unknown,
): Promise<CreateReply> {
  if (!(error instanceof ClusterError)) throw error;
  const later = (cause: 'quota' | 'unavailable' | 'occupied'): CreateReply => ({
    kind: 'retry',
    cause,
    reason: error.message,
    afterMs: backoffMs(target.tries, deps.random, error.retryAfterMs),
  });
  switch (error.code) {
    case 'already-exists':
      return await adopt(deps, target).catch((cause: unknown) => answerTo(deps, target, cause));
    case 'invalid':
      return { kind: 'refused', cause: 'invalid', reason: error.message };
    case 'forbidden':
      return { kind: 'refused', cause: 'forbidden', reason: error.message };
    case 'quota':
      return later('quota');
    case 'conflict':
    case 'not-found':
    case 'unauthorized':
    case 'throttled':
    case 'expired':
    case 'unavailable':
    case 'timeout':
      return later('unavailable');
  }
}

async function adopt(deps: CreatePodDeps, target: WorkerTarget & { tries: number }): Promise<CreateReply> {
  const { slot, order } = target;
  const found = await deps.cluster.pods.read(slot.podName);
  const occupied = (reason: string): CreateReply => ({
    kind: 'retry',
    cause: 'occupied',
    reason,
    afterMs: backoffMs(target.tries, deps.random),
  });
  if (!found) return occupied('a Pod of this name has just gone');
  if (found.owner?.uid === order.ledger.uid && found.specHash === specHash(target)) {
    return { kind: 'exists', pod: found };
  }
  if (found.deleting) return occupied('an older Pod of this name is still terminating');
  const owner = found.owner ? `is owned by ${found.owner.name}` : 'has no owner';
  return {
    kind: 'refused',
    cause: 'foreign',
    reason: `a Pod named ${slot.podName} exists that is not ours (it ${owner})`,
  };
}
