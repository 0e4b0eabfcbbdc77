/** The pool's part of a run: making its actor and its workers, and remembering it. Total. */
import { createActor } from 'xstate';
import { failure } from '../failure.ts';
import type { PipelineReport } from '../pipeline/events.ts';
import type { OpenPipeline, PipelineOpening } from '../pipeline/record.ts';
import { summarize } from '../pipeline/summary.ts';
import type { UsageSample } from '../pipeline/usage.ts';
import type { WorkerContext } from '../worker/context.ts';
import type { WorkerReport } from '../worker/events.ts';
import type { WorkerOrder, WorkerSlot } from '../worker/order.ts';
import { pipelineActorId, type PipelineRef } from './registry.ts';
import { admit, standing, startWorker, type Supervisor } from './supervise.ts';
import { reasonOf } from './view.ts';

/** Runs that are over and still at hand; more of them make room by age. */
const lingeringMax = 256;

/** A run that is at hand stays as it is: whoever asks reads the same from the same actor. */
export function startPipeline(
  { context: { registry, logic, stages }, self }: Supervisor,
  opening: PipelineOpening,
  open?: OpenPipeline,
): void {
  const { pipelineId } = opening;
  if (registry.pipelines.has(pipelineId)) return;
  const maker = { ...stages, isTaken: (podName: string) => registry.workers.has(podName) };
  const input = { opening, maker, ...(open ? { open } : {}) };
  const ref = createActor(logic.pipeline, { parent: self, id: pipelineActorId(pipelineId), input });
  registry.pipelines.set(pipelineId, ref);
  ref.start();
}

/** Workers for tries of a stage; a try that is under way or over is only told about. */
export function startAttempts(
  pool: Supervisor,
  { by, stage, attempts }: Extract<PipelineReport, { type: 'attempts.wanted' }>,
): void {
  const { registry } = pool.context;
  const run = registry.pipelines.get(by);
  const order = run?.getSnapshot().context.run?.open.stages[stage]?.order;
  if (!run || !order) return;
  for (const { slot, ended, stopped } of attempts) {
    if (registry.workers.has(slot.podName) || isOver(pool, order, slot)) continue;
    if (ended) run.send({ type: 'worker.finished', id: slot.podName, ended });
    else if (stopped === undefined) startWorker(pool, { order, slot });
    else startWorker(pool, { order, slot, former: neverBegun(order, slot, stopped) });
  }
  admit(pool);
  for (const { slot, ended } of attempts) {
    const quarantined = registry.quarantined.get(slot.podName);
    if (quarantined !== undefined) run.send(lost(slot.podName, quarantined));
    else if (!ended || registry.workers.has(slot.podName) || registry.history.has(slot.podName)) {
      for (const report of standing(pool, slot.podName)) run.send(report);
    }
  }
}

/**
 * What is over stays over: a run that read its ledger before that was written down is told so. A namesake of
 * an earlier run, whose ledger was another, is forgotten.
 */
function isOver(
  { context: { registry } }: Supervisor,
  { ledger }: WorkerOrder,
  { podName }: WorkerSlot,
): boolean {
  const finished = registry.history.get(podName);
  if (finished?.order.ledger.uid === ledger.uid) return true;
  registry.history.delete(podName);
  return false;
}

/** A worker that is not to begin; a Pod of it may be there all the same, made by a former process. */
function neverBegun(order: WorkerOrder, slot: WorkerSlot, reason: string): WorkerContext {
  return {
    order,
    slot,
    presence: { kind: 'asked' },
    outcome: { kind: 'failed', failure: failure('deleted', reason) },
    tries: 0,
    elapsed: { queueMs: 0, pendingMs: 0, runMs: 0 },
    termination: reason,
  };
}

/** What is said of a worker whose actor crashed too often: its Pod may be alive, and nobody will know. */
export function lost(id: string, reason: string): WorkerReport {
  const outcome = { kind: 'failed', failure: failure('unknown', reason) } as const;
  const ended = { outcome, createdAt: '', startedAt: '', endedAt: '', nodeName: '' };
  return { type: 'worker.recorded', id, ended, isTerminal: false };
}

/** Why workers do not run yet, in their own words. */
export function tellReasons(
  { context: { registry } }: Supervisor,
  { by, ids }: Extract<PipelineReport, { type: 'reasons.wanted' }>,
): void {
  const reasons = ids.flatMap((id) => {
    const ref = registry.workers.get(id);
    return ref ? [[id, reasonOf(ref.getSnapshot())] as const] : [];
  });
  registry.pipelines.get(by)?.send({ type: 'workers.waiting', reasons });
}

/** Samples go to the runs whose workers they are about. */
export function tellUsage({ context: { registry } }: Supervisor, samples: readonly UsageSample[]): void {
  const byRun = Map.groupBy(
    samples,
    ({ podName }) => registry.workers.get(podName)?.getSnapshot().context.order.stage?.pipelineId,
  );
  for (const [pipelineId, own] of byRun) {
    if (pipelineId !== undefined) {
      registry.pipelines.get(pipelineId)?.send({ type: 'usage.sampled', samples: own });
    }
  }
}

/** A run is over and a tombstone: it is remembered without its stages. */
export function rememberPipeline(
  { context: { registry, historyMax } }: Supervisor,
  pipelineId: string,
): void {
  const summary = summaryOf(registry.pipelines.get(pipelineId));
  if (!summary) return;
  registry.endedPipelines.delete(pipelineId);
  registry.endedPipelines.set(pipelineId, summary);
  for (const id of registry.endedPipelines.keys()) {
    if (registry.endedPipelines.size <= historyMax) break;
    registry.endedPipelines.delete(id);
  }
  let lingering = 0;
  for (const ref of [...registry.pipelines.values()].toReversed()) {
    if (!ref.getSnapshot().matches('closed')) continue;
    if (++lingering > lingeringMax) ref.send({ type: 'pipeline.forget' });
  }
}

/** What is known of a run as a whole; undefined while its ledger has not answered. */
export function summaryOf(ref: PipelineRef | undefined): ReturnType<typeof summarize> | undefined {
  const run = ref?.getSnapshot().context.run;
  return run && summarize({ ...run.open, record: { ...run.open.record, progress: run.progress } });
}
