/**
 * What happens when an actor of ours throws. A crash stays with its actor: it is made again from what it
 * knew. An actor that crashes again and again is quarantined; when all of them together do, the pool ends
 * and with it the process, which Kubernetes starts again. So it does when an actor crashes that the pool
 * cannot be without, such as the watch.
 */
import { podOf } from '../worker/context.ts';
import { startScaleDown, startScaleUp } from './commands.ts';
import { lost, startPipeline } from './pipelines.ts';
import { elapsedOf } from './elapsed.ts';
import { repairCapacity } from './facts.ts';
import { addRestart } from './restart-intensity.ts';
import { startWorker, tellOwner, type Supervisor } from './supervise.ts';

const everyone = '';

/** @returns `escalate` where the pool cannot go on. */
export function superviseCrash(pool: Supervisor, actorId: string, error: unknown): 'handled' | 'escalate' {
  const { registry, nowMs, childRestarts, poolRestarts } = pool.context;
  const { workers, scaleUps, scaleDowns } = registry;
  const all = addRestart(registry.restarts.get(everyone) ?? [], nowMs, poolRestarts);
  const crashedRun = [...registry.pipelines].find(([, ref]) => ref.id === actorId)?.[0];
  const isOurs =
    workers.has(actorId) || scaleUps.has(actorId) || scaleDowns.has(actorId) || crashedRun !== undefined;
  if (!all || !isOurs) return 'escalate';
  registry.restarts.set(everyone, all);
  const own = addRestart(registry.restarts.get(actorId) ?? [], nowMs, childRestarts);
  if (own) {
    registry.restarts.set(actorId, own);
    if (crashedRun === undefined) restart(pool, actorId);
    else restartRun(pool, crashedRun);
  } else {
    registry.waiting.delete(actorId);
    const reason = `its actor crashed ${childRestarts.intensity + 1} times: ${String(error)}`;
    registry.quarantined.set(actorId, reason);
    tellOwner(pool, lost(actorId, reason));
  }
  // The pool may have let the worker in while the crash kept it out.
  repairCapacity(registry);
  return 'handled';
}

function restart(pool: Supervisor, actorId: string): void {
  const { registry, nowMs } = pool.context;
  const worker = registry.workers.get(actorId)?.getSnapshot().context;
  const scaleUp = registry.scaleUps.get(actorId)?.getSnapshot().context;
  const scaleDown = registry.scaleDowns.get(actorId)?.getSnapshot().context;
  registry.workers.delete(actorId);
  registry.scaleUps.delete(actorId);
  registry.scaleDowns.delete(actorId);
  if (worker) {
    const { order, slot } = worker;
    const former = { ...worker, elapsed: elapsedOf(order, podOf(worker), nowMs) };
    startWorker(pool, { order, slot, former });
  }
  // A crash before the ledger was open has no effect to go on with; the caller is told and may try again.
  if (scaleUp?.opened) startScaleUp(pool, { command: scaleUp.command, former: scaleUp });
  if (scaleDown?.ledgerName !== undefined) {
    const { command, ledgerName, podNames, acceptedAt } = scaleDown;
    startScaleDown(pool, command, acceptedAt, { ledgerName, podNames, acceptedAt });
  }
}

/** A run is made again from its ledger; its former stages' actors must not act any more. */
function restartRun(pool: Supervisor, pipelineId: string): void {
  const { registry } = pool.context;
  const run = registry.pipelines.get(pipelineId)?.getSnapshot().context.run;
  for (const stage of run?.stages.values() ?? []) stage.send({ type: 'stage.abandon' });
  registry.pipelines.delete(pipelineId);
  // A crash before the ledger was open has no effect to go on with; the caller is told and may try again.
  if (run) startPipeline(pool, { kind: 'attach', pipelineId, again: true });
}
