/**
 * A run at work: its schedule, its stages' actors, and its journal.
 *
 * Changed in place by the actions of one pipeline's actor, like the pool's registry and for the same reason: a
 * thousand stages would otherwise be copied at each of their thousand ends. Every function here is total.
 */
import { createActor, type ActorRefFrom, type AnyActorRef } from 'xstate';
import type { stageMachine } from '../stage/stage.machine.ts';
import type { StageInput, StagePlan, StageStop } from '../stage/context.ts';
import { skippedFor } from '../stage/words.ts';
import { workersOf, type Cancel, type StageCommand } from './command.ts';
import { isEnd, thePipeline, type ProgressDraft, type ProgressEvent, type StageStatus } from './progress.ts';
import type { AttemptRecord, JournalEntry, NameAttempt, OpenPipeline } from './record.ts';
import { isUnneeded, Schedule, type Decision, type KnownPlace } from './schedule.ts';

type StageRef = ActorRefFrom<typeof stageMachine>;

/** What a run needs to make its stages. */
export interface StageMaker {
  readonly logic: typeof stageMachine;
  readonly nameOf: NameAttempt;
  /** Retries of one worker for failures of the infrastructure. */
  readonly infrastructureMax: number;
  /** Whether somebody takes care of the Pod of this name already; nobody does where it is absent. */
  readonly isTaken?: (podName: string) => boolean;
}

export interface Run {
  readonly open: OpenPipeline;
  readonly maker: StageMaker;
  readonly schedule: Schedule;
  /** What the schedule says is to be done first, from what had ended before. */
  readonly due: readonly Decision[];
  /** By stage index. */
  readonly stages: Map<number, StageRef>;
  /** Stage index by the names of all Pods that were asked for. */
  readonly byPod: Map<string, number>;
  /** Stages of which a Pod may exist. */
  readonly uncleared: Set<number>;
  /** Everything durable, in order. Only ever grows. */
  readonly progress: ProgressEvent[];
  /** What is to be written next. */
  readonly drafts: ProgressDraft[];
  readonly created: Array<JournalEntry['created'][number]>;
  /** Pods of stages that were given up: stage index by the Pod's name. */
  readonly orphans: Map<string, number>;
  /** Crashes of stages' actors, by index. */
  readonly crashes: Map<number, number>;
  stagesEnded: number;
}

export function openRun(open: OpenPipeline, maker: StageMaker): Run {
  const { stages, onFailure } = open.command;
  const schedule = new Schedule(stages, onFailure);
  const latest = latestByStage(open.record.progress);
  const known = [...latest].flatMap(([stage, event]) =>
    stage === thePipeline ? [] : [[stage, placeOf(open, event)] as const],
  );
  const hasEnded = (stage: number) => isEnd(latest.get(stage)?.status ?? 'pending');
  const withPods = new Set(open.record.attempts.map(({ stage }) => stage));
  return {
    open,
    maker,
    schedule,
    due: schedule.begin(new Map(known)),
    stages: new Map(),
    byPod: new Map(),
    // What ended without a single Pod, or was reused, has nothing to see off.
    uncleared: new Set([...stages.keys()].filter((stage) => !hasEnded(stage) || withPods.has(stage))),
    progress: [...open.record.progress],
    drafts: [],
    created: [],
    orphans: new Map(),
    crashes: new Map(),
    stagesEnded: [...stages.keys()].filter(hasEnded).length,
  };
}

/**
 * Makes all stages, each as far as the ledger says it had come, and has them begin what is due.
 *
 * @param expired why the run took too long, where it did
 */
export function restoreRun(run: Run, self: AnyActorRef, expired: string | undefined): void {
  const { open } = run;
  const latest = latestByStage(open.record.progress);
  const attempts = Map.groupBy(open.record.attempts, (a) => a.stage);
  for (const stage of run.uncleared) {
    const status = latest.get(stage)?.status;
    const stop = status === undefined || isEnd(status) ? undefined : stopOf(run, stage, expired);
    const known = status === undefined ? undefined : { status, ...(stop ? { stop } : {}) };
    const recorded = attempts.get(stage) ?? [];
    makeStage(run, self, stage, [...recorded, ...(known ? unmarked(run, stage, recorded) : [])], known);
  }
  carryOut(run, run.due);
}

function makeStage(
  run: Run,
  self: AnyActorRef,
  stage: number,
  attempts: readonly AttemptRecord[],
  known?: Pick<NonNullable<StageInput['resume']>, 'status' | 'stop'>,
): void {
  const plan = planOf(run, stage);
  if (!plan) return;
  for (const { index, attempt } of attempts) run.byPod.set(plan.nameOf(index, attempt), stage);
  const resume = known ? { resume: { ...known, attempts, atMs: run.open.atMs } } : {};
  startStage(run, self, stage, { plan, ...resume });
}

/** Next tries that were begun although the ledger does not say so yet: their Pods were found. */
function unmarked(run: Run, stage: number, attempts: readonly AttemptRecord[]): readonly AttemptRecord[] {
  const plan = planOf(run, stage);
  const latest = new Map<number, AttemptRecord>();
  for (const one of attempts.toSorted((a, b) => a.attempt - b.attempt)) latest.set(one.index, one);
  return [...latest.values()].flatMap(({ index, attempt, ended }) => {
    const isTaken = ended && plan && run.maker.isTaken?.(plan.nameOf(index, attempt + 1)) === true;
    return isTaken ? [{ stage, index, attempt: attempt + 1 }] : [];
  });
}

/** What a former process was about to do with a stage that has begun: end it, before it is judged by its end. */
function stopOf({ open, schedule }: Run, stage: number, expired: string | undefined): StageStop | undefined {
  const { cancel } = open.record;
  if (cancel && isEndedBy(cancel, open.command.stages[stage])) {
    return { verdict: 'cancelled', reason: whyCancelled(cancel) };
  }
  if (expired === undefined || schedule.isClosing(stage)) return undefined;
  return { verdict: 'failed', reason: expired };
}

/** Whether the deadline has passed while stages that the run is about had not ended. */
export function hasExpired({ open, schedule }: Run): boolean {
  if (open.remainingMs > 0) return false;
  const endsAtMs = open.atMs + open.remainingMs;
  const isLate = ({ stage, status, at }: ProgressEvent) =>
    stage !== thePipeline && !schedule.isClosing(stage) && isEnd(status) && Date.parse(at) >= endsAtMs;
  return schedule.ordinaryLeft > 0 || open.record.progress.some(isLate);
}

export function startStage(run: Run, self: AnyActorRef, stage: number, input: StageInput): void {
  const id = stageActorId(run, stage);
  const ref = createActor(run.maker.logic, { parent: self, id, input });
  run.stages.set(stage, ref);
  ref.start();
}

function stageActorId({ open }: Run, stage: number): string {
  return `stage ${JSON.stringify([open.command.pipelineId, open.command.stages[stage]?.stageId])}`;
}

function planOf({ open, maker }: Run, stage: number): StagePlan | undefined {
  const command = open.command.stages[stage];
  const order = open.stages[stage]?.order;
  if (!command || !order) return undefined;
  const { pipelineId } = open.command;
  return {
    stage,
    command,
    order,
    workers: workersOf(command),
    retry: command.retry,
    infrastructureMax: maker.infrastructureMax,
    nameOf: (index, attempt) => maker.nameOf(pipelineId, command.stageId, index, attempt),
  };
}

function placeOf(open: OpenPipeline, { stage, status, message }: ProgressEvent): KnownPlace {
  switch (status) {
    case 'pending':
    case 'running':
    case 'retrying':
      return 'begun';
    case 'failed':
      return open.command.stages[stage]?.allowFailure ? 'tolerated' : 'failed';
    case 'skipped':
      return isUnneeded(message.slice(skippedFor.length)) ? 'unneeded' : 'skipped';
    case 'completed':
    case 'cancelled':
      return status;
  }
}

function latestByStage(progress: readonly ProgressEvent[]): ReadonlyMap<number, ProgressEvent> {
  return new Map(progress.map((event) => [event.stage, event]));
}

/** Hands decisions to the stages they are about. */
export function carryOut({ stages }: Run, decisions: readonly Decision[]): void {
  for (const decision of decisions) {
    const ref = stages.get(decision.stage);
    if (decision.kind === 'start') ref?.send({ type: 'stage.start' });
    else ref?.send({ type: 'stage.skip', reason: decision.reason });
  }
}

/** Makes a cancel happen: what may no longer start is skipped, what may no longer run is stopped. */
export function applyCancel(run: Run, cancel: Cancel): void {
  const reason = whyCancelled(cancel);
  const { schedule, open } = run;
  const decisions = schedule.halt(cancel.mode === 'run-finally' ? 'finally' : 'all', reason);
  for (const stage of schedule.begun()) {
    if (!isEndedBy(cancel, open.command.stages[stage])) continue;
    run.stages.get(stage)?.send({ type: 'stage.stop', verdict: 'cancelled', reason });
  }
  carryOut(run, decisions);
}

function whyCancelled({ by, reason }: Cancel): string {
  return `the run was cancelled${by ? ` by ${by}` : ''}${reason ? `: ${reason}` : ''}`;
}

/** Whether a stage that has begun is terminated. */
function isEndedBy({ mode }: Cancel, stage: StageCommand | undefined): boolean {
  return mode === 'now' || (mode === 'run-finally' && stage?.runWhen !== 'always');
}

/** The run took too long: what it is about ends as failed; the stages that come at the end still run. */
export function expire(run: Run, reason: string): void {
  const { schedule } = run;
  const begun = schedule.begun().filter((stage) => !schedule.isClosing(stage));
  const decisions = schedule.halt('failing', reason);
  for (const stage of begun) run.stages.get(stage)?.send({ type: 'stage.stop', verdict: 'failed', reason });
  carryOut(run, decisions);
}

/** The pipeline's own words: how far it is, or how it ended. */
export function ownDraft(run: Run, status: StageStatus, errorMessage = ''): ProgressDraft {
  const total = run.open.command.stages.length;
  const done = run.stagesEnded;
  return {
    stage: thePipeline,
    status,
    message: ownMessage(run, status),
    percentage: status === 'completed' ? 100 : Math.floor((100 * done) / total),
    errorMessage,
    workers: { succeeded: 0, failed: 0, total: 0 },
    attempt: 0,
  };
}

function ownMessage({ open, stagesEnded }: Run, status: StageStatus): string {
  const { command } = open;
  const of = `${stagesEnded} of ${command.stages.length} stages ended`;
  if (status === 'completed') return `completed: ${of}`;
  return status === 'running' ? of : `${status}: ${of}`;
}

/**
 * Why the run failed, beginning with the failure's name where a worker's is known.
 *
 * @param writing what is on its way to the ledger, and so neither drafted nor durable
 */
export function whyFailed(
  { schedule, open, progress, drafts }: Run,
  writing: readonly ProgressDraft[] = [],
): string {
  const stageId = schedule.firstFailure;
  const stage = open.command.stages.findIndex((s) => s.stageId === stageId);
  const isOfStage = (told: ProgressDraft) => told.stage === stage;
  const told = drafts.findLast(isOfStage) ?? writing.findLast(isOfStage) ?? progress.findLast(isOfStage);
  return told?.errorMessage ? `${told.errorMessage} (stage ${JSON.stringify(stageId)})` : '';
}
