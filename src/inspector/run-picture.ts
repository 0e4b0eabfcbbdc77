/** One run with all that its graph and its chart of attempts need, from its journal, its workers and their history. */
import type { ProgressEvent } from '../machines/pipeline/progress.ts';
import type { PipelineSummary } from '../machines/pipeline/record.ts';
import type { EndedWorker } from '../machines/worker/order.ts';
import { criticalPath } from './critical-path.ts';
import { isEnd, phaseOfOutcome, phaseOfStatus } from './phases.ts';
import { runOf, type RunAtHand } from './place.ts';
import type { AttemptPicture, RunPicture, StagePicture } from './protocol.ts';
import { clause, msOf, type Reading } from './reading.ts';
import { redactionOf } from './rows.ts';
import { workerRow } from './worker-row.ts';

const thePipeline = -1;

/** Undefined where no such run is remembered. */
export function runPicture(key: string, reading: Reading): RunPicture | undefined {
  const { pipelines, endedPipelines } = reading.pool.context.registry;
  const run = runOf(reading.pool, key);
  if (run) return pictureOf(key, run, reading);
  const summary = endedPipelines.get(key);
  if (summary) return summaryPicture(summary);
  return pipelines.has(key) ? openingPicture(key) : undefined;
}

function pictureOf(key: string, run: RunAtHand, reading: Reading): RunPicture {
  const { command, acceptedAt } = run.open;
  const redact = redactionOf(run, reading.secrets);
  const latest = new Map(run.progress.map((event) => [event.stage, event]));
  const attempts = attemptsOf(run, reading);
  const stages = command.stages.map((stage, index) => {
    const event = latest.get(index);
    return {
      stageId: stage.stageId,
      name: stage.name || stage.stageId,
      dependsOn: stage.dependsOn,
      runWhen: stage.runWhen,
      phase: stagePhase(event),
      message: clause([event?.message, event?.errorMessage].filter(Boolean).join('; '), redact),
      ...times(event),
      attempts: attempts.get(index) ?? [],
    } satisfies StagePicture;
  });
  const own = latest.get(thePipeline);
  const hasEnded = own !== undefined && isEnd(own.status);
  const startedMs = msOf(acceptedAt);
  const endedMs = hasEnded ? msOf(own.completedAt) : undefined;
  return {
    pipelineId: key,
    name: command.name || key,
    phase: own ? phaseOfStatus(own.status) : 'pending',
    message: clause([own?.message, own?.errorMessage].filter(Boolean).join('; '), redact),
    ...(startedMs === undefined ? {} : { startedMs }),
    ...(endedMs === undefined ? {} : { endedMs }),
    canCancel: !hasEnded,
    canRetry: hasEnded && own.status !== 'completed',
    stages,
    criticalPath: criticalPath(stages),
  };
}

function stagePhase(event: ProgressEvent | undefined): StagePicture['phase'] {
  if (!event) return 'pending';
  return event.status === 'skipped' || event.status === 'retrying'
    ? event.status
    : phaseOfStatus(event.status);
}

function times(event: ProgressEvent | undefined) {
  const startedMs = msOf(event?.startedAt);
  const endedMs = msOf(event?.completedAt);
  return { ...(startedMs === undefined ? {} : { startedMs }), ...(endedMs === undefined ? {} : { endedMs }) };
}

/** By stage index, in the order of their workers and then of their tries. */
function attemptsOf(run: RunAtHand, reading: Reading): ReadonlyMap<number, readonly AttemptPicture[]> {
  const { command, record } = run.open;
  const found = new Map<string, AttemptPicture & { readonly stage: number }>();
  for (const { stage, index, attempt, ended } of record.attempts) {
    const stageId = command.stages[stage]?.stageId ?? '';
    const worker = run.maker.nameOf(command.pipelineId, stageId, index, attempt);
    found.set(worker, { stage, worker, index, attempt, ...endedFields(ended) });
  }
  for (const [worker, stage] of run.byPod) {
    const now = attemptNow(worker, reading);
    if (now) found.set(worker, { stage, ...now });
  }
  const byStage = Map.groupBy(found.values(), ({ stage }) => stage);
  return new Map(
    [...byStage].map(([stage, all]) => [
      stage,
      all
        .map(({ stage: _, ...attempt }) => attempt)
        .toSorted((a, b) => a.index - b.index || a.attempt - b.attempt),
    ]),
  );
}

function attemptNow(worker: string, reading: Reading): AttemptPicture | undefined {
  const { workers, history } = reading.pool.context.registry;
  const context = workers.get(worker)?.getSnapshot().context;
  const row = workerRow(worker, reading);
  if (context && row) {
    const { slot, presence, ended } = context;
    const pod =
      presence.kind === 'seen' ? presence.pod : presence.kind === 'gone' ? presence.last : undefined;
    const container = pod?.container;
    const began = container && container.kind !== 'waiting' ? container.startedAt : '';
    const finished = container?.kind === 'terminated' ? container.finishedAt : '';
    return {
      worker,
      index: slot.index,
      attempt: slot.attempt,
      phase: row.phase,
      ...timesOf(pod?.createdAt ?? '', ended?.startedAt || began, ended?.endedAt || finished),
      ...(row.reason === undefined ? {} : { reason: row.reason }),
    };
  }
  const over = history.get(worker);
  if (!over) return undefined;
  const { slot, ended, forgetAt } = over;
  const goneMs = forgetAt - reading.pool.context.historyMs;
  return { worker, index: slot.index, attempt: slot.attempt, ...endedFields(ended), goneMs };
}

function endedFields(ended: EndedWorker | undefined) {
  if (!ended) return { phase: 'running' as const };
  const { outcome, createdAt, startedAt, endedAt } = ended;
  return {
    phase: phaseOfOutcome(outcome),
    ...timesOf(createdAt, startedAt, endedAt),
    ...(outcome.kind === 'failed' ? { reason: outcome.failure.name } : {}),
  };
}

function timesOf(created: string, started: string, ended: string) {
  const createdMs = msOf(created);
  const startedMs = msOf(started);
  const endedMs = msOf(ended);
  return {
    ...(createdMs === undefined ? {} : { createdMs }),
    ...(startedMs === undefined ? {} : { startedMs }),
    ...(endedMs === undefined ? {} : { endedMs }),
  };
}

/** A run whose actor is gone is remembered without its stages. */
function summaryPicture(summary: PipelineSummary): RunPicture {
  const startedMs = msOf(summary.acceptedAt);
  const endedMs = msOf(summary.completedAt);
  return {
    pipelineId: summary.pipelineId,
    name: summary.name || summary.pipelineId,
    phase: phaseOfStatus(summary.status),
    message: summary.message,
    ...(startedMs === undefined ? {} : { startedMs }),
    ...(endedMs === undefined ? {} : { endedMs }),
    canCancel: false,
    canRetry: summary.status !== 'completed',
    stages: [],
    criticalPath: [],
  };
}

function openingPicture(key: string): RunPicture {
  return {
    pipelineId: key,
    name: key,
    phase: 'pending',
    message: 'its ledger is being read',
    canCancel: false,
    canRetry: false,
    stages: [],
    criticalPath: [],
  };
}
