/**
 * From (ledgers, Pods) to actors: what a former process left is taken over as it is found.
 *
 * A Pod belongs to a worker only if its owner is that worker's ledger by UID; a name alone proves nothing.
 * It is done in slices, between which the process hears and answers: what the watch says meanwhile counts.
 */
import type { PoolEvent } from './events.ts';
import type { RecoveredAttempt } from '../pipeline/record.ts';
import type { ObservedPod } from '../pod.ts';
import type { LedgerSlot, OpenScaleUp } from '../scale/replies.ts';
import type { WorkerOrder } from '../worker/order.ts';
import { startScaleDown, startScaleUp } from './commands.ts';
import { elapsedOf } from './elapsed.ts';
import { startPipeline } from './pipelines.ts';
import { admit, startWorker, type Supervisor } from './supervise.ts';

/** Workers or commands taken over at a time: some ms, beside which the breath between two of them costs little. */
const slice = 48;

/** Under way while the pool rebuilds. Changed in place. */
export interface Recovery {
  /** Pods that no worker has taken over yet, by name. */
  readonly unclaimed: Map<string, ObservedPod>;
  readonly steps: Iterator<void>;
}

export function beginRecovery(pool: Supervisor, pods: readonly ObservedPod[], atMs: number): void {
  const unclaimed = new Map(pods.map((pod) => [pod.name, pod]));
  pool.context.registry.recovery = { unclaimed, steps: takeOver(pool, unclaimed, atMs) };
}

/** Does the next slice. Once there is none, whoever waits is let in, and what nobody has is left in `unclaimed`. */
export function goOnRecovering(pool: Supervisor): void {
  const { registry } = pool.context;
  for (let i = 0; i < slice; i++) {
    if (registry.recovery?.steps.next().done !== true) continue;
    registry.unclaimed = [...registry.recovery.unclaimed.values()].filter(
      (pod) => !registry.workers.has(pod.name),
    );
    registry.recovery = undefined;
    return admit(pool);
  }
}

/** What the watch says of Pods that no worker has taken over yet. */
export function hearOfUnclaimed(
  { context: { registry } }: Supervisor,
  facts: Extract<PoolEvent, { type: 'pods.changed' }>['facts'],
): void {
  for (const fact of facts) {
    const name = fact.type === 'pod.observed' ? fact.pod.name : fact.name;
    if (registry.workers.has(name)) continue;
    if (fact.type === 'pod.observed') registry.recovery?.unclaimed.set(name, fact.pod);
    else registry.recovery?.unclaimed.delete(name);
  }
}

function* takeOver(pool: Supervisor, pods: ReadonlyMap<string, ObservedPod>, atMs: number): Generator<void> {
  const { registry, recovered } = pool.context;
  for (const finished of recovered.finished) registry.history.set(finished.slot.podName, finished);
  for (const { command, work } of recovered.scaleUps.toSorted(inOrderOfAcceptance)) {
    for (const slot of work.slots) {
      resumeWorker(pool, work, slot, pods.get(slot.slot.podName), atMs);
      yield;
    }
    startScaleUp(pool, { command, resume: work });
  }
  for (const { command, work } of recovered.scaleDowns) {
    // Who is to be ended is not let in first.
    for (const podName of work.podNames) registry.waiting.delete(podName);
    startScaleDown(pool, command, work.acceptedAt, work);
    yield;
  }
  for (const summary of recovered.endedPipelines) registry.endedPipelines.set(summary.pipelineId, summary);
  for (const { open, attempts } of recovered.pipelines) {
    for (const attempt of attempts) {
      resumeAttempt(pool, attempt, pods.get(attempt.slot.podName), atMs);
      yield;
    }
    startPipeline(pool, { kind: 'attach', pipelineId: open.command.pipelineId }, open);
    yield;
  }
}

const inOrderOfAcceptance = (a: { work: OpenScaleUp }, b: { work: OpenScaleUp }) =>
  a.work.order.acceptedAt < b.work.order.acceptedAt ? -1 : 1;

function resumeWorker(
  pool: Supervisor,
  { order, created }: Pick<OpenScaleUp, 'order' | 'created'>,
  { slot, ended }: LedgerSlot,
  found: ObservedPod | undefined,
  atMs: number,
): void {
  const pod = own(order, found);
  const resume = {
    ...(pod ? { pod } : {}),
    ...(ended ? { ended } : {}),
    ...(created && !pod && !ended ? { missing: true } : {}),
    elapsed: elapsedOf(order, pod, atMs),
  };
  startWorker(pool, { order, slot, resume });
}

/** A try that neither has a Pod nor had one is the stage's to begin. */
function resumeAttempt(
  pool: Supervisor,
  attempt: RecoveredAttempt,
  found: ObservedPod | undefined,
  atMs: number,
): void {
  const { order, created } = attempt;
  if (own(order, found) || created) resumeWorker(pool, attempt, attempt, found, atMs);
}

function own(order: WorkerOrder, pod: ObservedPod | undefined): ObservedPod | undefined {
  return pod?.owner?.uid === order.ledger.uid ? pod : undefined;
}
