/** How long a worker has been in each phase, from what the cluster and the ledger say of it. Pure. */
import type { ObservedPod } from '../pod.ts';
import type { Elapsed } from '../worker/context.ts';
import type { WorkerOrder } from '../worker/order.ts';

export function elapsedOf(order: WorkerOrder, pod: ObservedPod | undefined, atMs: number): Elapsed {
  return {
    // A run's worker is asked for long after the run was accepted; when, is known to its stage alone.
    queueMs: order.stage ? 0 : since(order.acceptedAt, atMs),
    pendingMs: since(pod?.createdAt, atMs),
    runMs: since(startOf(pod), atMs),
  };
}

function startOf(pod: ObservedPod | undefined): string | undefined {
  const container = pod?.container;
  return container && container.kind !== 'waiting' ? container.startedAt : undefined;
}

/** Clocks of two machines may differ: a start in the future counts as now. */
function since(rfc3339: string | undefined, atMs: number): number {
  const then = Date.parse(rfc3339 ?? '');
  return Number.isNaN(then) ? 0 : Math.max(0, atMs - then);
}
