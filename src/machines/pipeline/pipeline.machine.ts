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
import { assign } from 'xstate';
import { refused } from '../scale/replies.ts';
import { begun, hasFailed, isOver, reopened, type PipelineContext } from './context.ts';
import type { PipelineReport } from './events.ts';
import { journal } from './journal.ts';
import { whyFailed } from './run.ts';
import { failedEffect, idOf, pipelineSetup, unrecorded } from './setup.ts';

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
              ? whyFailed(context.run, context.entry?.drafts)
              : `deadline: ${context.expired}`,
      }),
    },
    always: { guard: 'isTold', target: '#pipeline.live.run.cleanup' },
    after: { recordDeadline: { actions: unrecorded } },
  });

const unread = { type: 'alarm', params: { reason: 'the ledger could not be read in time' } } as const;

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
                ? { ...reopened(context, output), resumed: output.kind === 'resumed' }
                : {},
            ),
          },
        ],
        onError: [
          { guard: 'isAgain', actions: failedEffect },
          {
            target: 'refused',
            actions: assign(({ event }) => ({ refusal: refused('unavailable', String(event.error)) })),
          },
        ],
      },
      on: { 'pipeline.cancel': { guard: 'isStronger', actions: 'noteCancel' } },
      after: {
        openDeadline: [
          // Nobody else would go on with it.
          { guard: 'isAgain', target: 'opening', reenter: true, actions: unread },
          {
            target: 'refused',
            actions: assign({
              refusal: refused('unavailable', 'the ledger did not answer in time; try again'),
            }),
          },
        ],
      },
    },
    deciding: { always: [{ guard: 'isTombstone', target: 'closed' }, { target: 'live' }] },
    live: {
      type: 'parallel',
      meta: { reason: () => 'at work' },
      entry: 'restore',
      on: {
        'run.restored': {},
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
