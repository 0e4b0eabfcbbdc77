/**
 * One run of a pipeline, from its durable intent to its tombstone.
 *
 * It supervises its stages and owns the schedule: a stage starts the moment its own dependencies have ended.
 * Whatever stages tell goes through its journal, in order, and is shown only once it is durable; so a reader
 * that comes back, also after a crash, finds the same events under the same numbers.
 *
 * Nobody has to read it: a run goes on without its callers.
 *
 * Restart: from the ledger. Tells the pool: see `PipelineReport`.
 */
import { assign, sendParent, setup } from 'xstate';
import type { Refused } from '../scale/replies.ts';
import { refused } from '../scale/replies.ts';
import { slot, typed, type StateMeta } from '../slots.ts';
import { seconds } from '../worker/context.ts';
import type { Cancel, CancelMode } from './command.ts';
import type { PipelineEvent, PipelineReport } from './events.ts';
import { isTold, type ProgressEvent, type StageStatus } from './progress.ts';
import type { JournalEntry, OpenPipeline, OpenPipelineReply, PipelineOpening } from './record.ts';
import {
  applyCancel,
  carryOut,
  expire,
  openRun,
  ownDraft,
  restartStage,
  restoreRun,
  whyFailed,
  type Run,
  type StageMaker,
} from './run.ts';

export interface PipelineContext {
  readonly opening: PipelineOpening;
  readonly maker: StageMaker;
  readonly run?: Run;
  /** True where the run had been accepted before this actor was made. */
  readonly resumed: boolean;
  readonly refusal?: Refused;
  /** Asked for; `cancelled` once it is durable. */
  readonly cancel?: Cancel;
  readonly cancelled?: Cancel | undefined;
  /** The run took longer than it may. */
  readonly expired?: string;
  /** What is being written. */
  readonly entry?: JournalEntry | undefined;
}

export interface PipelineInput {
  readonly opening: PipelineOpening;
  readonly maker: StageMaker;
  /** Where the ledger was read already. */
  readonly open?: OpenPipeline;
}

/** Sent by xstate itself when a child ends in an error. */
interface CrashEvent {
  readonly type: `xstate.error.actor.${string}`;
  readonly actorId: string;
  readonly error: unknown;
}

const modeRank: Record<CancelMode, number> = { 'finish-running': 1, 'run-finally': 2, now: 3 };

function isStronger(cancel: Cancel, than: Cancel | undefined): boolean {
  return !than || modeRank[cancel.mode] > modeRank[than.mode];
}

const pipelineSetup = setup({
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
    restore: ({ context: { run, cancelled }, self }) => {
      if (!run) return;
      carryOut(run, restoreRun(run, self));
      if (cancelled) applyCancel(run, cancelled);
    },
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
      if (event.result !== 'skipped' && !run.schedule.isOver) run.drafts.push(ownDraft(run, 'running'));
    },
    /** A worker's report goes to the stage that asked for it. */
    passOn: ({ context: { run }, event }) => {
      if (!run || !('id' in event)) return;
      const stage = run.byPod.get(event.id);
      if (stage !== undefined) run.stages.get(stage)?.send(event);
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
    noteExpired: assign(({ context: { run } }) => ({
      expired: `the run took longer than ${seconds(timeoutOf(run))}`,
    })),
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
    supervise: ({ context: { run }, event, self }) => {
      if (!run || !('actorId' in event)) return;
      const givenUp = restartStage(run, self, event.actorId, event.error);
      if (!givenUp) return;
      run.drafts.push(givenUp);
      run.stagesEnded++;
      carryOut(run, run.schedule.settle(givenUp.stage, 'failed'));
    },
  },
  guards: {
    isOpen: ({ context }) => context.run !== undefined,
    isTombstone: ({ context }) => (context.run?.open.record.closedAt ?? '') !== '',
    hasUnwritten: ({ context }) => isUnwritten(context),
    isCancelOver: ({ context: { run, cancelled } }) =>
      cancelled !== undefined && run?.schedule.isOver === true && run.uncleared.size === 0,
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

function hasFailed({ run, expired }: PipelineContext): boolean {
  return expired !== undefined || run?.schedule.firstFailure !== undefined;
}

function timeoutOf(run: Run | undefined): number {
  if (!run) return 0;
  return run.open.atMs + run.open.remainingMs - Date.parse(run.open.acceptedAt);
}

const newsOf = ({ cancel, cancelled }: PipelineContext) =>
  cancel && isStronger(cancel, cancelled) ? cancel : undefined;

function isUnwritten(c: PipelineContext): boolean {
  return c.run !== undefined && (c.run.drafts.length + c.run.created.length > 0 || newsOf(c) !== undefined);
}

/** Takes what is to be written next. */
function nextEntry(c: PipelineContext): JournalEntry | undefined {
  const { run } = c;
  if (!run) return undefined;
  const cancel = newsOf(c);
  return {
    ledger: run.open.ledger,
    base: run.progress.length,
    drafts: run.drafts.splice(0),
    created: run.created.splice(0),
    ...(cancel ? { cancel } : {}),
  };
}

const unrecorded = { type: 'alarm', params: { reason: 'the ledger could not be written in time' } } as const;
const failedEffect = {
  type: 'alarm',
  params: ({ event }: { event: { error: unknown } }) => ({ reason: String(event.error) }),
} as const;
const idOf = ({ context }: { context: PipelineContext }) => context.opening.pipelineId;

/** Everything drafted is written, one entry at a time, and shown once it is durable. */
const journal = pipelineSetup.createStateConfig({
  initial: 'idle',
  meta: { reason: () => 'keeping its journal' },
  states: {
    idle: {
      tags: ['idle'],
      meta: { reason: () => 'nothing to write' },
      always: { guard: 'hasUnwritten', target: 'writing' },
    },
    writing: {
      meta: { reason: () => 'writing what happened to the ledger' },
      entry: 'gather',
      invoke: {
        src: 'writeJournal',
        input: ({ context: { entry } }) => {
          if (!entry) throw new Error('there is nothing to write');
          return entry;
        },
        onDone: {
          target: 'idle',
          actions: [
            { type: 'publish', params: ({ event }) => ({ events: event.output }) },
            ({ context, self }) => {
              if (context.entry?.cancel) self.send({ type: 'cancel.recorded' });
            },
            assign(({ context: { entry, cancelled } }) => ({
              entry: undefined,
              cancelled: entry?.cancel ?? cancelled,
            })),
          ],
        },
        onError: { actions: failedEffect },
      },
      after: { recordDeadline: { target: 'writing', reenter: true, actions: unrecorded } },
    },
  },
});

/** How a run ends: told first; once that is durable its Pods are seen off. */
const ending = (status: 'completed' | 'failed' | 'cancelled') =>
  pipelineSetup.createStateConfig({
    tags: ['ended'],
    meta: { reason: () => 'its end is being recorded' },
    entry: {
      type: 'tellOwn',
      params: ({ context }) => ({
        status,
        errorMessage:
          status !== 'failed' || !context.run
            ? ''
            : context.expired === undefined
              ? whyFailed(context.run)
              : `deadline: ${context.expired}`,
      }),
    },
    always: { guard: 'isTold', target: '#pipeline.live.run.cleanup' },
    after: { recordDeadline: { actions: unrecorded } },
  });

const finish = {
  type: 'report',
  params: ({ context }: { context: PipelineContext }): { report: PipelineReport } => ({
    report: { type: 'pipeline.finished', pipelineId: idOf({ context }) },
  }),
} as const;

export const pipelineMachine = pipelineSetup.createMachine({
  id: 'pipeline',
  context: ({ input: { opening, maker, open } }) => ({
    opening,
    maker,
    resumed: open !== undefined,
    ...(open ? begun(open, maker) : {}),
  }),
  initial: 'opening',
  states: {
    opening: {
      tags: ['opening'],
      meta: { reason: () => 'writing the intent to its ledger' },
      always: { guard: 'isOpen', target: 'deciding' },
      invoke: {
        src: 'openPipeline',
        input: ({ context }) => context.opening,
        onDone: [
          { guard: ({ event }) => event.output.kind === 'absent', target: 'absent' },
          {
            guard: ({ event }) => event.output.kind === 'refused',
            target: 'refused',
            actions: assign(({ event: { output } }) =>
              output.kind === 'refused' ? { refusal: output } : {},
            ),
          },
          {
            target: 'deciding',
            actions: assign(({ context, event: { output } }) =>
              output.kind === 'opened' || output.kind === 'resumed'
                ? { ...begun(output, context.maker), resumed: output.kind === 'resumed' }
                : {},
            ),
          },
        ],
        onError: {
          target: 'refused',
          actions: assign(({ event }) => ({ refusal: refused('unavailable', String(event.error)) })),
        },
      },
      after: {
        openDeadline: {
          target: 'refused',
          actions: assign({
            refusal: refused('unavailable', 'the ledger did not answer in time; try again'),
          }),
        },
      },
    },
    deciding: { always: [{ guard: 'isTombstone', target: 'closed' }, { target: 'live' }] },
    live: {
      type: 'parallel',
      meta: { reason: () => 'at work' },
      entry: 'restore',
      on: {
        'stage.told': { actions: 'take' },
        'stage.created': { actions: 'take' },
        'stage.cleared': { actions: 'clear' },
        'stage.ended': { actions: 'settle' },
        'stage.wants': {
          actions: [
            'expect',
            {
              type: 'report',
              params: ({ context, event }) => ({
                report: {
                  type: 'attempts.wanted',
                  by: idOf({ context }),
                  stage: event.stage,
                  attempts: event.attempts,
                },
              }),
            },
          ],
        },
        'stage.terminates': {
          actions: {
            type: 'report',
            params: ({ context, event: { ids, reason } }) => ({
              report: { type: 'workers.terminate', ids, reason, by: idOf({ context }) },
            }),
          },
        },
        'stage.asks': {
          actions: {
            type: 'report',
            params: ({ context, event: { ids } }) => ({
              report: { type: 'reasons.wanted', ids, by: idOf({ context }) },
            }),
          },
        },
        'worker.created': { actions: 'passOn' },
        'worker.running': { actions: 'passOn' },
        'worker.recorded': { actions: 'passOn' },
        'worker.finished': { actions: 'passOn' },
        'workers.waiting': { actions: 'passReasons' },
        'usage.sampled': { actions: 'passSamples' },
        'xstate.error.actor.*': {
          actions: [
            { type: 'crashed', params: ({ event }) => ({ actorId: event.actorId, error: event.error }) },
            'supervise',
          ],
        },
      },
      states: {
        journal,
        run: {
          initial: 'working',
          meta: { reason: () => 'at work' },
          states: {
            working: {
              initial: 'scheduling',
              meta: { reason: ({ run }) => `${run?.schedule.stagesLeft ?? 0} stages have not ended` },
              always: [
                { guard: 'isTold', target: 'cleanup' },
                { guard: 'isCancelOver', target: 'cancelled' },
                { guard: ({ context }) => isOver(context) && hasFailed(context), target: 'failed' },
                { guard: 'isOver', target: 'completed' },
              ],
              on: {
                'pipeline.cancel': { guard: 'isStronger', actions: 'noteCancel' },
                'cancel.recorded': { target: '.cancelling', actions: 'applyCancel' },
              },
              after: { runDeadline: { guard: 'mayExpire', actions: ['noteExpired', 'expire'] } },
              states: {
                scheduling: {
                  meta: { reason: ({ run }) => `${run?.schedule.stagesLeft ?? 0} stages have not ended` },
                  always: [
                    { guard: ({ context }) => context.cancelled !== undefined, target: 'cancelling' },
                    { guard: 'hasFailed', target: 'failing' },
                  ],
                },
                /** Something has failed: less starts, and the run cannot complete any more. */
                failing: {
                  meta: { reason: ({ run, expired }) => expired ?? `${run?.schedule.firstFailure} failed` },
                  always: { guard: ({ context }) => context.cancelled !== undefined, target: 'cancelling' },
                },
                /** What still runs is being ended, or may finish; then every Pod is confirmed gone. */
                cancelling: {
                  meta: {
                    reason: ({ run }) => `cancelled; ${run?.uncleared.size ?? 0} stages may have Pods`,
                  },
                },
              },
            },
            completed: ending('completed'),
            failed: ending('failed'),
            cancelled: ending('cancelled'),
            cleanup: {
              tags: ['ended'],
              meta: { reason: ({ run }) => `${run?.uncleared.size ?? 0} stages may still have Pods` },
              always: { guard: 'isCleared', target: 'closing' },
              after: {
                cleanupAlarm: {
                  target: 'cleanup',
                  reenter: true,
                  actions: {
                    type: 'alarm',
                    params: { reason: 'some Pods are still there long after their end' },
                  },
                },
              },
            },
            closing: {
              tags: ['ended'],
              meta: { reason: () => 'turning the ledger into a tombstone' },
              invoke: {
                src: 'closePipeline',
                input: ({ context }) => ({ ledgerName: context.run?.open.ledger.name ?? '' }),
                onDone: '#pipeline.closed',
                onError: { actions: failedEffect },
              },
              after: { recordDeadline: { target: 'closing', reenter: true, actions: unrecorded } },
            },
          },
        },
      },
    },
    /** Over and written; those who come now still find it here. */
    closed: {
      tags: ['ended'],
      meta: { reason: () => 'over; letting those read it who come now' },
      entry: {
        type: 'report',
        params: ({ context }) => ({ report: { type: 'pipeline.closed', pipelineId: idOf({ context }) } }),
      },
      on: { 'pipeline.forget': 'done' },
      after: { lingerMs: 'done' },
    },
    refused: { type: 'final', tags: ['refused'], entry: finish },
    absent: { type: 'final', tags: ['absent'], entry: finish },
    done: { type: 'final', tags: ['ended'], entry: finish },
  },
});

function isOver({ run, cancelled }: PipelineContext): boolean {
  return cancelled === undefined && run?.schedule.isOver === true;
}

function begun(open: OpenPipeline, maker: StageMaker): Pick<PipelineContext, 'run' | 'cancel' | 'cancelled'> {
  const { cancel } = open.record;
  return { run: openRun(open, maker), ...(cancel ? { cancel, cancelled: cancel } : {}) };
}
