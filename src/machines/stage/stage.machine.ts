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
import { initialStage, type StageContext } from './context.ts';
import type { StageResult } from '../pipeline/schedule.ts';
import {
  begin,
  claimEarlier,
  claimStopped,
  observed,
  rest,
  retryDue,
  takeOutcome,
  tellAgain,
  tellOnce,
  tellWaiting,
} from './reactions.ts';
import { stageSetup } from './setup.ts';
import { dependenciesOf } from './words.ts';

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
  'attempt.due': { actions: [rest, retryDue] },
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
            { guard: 'isStopping', target: '#stage.cancelling', actions: [claimEarlier, claimStopped] },
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
