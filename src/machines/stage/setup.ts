/**
 * The stage chart's vocabulary: what it does, what it asks of its context, and its deadlines.
 *
 * It has no effects of its own: all that it tells its pipeline is a `StageReport`.
 */
import { assign, sendParent, setup } from 'xstate';
import { isEnd, type StageStatus } from '../pipeline/progress.ts';
import type { StageResult } from '../pipeline/schedule.ts';
import { addSample } from '../pipeline/usage.ts';
import { typed, type StateMeta } from '../slots.ts';
import { live } from './attempts.ts';
import { hasEnded, standing, waiting, type StageContext, type StageInput } from './context.ts';
import type { StageEvent, StageReport, WantedAttempt } from './events.ts';
import { draftOf } from './words.ts';

interface Telling {
  readonly status: StageStatus;
  readonly isOptional?: true;
}

export const stageSetup = setup({
  types: {
    context: typed<StageContext>(),
    events: typed<StageEvent>(),
    input: typed<StageInput>(),
    meta: typed<StateMeta<StageContext>>(),
    tags: typed<'ended'>(),
  },
  actions: {
    alarm: (_args, _params: { reason: string }) => {},
    tell: sendParent(({ context }, { status, isOptional }: Telling): StageReport => ({
      type: 'stage.told',
      draft: { ...draftOf(context, status), ...(isOptional ? { isOptional } : {}) },
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
