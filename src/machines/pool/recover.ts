/**
 * From (ledgers, Pods) to actors: what a former process left is taken over as it is found.
 *
 * A Pod belongs to a worker only if its owner is that worker's ledger by UID; a name alone proves nothing.
 */
import type { ObservedPod } from '../pod.ts';
import type { LedgerSlot, OpenScaleUp } from '../scale/replies.ts';
import { startScaleDown, startScaleUp } from './commands.ts';
import type { RecoveredAttempt } from '../pipeline/record.ts';
import { elapsedOf } from './elapsed.ts';
import { startPipeline } from './pipelines.ts';
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
    startScaleUp(pool, { command, resume: work });
  }
  for (const { command, work } of recovered.scaleDowns) {
    // Who is to be ended is not let in first.
    for (const podName of work.podNames) registry.waiting.delete(podName);
    startScaleDown(pool, command, work.acceptedAt, work);
  }
  for (const summary of recovered.endedPipelines) registry.endedPipelines.set(summary.pipelineId, summary);
  for (const { open, attempts } of recovered.pipelines) {
    for (const attempt of attempts) resumeAttempt(pool, attempt, byName.get(attempt.slot.podName), atMs);
    startPipeline(pool, { kind: 'attach', pipelineId: open.command.pipelineId }, open);
  }
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
  const resume = {
    ...(pod ? { pod } : {}),
    ...(ended ? { ended } : {}),
    ...(vanished ? { vanished } : {}),
    elapsed: elapsedOf(order, pod, atMs),
  };
  startWorker(pool, { order, slot, resume });
}

/** A try that neither has a Pod nor should have one is the stage's to begin, or is over. */
function resumeAttempt(
  pool: Supervisor,
  { order, slot, created, ended }: RecoveredAttempt,
  found: ObservedPod | undefined,
  atMs: number,
): void {
  const pod = found?.owner?.uid === order.ledger.uid ? found : undefined;
  const vanished = created && !pod && !ended;
  if (!pod && !vanished) return;
  const resume = {
    ...(pod ? { pod } : {}),
    ...(ended ? { ended } : {}),
    ...(vanished ? { vanished } : {}),
    elapsed: elapsedOf(order, pod, atMs),
  };
  startWorker(pool, { order, slot, resume });
}
