/**
 * One stage of a run: its workers side by side, those that fail tried again, until all have succeeded or one
 * has failed for good.
 *
 * It trusts what its workers report as durable. Nothing that it tells is final before the pipeline has
 * written it down: it asks for workers only once its start is recorded, and its end is what others go by only
 * in the order of the journal. It ends when none of its Pods exists any more.
 *
 * Restart: transient. Tells its pipeline: see `StageReport`.
 */
import { assign, sendParent, setup } from 'xstate';
import { isEnd, type StageStatus } from '../pipeline/progress.ts';
import type { StageResult } from '../pipeline/schedule.ts';
import { addSample } from '../pipeline/usage.ts';
import { typed, type StateMeta } from '../slots.ts';
import { advance, live, record, rested, retryable, tryAgain } from './attempts.ts';
import { hasEnded, initialStage, standing, waiting, type StageContext, type StageInput } from './context.ts';
import type { StageEvent, StageReport, WantedAttempt } from './events.ts';
import { dependenciesOf, draftOf } from './words.ts';

const stageSetup = setup({
  types: {
    context: typed<StageContext>(),
    events: typed<StageEvent>(),
    input: typed<StageInput>(),
    meta: typed<StateMeta<StageContext>>(),
    tags: typed<'ended'>(),
  },
  actions: {
    alarm: (_args, _params: { reason: string }) => {},
    tell: sendParent(({ context }, { status }: { status: StageStatus }): StageReport => ({
      type: 'stage.told',
      draft: draftOf(context, status),
    })),
    reportEnded: sendParent(({ context }, { result }: { result: StageResult }): StageReport => ({
      type: 'stage.ended',
      stage: context.plan.stage,
      result,
    })),
    want: sendParent(({ context }, { attempts }: { attempts: readonly WantedAttempt[] }): StageReport => ({
      type: 'stage.wants',
      stage: context.plan.stage,
      attempts,
    })),
    ask: sendParent(({ context }): StageReport => ({ type: 'stage.asks', ids: waiting(context) })),
    terminate: sendParent(({ context }): StageReport => ({
      type: 'stage.terminates',
      ids: live(context.slots).map((s) => s.podName),
      reason: context.stop?.reason ?? '',
    })),
    reportCleared: sendParent(({ context }): StageReport => ({
      type: 'stage.cleared',
      stage: context.plan.stage,
    })),
    noteCreated: sendParent(({ context, event }): StageReport => {
      const slot = 'id' in event ? context.slots.find((s) => s.podName === event.id) : undefined;
      const { index, attempt } = slot ?? { index: 0, attempt: 0 };
      return { type: 'stage.created', attempt: { stage: context.plan.stage, index, attempt } };
    }),
    noteGone: assign(({ context, event }) => {
      if (!('id' in event) || !context.present.has(event.id)) return {};
      return { present: new Set([...context.present].filter((name) => name !== event.id)) };
    }),
    noteStop: assign(({ context, event }) =>
      event.type === 'stage.stop' && context.stop?.verdict !== 'cancelled'
        ? { stop: { verdict: event.verdict, reason: event.reason }, waitReason: '' }
        : {},
    ),
    noteSkip: assign(({ event }) =>
      event.type === 'stage.skip' || event.type === 'stage.stop' ? { skipReason: event.reason } : {},
    ),
    sample: assign(({ context, event }) => {
      if (event.type !== 'usage.sampled' || event.samples.length === 0) return {};
      const [first, ...rest] = event.samples;
      return first ? { usage: rest.reduce(addSample, addSample(context.usage, first)) } : {};
    }),
  },
  guards: {
    hasEnded: ({ context }) => hasEnded(context),
    isStopping: ({ context }) => context.stop !== undefined,
    hasBegun: ({ context }) => context.told !== undefined,
    isAbsent: ({ context }) => context.present.size === 0,
    hasSucceeded: ({ context }) => standing(context) === 'succeeded',
    hasFailed: ({ context }) => standing(context) === 'failed',
    retries: ({ context }) => standing(context) === 'retrying',
    /** After a restart a try that is not heard of yet may well run already, as was told before. */
    retriesAnew: ({ context }) =>
      standing(context) === 'retrying' &&
      (context.told !== 'running' || context.slots.some((s) => 'next' in s)),
    runs: ({ context }) => standing(context) === 'running',
    concernsLatest: ({ context, event }) =>
      'id' in event && context.slots.some((s) => s.podName === event.id),
    isRecordedEnd: ({ event }) => event.type === 'stage.recorded' && isEnd(event.status),
    isCancelled: ({ context }) => context.stop?.verdict === 'cancelled',
  },
  delays: {
    /** A dependency has its own deadlines; this only bounds how long nobody looks. */
    blockedAlarm: 24 * 60 * 60_000,
    recordDeadline: ({ context }) => context.plan.order.limits.recordMs,
    askInterval: 2_000,
    /** Longer than a worker can take, whatever happens to it. */
    workDeadline: ({ context }) => {
      const { queueMs, pendingMs, runMs, deleteMs } = context.plan.order.limits;
      return queueMs + pendingMs + runMs + deleteMs;
    },
    absenceDeadline: ({ context }) => context.plan.order.limits.deleteMs + context.plan.order.limits.drainMs,
  },
});

/** Tells a status once: what a former process has told already is not told again. */
const tellOnce = (status: StageStatus) =>
  stageSetup.enqueueActions(({ context, enqueue }) => {
    if (context.told === status) return;
    enqueue({ type: 'tell', params: { status } });
    enqueue.assign({ told: status });
  });

const tellAgain = (status: StageStatus) =>
  stageSetup.enqueueActions(({ enqueue }) => {
    enqueue({ type: 'tell', params: { status } });
    enqueue.assign({ told: status });
  });

/** Asks the pool whether the tries that ended before this process are gone. */
const claimEarlier = stageSetup.enqueueActions(({ context: { earlier, plan }, enqueue }) => {
  if (earlier.length === 0) return;
  const attempts = earlier.map(({ index, attempt, ended }) => ({
    slot: { podName: plan.nameOf(index, attempt), index, attempt },
    ...(ended ? { ended } : {}),
  }));
  enqueue.assign({ earlier: [] });
  enqueue({ type: 'want', params: { attempts } });
});

/** Asks the pool for every try that is to be alive, and starts the rests. */
const begin = stageSetup.enqueueActions(({ context: { slots, present }, enqueue }) => {
  const attempts = live(slots).map(({ podName, index, attempt }) => ({ slot: { podName, index, attempt } }));
  enqueue.assign({ present: new Set([...present, ...attempts.map(({ slot }) => slot.podName)]) });
  if (attempts.length > 0) enqueue({ type: 'want', params: { attempts } });
  for (const s of slots) {
    if (s.phase === 'resting') restLater(enqueue, s);
  }
});

function restLater(
  enqueue: {
    raise: (event: Extract<StageEvent, { type: 'attempt.due' }>, options: { delay: number }) => void;
  },
  { index, attempt, delayMs }: { index: number; attempt: number; delayMs: number },
): void {
  enqueue.raise({ type: 'attempt.due', index, attempt }, { delay: delayMs });
}

/** Begins the tries that are due, once nothing of the former ones can be alive. */
const retryDue = stageSetup.enqueueActions(({ context, enqueue }) => {
  const due = retryable(context.slots, context.present);
  if (due.length === 0) return;
  const slots = due.reduce((all, { index }) => tryAgain(context.plan, all, index), context.slots);
  const attempts = due.flatMap(({ index }) => {
    const slot = slots[index];
    return slot ? [{ slot: { podName: slot.podName, index, attempt: slot.attempt } }] : [];
  });
  enqueue.assign({
    slots,
    present: new Set([...context.present, ...attempts.map(({ slot }) => slot.podName)]),
  });
  enqueue({ type: 'want', params: { attempts } });
});

/** The outcome of a worker is durable: it counts, it is tried again, or the stage is over. */
const takeOutcome = stageSetup.enqueueActions(({ context, event, enqueue }) => {
  if (event.type !== 'worker.recorded' && event.type !== 'worker.finished') return;
  const isTerminal = event.type === 'worker.finished' || event.isTerminal;
  const slots = record(context.plan, context.slots, event.id, event.ended, isTerminal);
  if (slots === context.slots) return;
  enqueue.assign({ slots, waitReason: '' });
  const slot = slots.find((s) => s.podName === event.id);
  if (slot?.phase === 'resting') {
    enqueue(tellAgain('retrying'));
    restLater(enqueue, slot);
  } else if (standing({ ...context, slots }) === 'running' && context.told === 'running') {
    enqueue(tellAgain('running'));
  }
});

const tellWaiting = (status: 'pending' | 'retrying') =>
  stageSetup.enqueueActions(({ context, event, enqueue }) => {
    const reason = event.type === 'workers.waiting' ? event.reasons.find((text) => text !== '') : undefined;
    const isNews = reason !== undefined && reason !== context.waitReason;
    // What has run does not go back to pending.
    if (!isNews || context.told !== status || context.waitNoticesLeft === 0) return;
    enqueue.assign({ waitReason: reason, waitNoticesLeft: context.waitNoticesLeft - 1 });
    enqueue(tellAgain(status));
  });

const observed = (phase: 'created' | 'running') =>
  stageSetup.assign(({ context, event }) =>
    'id' in event ? { slots: advance(context.slots, event.id, phase) } : {},
  );

const outcomes = [
  { guard: 'hasSucceeded', target: '#stage.succeeded' },
  { guard: 'hasFailed', target: '#stage.failed' },
] as const;

/** While workers are at work, whatever the stage makes of it. */
const working = {
  'worker.created': { guard: 'concernsLatest', actions: ['noteCreated', observed('created')] },
  'worker.running': { actions: observed('running') },
  'worker.recorded': { actions: takeOutcome },
  'worker.finished': { actions: ['noteGone', takeOutcome, retryDue] },
  'attempt.due': {
    actions: [
      stageSetup.assign(({ context, event }) =>
        event.type === 'attempt.due' ? { slots: rested(context.slots, event.index, event.attempt) } : {},
      ),
      retryDue,
    ],
  },
  'stage.stop': { target: '#stage.cancelling', actions: ['noteStop', tellAgain('running')] },
} as const;

const overdue = { type: 'alarm', params: { reason: 'some workers outlived every deadline' } } as const;

/** Why it waits, asked of its workers every now and then. */
const asking = (status: 'pending' | 'retrying', reason: string) =>
  ({
    initial: 'quiet',
    states: {
      quiet: { meta: { reason: () => reason }, after: { askInterval: 'asking' } },
      asking: {
        meta: { reason: ({ waitReason }: StageContext) => waitReason || reason },
        entry: 'ask',
        on: { 'workers.waiting': { actions: tellWaiting(status) } },
        after: { askInterval: { target: 'asking', reenter: true } },
      },
    },
  }) as const;

/** How a stage ends: told first; once that is durable only its Pods are left to see off. */
const ending = (status: 'completed' | 'failed' | 'cancelled', result: StageResult | 'failed or tolerated') =>
  stageSetup.createStateConfig({
    tags: ['ended'],
    meta: { reason: () => 'its end is being recorded' },
    entry: [
      tellOnce(status),
      {
        type: 'reportEnded',
        params: ({ context }) => ({
          result:
            result === 'failed or tolerated'
              ? context.plan.command.allowFailure
                ? ('tolerated' as const)
                : ('failed' as const)
              : result,
        }),
      },
    ],
    on: { 'stage.recorded': { guard: 'isRecordedEnd', target: '#stage.cleanup' } },
    after: {
      recordDeadline: { actions: { type: 'alarm', params: { reason: 'the end is not recorded yet' } } },
    },
  });

export const stageMachine = stageSetup.createMachine({
  id: 'stage',
  context: ({ input }) => initialStage(input),
  initial: 'pending',
  on: {
    'worker.finished': { actions: 'noteGone' },
    'usage.sampled': { actions: 'sample' },
    'stage.abandon': '.abandoned',
  },
  states: {
    pending: {
      initial: 'blocked',
      meta: { reason: dependenciesOf },
      states: {
        blocked: {
          meta: { reason: dependenciesOf },
          always: [
            { guard: 'hasEnded', target: '#stage.cleanup' },
            { guard: 'isStopping', target: '#stage.cancelling' },
            { guard: 'hasBegun', target: 'waiting' },
          ],
          on: {
            'stage.start': 'recording',
            'stage.skip': { target: '#stage.skipped', actions: 'noteSkip' },
          },
          after: {
            blockedAlarm: { actions: { type: 'alarm', params: { reason: 'it has waited for a day' } } },
          },
        },
        /** Not one Pod is made before the ledger says that the stage has begun. */
        recording: {
          meta: { reason: () => 'writing its start to the ledger' },
          entry: tellOnce('pending'),
          on: {
            'stage.recorded': 'waiting',
            'stage.stop': { target: '#stage.skipped', actions: 'noteSkip' },
          },
          after: {
            recordDeadline: {
              actions: { type: 'alarm', params: { reason: 'the start is not recorded yet' } },
            },
          },
        },
        waiting: {
          ...asking('pending', 'waiting for its workers to run'),
          meta: { reason: ({ waitReason }) => waitReason || 'waiting for its workers to run' },
          entry: [claimEarlier, begin],
          always: [
            ...outcomes,
            { guard: 'retriesAnew', target: '#stage.retrying' },
            { guard: 'runs', target: '#stage.running' },
          ],
          on: working,
          after: { workDeadline: { actions: overdue } },
        },
      },
    },
    running: {
      meta: { reason: () => 'its workers run' },
      entry: tellOnce('running'),
      always: [...outcomes, { guard: 'retries', target: 'retrying' }],
      on: working,
      after: { workDeadline: { actions: overdue } },
    },
    retrying: {
      ...asking('retrying', 'failed workers are tried again'),
      meta: { reason: ({ waitReason }) => waitReason || 'failed workers are tried again' },
      entry: tellOnce('retrying'),
      always: [...outcomes, { guard: 'runs', target: 'running' }],
      on: working,
      after: { workDeadline: { actions: overdue } },
    },
    /** Its workers are terminated; it ends once not one of their Pods exists. */
    cancelling: {
      meta: { reason: ({ present }) => `waiting for ${present.size} Pods to go` },
      entry: 'terminate',
      always: [
        {
          guard: ({ context }) => context.present.size === 0 && context.stop?.verdict === 'cancelled',
          target: 'cancelled',
        },
        { guard: 'isAbsent', target: 'failed' },
      ],
      on: {
        'worker.created': { guard: 'concernsLatest', actions: 'noteCreated' },
        'stage.stop': { actions: 'noteStop' },
      },
      after: {
        absenceDeadline: {
          target: 'cancelling',
          reenter: true,
          actions: { type: 'alarm', params: { reason: 'some Pods are still there long after the cancel' } },
        },
      },
    },
    succeeded: ending('completed', 'completed'),
    failed: ending('failed', 'failed or tolerated'),
    cancelled: ending('cancelled', 'cancelled'),
    skipped: stageSetup.createStateConfig({
      tags: ['ended'],
      meta: { reason: ({ skipReason }) => skipReason },
      entry: [tellOnce('skipped'), { type: 'reportEnded', params: { result: 'skipped' } }],
      on: { 'stage.recorded': { guard: 'isRecordedEnd', target: '#stage.cleanup' } },
      after: {
        recordDeadline: { actions: { type: 'alarm', params: { reason: 'the end is not recorded yet' } } },
      },
    }),
    cleanup: {
      tags: ['ended'],
      meta: { reason: ({ present }) => `waiting for ${present.size} Pods to go` },
      entry: claimEarlier,
      always: { guard: 'isAbsent', target: 'done' },
      after: {
        absenceDeadline: {
          actions: { type: 'alarm', params: { reason: 'some Pods are still there long after their end' } },
        },
      },
    },
    done: { type: 'final', entry: 'reportCleared' },
    abandoned: { type: 'final' },
  },
});
