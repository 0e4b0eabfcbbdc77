/**
 * The pool's hands: making workers, admitting them to capacity, burying them.
 *
 * Every function here is total. A throw inside a parent's own action would leave its children running as
 * orphans, so nothing throws and nothing asks a child that may not exist.
 */
import { createActor, type AnyActorRef } from 'xstate';
import type { OpenScaleUp } from '../scale/replies.ts';
import { mayUseResources, type WorkerInput } from '../worker/context.ts';
import type { WorkerReport } from '../worker/events.ts';
import type { PoolContext } from './events.ts';
import type { ScaleDownRef } from './registry.ts';

export interface Supervisor {
  readonly context: PoolContext;
  /** The pool's own ref: parent of all that is made here. */
  readonly self: AnyActorRef;
}

/**
 * Makes one worker actor and starts it. A worker that exists under this id is left as it is; one that
 * cannot even begin, because of what is known of its Pod, is quarantined alone.
 */
export function startWorker({ context, self }: Supervisor, input: WorkerInput): void {
  const { registry, logic } = context;
  const id = input.slot.podName;
  if (registry.workers.has(id) || registry.quarantined.has(id)) return;
  const ref = createActor(logic.worker, { parent: self, id, input });
  const snapshot = ref.getSnapshot();
  if (snapshot.status === 'error') {
    registry.quarantined.set(id, `its actor could not begin: ${String(snapshot.error)}`);
    return;
  }
  registry.workers.set(id, ref);
  if (snapshot.hasTag('queued')) registry.waiting.add(id);
  else if (mayUseResources(snapshot.context)) registry.live.add(id);
  ref.start();
}

/** Workers for every slot of a command, in the order of their index; then admission, then the word to the command. */
export function startWorkers(pool: Supervisor, work: OpenScaleUp): void {
  const { registry } = pool.context;
  const owner = registry.owners.get(work.order.ledger.name);
  const placed = owner?.getSnapshot().context.placements;
  for (const { slot, ended } of work.slots) {
    const finished = registry.history.get(slot.podName);
    const isRemembered = finished?.order.ledger.uid === work.order.ledger.uid;
    // What is over stays over, also where the history has forgotten it.
    if (isRemembered || placed?.get(slot.podName)?.kind === 'finished') continue;
    // The name came from an earlier command of this key, which was undone or is long over.
    if (finished) registry.history.delete(slot.podName);
    startWorker(pool, { order: work.order, slot, ...(ended ? { resume: { ended } } : {}) });
  }
  admit(pool);
  owner?.send({
    type: 'workers.stood',
    reports: work.slots.flatMap(({ slot }) => standing(pool, slot.podName)),
  });
}

/** What a worker would report of itself now, for whoever was not there when it did. */
export function standing({ context: { registry } }: Supervisor, id: string): readonly WorkerReport[] {
  const finished = registry.history.get(id);
  if (finished) return [{ type: 'worker.finished', id, ended: finished.ended }];
  if (registry.waiting.has(id)) return [{ type: 'worker.queued', id }];
  const snapshot = registry.workers.get(id)?.getSnapshot();
  if (!snapshot) return [];
  const { outcome, refusal, ended, presence } = snapshot.context;
  if (ended) return [{ type: 'worker.recorded', id, ended, isTerminal: !mayUseResources(snapshot.context) }];
  if (outcome) return [{ type: 'worker.ended', id, outcome, refusal }];
  const created: WorkerReport = { type: 'worker.created', id };
  if (snapshot.hasTag('running')) return [created, { type: 'worker.running', id }];
  return presence.kind === 'seen' ? [created] : [];
}

/** Lets waiting workers in, in order, while capacity lasts; nobody before it is known who is there already. */
export function admit({ context: { registry, liveMax } }: Supervisor): void {
  if (registry.recovery) return;
  for (const id of registry.waiting) {
    if (registry.live.size >= liveMax) return;
    registry.waiting.delete(id);
    const ref = registry.workers.get(id);
    if (!ref) continue;
    registry.live.add(id);
    ref.send({ type: 'worker.admit' });
  }
}

/** Passes a worker's report to the command or run that asked for it. */
export function tellOwner({ context: { registry } }: Supervisor, report: WorkerReport): void {
  const order = registry.workers.get(report.id)?.getSnapshot().context.order;
  if (!order) return;
  if (order.stage) registry.pipelines.get(order.stage.pipelineId)?.send(report);
  else registry.owners.get(order.ledger.name)?.send(report);
}

/** Passes a worker's report to the scale-downs that wait for its end. */
export function tellMourners({ context: { registry } }: Supervisor, report: WorkerReport): void {
  for (const ref of registry.mourners.get(report.id) ?? []) ref.send(report);
}

export function terminateWorkers(
  { context: { registry } }: Supervisor,
  ids: readonly string[],
  reason: string,
  by: ScaleDownRef | undefined,
): void {
  for (const id of ids) {
    const ref = registry.workers.get(id);
    if (!ref) {
      by?.send({ type: 'worker.settled', id });
      continue;
    }
    if (by) {
      const waiting = registry.mourners.get(id) ?? new Set();
      registry.mourners.set(id, waiting.add(by));
    }
    ref.send({ type: 'worker.terminate', reason });
  }
}

/** Forgets a worker whose Pod's absence is confirmed, and remembers how it ended. */
export function buryWorker(
  pool: Supervisor,
  report: Extract<WorkerReport, { type: 'worker.finished' }>,
): void {
  const { registry, nowMs, historyMs } = pool.context;
  const ref = registry.workers.get(report.id);
  if (!ref) return;
  tellOwner(pool, report);
  tellMourners(pool, report);
  const { order, slot } = ref.getSnapshot().context;
  registry.workers.delete(report.id);
  registry.waiting.delete(report.id);
  registry.live.delete(report.id);
  registry.mourners.delete(report.id);
  registry.restarts.delete(report.id);
  registry.history.delete(report.id);
  registry.history.set(report.id, {
    order: {
      taskId: order.taskId,
      ledger: order.ledger,
      acceptedAt: order.acceptedAt,
      ...(order.stage ? { stage: order.stage } : {}),
    },
    slot,
    ended: report.ended,
    forgetAt: nowMs + historyMs,
  });
  forget(pool);
}

/** Drops finished workers that are too old or too many; the history is in order of their end. */
export function forget({ context: { registry, nowMs, historyMax } }: Supervisor): void {
  for (const [id, finished] of registry.history) {
    if (finished.forgetAt > nowMs && registry.history.size <= historyMax) return;
    registry.history.delete(id);
  }
}
