/**
 * From (ledgers, Pods) to actors: what a former process left is taken over as it is found.
 *
 * A Pod belongs to a worker only if its owner is that worker's ledger by UID; a name alone proves nothing.
 */
import type { ObservedPod } from '../pod.ts';
import type { LedgerSlot, OpenScaleUp } from '../scale/replies.ts';
import type { Elapsed } from '../worker/context.ts';
import { startScaleDown, startScaleUp } from './commands.ts';
import { admit, startWorker, type Supervisor } from './supervise.ts';

/** @returns the Pods that belong to no worker. */
export function recover(
  pool: Supervisor,
  pods: readonly ObservedPod[],
  atMs: number,
): readonly ObservedPod[] {
  const { registry, recovered } = pool.context;
  for (const finished of recovered.finished) registry.history.set(finished.slot.podName, finished);
  const byName = new Map(pods.map((pod) => [pod.name, pod]));
  for (const { command, work } of recovered.scaleUps.toSorted(inOrderOfAcceptance)) {
    for (const slot of work.slots) resumeWorker(pool, work, slot, byName.get(slot.slot.podName), atMs);
    startScaleUp(pool, command, work);
  }
  for (const { command, work } of recovered.scaleDowns) startScaleDown(pool, command, work.acceptedAt, work);
  admit(pool);
  return pods.filter((pod) => !registry.workers.has(pod.name));
}

const inOrderOfAcceptance = (a: { work: OpenScaleUp }, b: { work: OpenScaleUp }) =>
  a.work.order.acceptedAt < b.work.order.acceptedAt ? -1 : 1;

function resumeWorker(
  pool: Supervisor,
  { order, created }: OpenScaleUp,
  { slot, ended }: LedgerSlot,
  found: ObservedPod | undefined,
  atMs: number,
): void {
  const pod = found?.owner?.uid === order.ledger.uid ? found : undefined;
  const vanished = created && !pod && !ended;
  const elapsed: Elapsed = {
    queueMs: since(order.acceptedAt, atMs),
    pendingMs: since(pod?.createdAt, atMs),
    runMs: since(startOf(pod), atMs),
  };
  const resume = {
    ...(pod ? { pod } : {}),
    ...(ended ? { ended } : {}),
    ...(vanished ? { vanished } : {}),
    elapsed,
  };
  startWorker(pool, { order, slot, resume });
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
