/**
 * The pipeline chart's vocabulary: its typed slots, its actions, its guards and its deadlines.
 *
 * The slots are effects; `src/actors` fills them. What happens to a run's stages is in `run.ts`.
 */
import { assign, enqueueActions, sendParent, setup } from 'xstate';
import { slot, typed, type StateMeta } from '../slots.ts';
import {
  hasFailed,
  isCancelOver,
  isOver,
  isStronger,
  isUnwritten,
  nextEntry,
  whyExpired,
  type PipelineContext,
  type PipelineInput,
} from './context.ts';
import { seeOff, superviseStage } from './crash.ts';
import type { PipelineEvent, PipelineReport } from './events.ts';
import { isTold, type ProgressEvent, type StageStatus } from './progress.ts';
import type { JournalEntry, OpenPipelineReply, PipelineOpening } from './record.ts';
import { applyCancel, carryOut, expire, ownDraft, restoreRun } from './run.ts';

/** Sent by xstate itself when a child ends in an error. */
interface CrashEvent {
  readonly type: `xstate.error.actor.${string}`;
  readonly actorId: string;
  readonly error: unknown;
}

export const pipelineSetup = setup({
  types: {
    context: typed<PipelineContext>(),
    events: typed<PipelineEvent | CrashEvent>(),
    input: typed<PipelineInput>(),
    meta: typed<StateMeta<PipelineContext>>(),
    tags: typed<'opening' | 'refused' | 'absent' | 'ended' | 'idle'>(),
  },
  actors: {
    openPipeline: slot<OpenPipelineReply, PipelineOpening>('openPipeline'),
    writeJournal: slot<readonly ProgressEvent[], JournalEntry>('writeJournal'),
    closePipeline: slot<void, { ledgerName: string }>('closePipeline'),
  },
  actions: {
    alarm: (_args, _params: { reason: string }) => {},
    crashed: (_args, _params: { actorId: string; error: unknown }) => {},
    restore: ({ context: { run, cancelled, expired }, self }) => {
      if (!run) return;
      restoreRun(run, self, expired);
      if (cancelled) applyCancel(run, cancelled);
      if (expired !== undefined) expire(run, expired);
      // Where nothing is left to be done no stage will say so.
      self.send({ type: 'run.restored' });
    },
    /** Its stages end without a word. */
    abandonStages: ({ context: { run } }) => {
      for (const stage of run?.stages.values() ?? []) stage.send({ type: 'stage.abandon' });
    },
    /** All that it knew is read again. */
    forgetRun: assign(({ context: { opening } }) => ({
      opening: { kind: 'attach', pipelineId: opening.pipelineId, again: true } as const,
      run: undefined,
      entry: undefined,
      expired: undefined,
    })),
    take: ({ context: { run }, event }) => {
      if (event.type === 'stage.told') run?.drafts.push(event.draft);
      if (event.type === 'stage.created') run?.created.push(event.attempt);
    },
    clear: ({ context: { run }, event }) => {
      if (event.type !== 'stage.cleared') return;
      run?.uncleared.delete(event.stage);
      run?.stages.delete(event.stage);
    },
    settle: ({ context: { run }, event }) => {
      if (event.type !== 'stage.ended' || !run) return;
      run.stagesEnded++;
      carryOut(run, run.schedule.settle(event.stage, event.result));
      if (event.result !== 'skipped' && !run.schedule.isOver)
        run.drafts.push({ ...ownDraft(run, 'running'), isOptional: true });
    },
    /** A worker's report goes to the stage that asked for it. */
    passOn: ({ context: { run }, event }) => {
      if (!run || !('id' in event)) return;
      const stage = run.byPod.get(event.id);
      if (stage !== undefined) run.stages.get(stage)?.send(event);
      if (event.type === 'worker.finished') seeOff(run, event.id);
    },
    passReasons: ({ context: { run }, event }) => {
      if (event.type !== 'workers.waiting' || !run) return;
      const byStage = Map.groupBy(event.reasons, ([id]) => run.byPod.get(id));
      for (const [stage, told] of byStage) {
        if (stage === undefined) continue;
        run.stages.get(stage)?.send({ type: 'workers.waiting', reasons: told.map(([, reason]) => reason) });
      }
    },
    passSamples: ({ context: { run }, event }) => {
      if (event.type !== 'usage.sampled' || !run) return;
      const byStage = Map.groupBy(event.samples, ({ podName }) => run.byPod.get(podName));
      for (const [stage, samples] of byStage) {
        if (stage !== undefined) run.stages.get(stage)?.send({ type: 'usage.sampled', samples });
      }
    },
    /** Remembers whose Pods they are, before the pool can report on them. */
    expect: ({ context: { run }, event }) => {
      if (event.type !== 'stage.wants') return;
      for (const { slot: wanted } of event.attempts) run?.byPod.set(wanted.podName, event.stage);
    },
    report: sendParent((_args, { report }: { report: PipelineReport }) => report),
    noteCancel: assign(({ context, event }) =>
      event.type === 'pipeline.cancel' && isStronger(event.cancel, context.cancel)
        ? { cancel: event.cancel }
        : {},
    ),
    applyCancel: ({ context: { run, cancelled } }) => {
      if (run && cancelled) applyCancel(run, cancelled);
    },
    noteExpired: assign(({ context: { run } }) => ({ expired: whyExpired(run) })),
    expire: ({ context: { run, expired } }) => {
      if (run) expire(run, expired ?? '');
    },
    gather: assign(({ context }) => ({ entry: context.entry ?? nextEntry(context) })),
    tellOwn: (
      { context: { run } },
      { status, errorMessage }: { status: StageStatus; errorMessage?: string },
    ) => {
      run?.drafts.push(ownDraft(run, status, errorMessage));
    },
    /** What is durable is shown, and whoever waited for it goes on. */
    publish: ({ context: { run } }, { events }: { events: readonly ProgressEvent[] }) => {
      if (!run) return;
      run.progress.push(...events);
      for (const { stage, status } of events) run.stages.get(stage)?.send({ type: 'stage.recorded', status });
    },
    supervise: enqueueActions(({ context: { run }, event, self, enqueue }) => {
      if (!run || !('actorId' in event)) return;
      const givenUp = superviseStage(run, self, event.actorId, event.error);
      if (!givenUp) return;
      const { podNames: ids, reason } = givenUp;
      const report: PipelineReport = {
        type: 'workers.terminate',
        ids,
        reason,
        by: run.open.command.pipelineId,
      };
      enqueue(sendParent(report));
    }),
  },
  guards: {
    isAgain: ({ context: { opening } }) => opening.kind === 'attach' && opening.again === true,
    isOpen: ({ context }) => context.run !== undefined,
    isTombstone: ({ context }) => (context.run?.open.record.closedAt ?? '') !== '',
    hasUnwritten: ({ context }) => isUnwritten(context),
    isCancelOver: ({ context }) => isCancelOver(context),
    isOver: ({ context }) => isOver(context),
    hasFailed: ({ context }) => hasFailed(context),
    /** Stages that come at the end have their own deadlines. */
    mayExpire: ({ context: { run } }) => (run?.schedule.ordinaryLeft ?? 0) > 0,
    isTold: ({ context: { run } }) => run !== undefined && isTold(run.progress),
    isCleared: ({ context: { run } }) => run?.uncleared.size === 0,
    isStronger: ({ context, event }) =>
      event.type === 'pipeline.cancel' && isStronger(event.cancel, context.cancel),
  },
  delays: {
    openDeadline: 30_000,
    recordDeadline: ({ context }) => context.run?.open.stages[0]?.order.limits.recordMs ?? 30_000,
    runDeadline: ({ context: { run } }) => Math.min(Math.max(0, run?.open.remainingMs ?? 0), 2 ** 31 - 1),
    cleanupAlarm: 60_000,
    /** How long those who come right after the end find it in memory. */
    lingerMs: 60_000,
  },
});

export const unrecorded = {
  type: 'alarm',
  params: { reason: 'the ledger could not be written in time' },
} as const;
export const failedEffect = {
  type: 'alarm',
  params: ({ event }: { event: { error: unknown } }) => ({ reason: String(event.error) }),
} as const;
export const idOf = ({ context }: { context: PipelineContext }) => context.opening.pipelineId;
