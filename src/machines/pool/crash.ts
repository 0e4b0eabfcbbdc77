/**
 * What happens when an actor of ours throws. A crash stays with its actor: it is made again from what it
 * knew. An actor that crashes again and again is quarantined; when all of them together do, the pool ends
 * and with it the process, which Kubernetes starts again.
 */
import { startScaleUp } from './commands.ts';
import { addRestart } from './restart-intensity.ts';
import { startWorker, type Supervisor } from './supervise.ts';

const everyone = '';

/** @returns `escalate` where the pool as a whole crashes too often. */
export function superviseCrash(pool: Supervisor, actorId: string, error: unknown): 'handled' | 'escalate' {
  const { registry, nowMs, childRestarts, poolRestarts } = pool.context;
  const all = addRestart(registry.restarts.get(everyone) ?? [], nowMs, poolRestarts);
  if (!all) return 'escalate';
  registry.restarts.set(everyone, all);
  const own = addRestart(registry.restarts.get(actorId) ?? [], nowMs, childRestarts);
  if (own) {
    registry.restarts.set(actorId, own);
    restart(pool, actorId);
  } else {
    registry.quarantined.set(
      actorId,
      `its actor crashed ${childRestarts.intensity + 1} times: ${String(error)}`,
    );
  }
  return 'handled';
}

function restart(pool: Supervisor, actorId: string): void {
  const { registry } = pool.context;
  const worker = registry.workers.get(actorId)?.getSnapshot().context;
  if (worker) {
    registry.workers.delete(actorId);
    const pod = worker.presence.kind === 'seen' ? { pod: worker.presence.pod } : {};
    const ended = worker.ended ? { ended: worker.ended } : {};
    startWorker(pool, { order: worker.order, slot: worker.slot, resume: { ...pod, ...ended } });
    return;
  }
  const scaleUp = registry.scaleUps.get(actorId)?.getSnapshot().context;
  registry.scaleUps.delete(actorId);
  // A crash before the ledger was open has no effect to go on with; the caller is told and may try again.
  if (scaleUp?.opened) startScaleUp(pool, scaleUp.command, scaleUp.opened);
  registry.scaleDowns.delete(actorId);
}
