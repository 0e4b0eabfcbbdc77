/**
 * Cleanup: logs drained, Pod deleted, absence confirmed.
 *
 * A deletion is asked for once and then waited for. Where it takes too long the worker is `stuck`: it no
 * longer counts as active, an alarm is raised, and the API server is asked again. Nothing is ever forced.
 */
import { assign } from 'xstate';
import { podOf, seconds } from './context.ts';
import { alarmed, freeWhenIdle, stillMissing, takeObstacle, target, workerSetup } from './setup.ts';

export const cleanup = workerSetup.createStateConfig({
  tags: ['ended'],
  initial: 'draining',
  meta: { reason: () => 'cleaning up' },
  states: {
    draining: {
      meta: { reason: (c) => `reading the last log lines, at most ${seconds(c.order.limits.drainMs)}` },
      always: [
        { guard: 'nothingToDelete', target: 'absent' },
        {
          guard: ({ context: { presence, isMissing } }) => presence.kind === 'asked' && isMissing === true,
          target: 'missing',
        },
      ],
      invoke: {
        src: 'drainLogs',
        input: ({ context }) => ({ ...target(context), pod: podOf(context) }),
        onDone: 'deleting',
        onError: 'deleting',
      },
      after: { drainDeadline: 'deleting' },
    },
    /** A former process recorded the end, and a list did not have the Pod; that may be older than the Pod. */
    missing: {
      exit: freeWhenIdle,
      meta: stillMissing.meta,
      always: [
        { guard: 'podSeen', target: 'draining' },
        { guard: 'nothingToDelete', target: 'absent' },
      ],
      invoke: {
        src: 'findPod',
        input: ({ context }) => target(context),
        onDone: {
          actions: assign(({ event: { output: pod } }) => ({
            presence: pod ? ({ kind: 'seen', pod } as const) : ({ kind: 'gone' } as const),
          })),
        },
        onError: alarmed,
      },
      after: { recordDeadline: { target: 'missing', reenter: true, actions: stillMissing.alarm } },
    },
    deleting: {
      meta: { reason: () => 'deleting the Pod' },
      always: [
        { guard: 'nothingToDelete', target: 'absent' },
        { guard: 'isDeleting', target: 'confirming' },
      ],
      invoke: {
        src: 'deletePod',
        input: ({ context }) => ({ ...target(context), uid: podOf(context)?.uid, tries: context.tries }),
        onDone: [
          { guard: ({ event }) => event.output.kind === 'gone', target: 'absent' },
          { guard: ({ event }) => event.output.kind === 'deleting', target: 'confirming' },
          {
            target: 'backingOff',
            actions: assign(({ context, event: { output } }) =>
              output.kind === 'retry' ? takeObstacle(output, context.tries) : {},
            ),
          },
        ],
        onError: {
          target: 'backingOff',
          actions: assign(({ context, event }) =>
            takeObstacle({ kind: 'retry', reason: String(event.error), afterMs: 1_000 }, context.tries),
          ),
        },
      },
      after: { deleteDeadline: 'stuck' },
    },
    backingOff: {
      meta: {
        reason: ({ obstacle }) => `${obstacle?.reason ?? ''}; next try in ${seconds(obstacle?.afterMs ?? 0)}`,
      },
      always: { guard: 'nothingToDelete', target: 'absent' },
      after: { nextTry: 'deleting' },
    },
    confirming: {
      meta: { reason: () => 'waiting until the Pod is gone' },
      entry: 'reportSettled',
      always: { guard: 'nothingToDelete', target: 'absent' },
      after: { deleteDeadline: 'stuck' },
    },
    /** Terminating for too long: no longer active, alarmed, looked at again. Never forced. */
    stuck: {
      meta: {
        reason: (c) => `still there ${seconds(c.order.limits.deleteMs)} after its deletion; not forced`,
      },
      entry: [
        'reportFreed',
        'reportSettled',
        { type: 'alarm', params: { reason: 'the Pod is still there long after its deletion' } },
      ],
      always: { guard: 'nothingToDelete', target: 'absent' },
      after: { deleteDeadline: 'verifying' },
    },
    verifying: {
      meta: { reason: () => 'asking the API server whether the Pod is gone' },
      always: { guard: 'nothingToDelete', target: 'absent' },
      invoke: {
        src: 'deletePod',
        input: ({ context }) => ({ ...target(context), uid: undefined, tries: context.tries }),
        onDone: [
          { guard: ({ event }) => event.output.kind === 'gone', target: 'absent' },
          { target: 'stuck' },
        ],
        onError: 'stuck',
      },
      after: { deleteDeadline: 'stuck' },
    },
    absent: { type: 'final', entry: ['reportFreed', 'reportSettled'] },
  },
  onDone: '#worker.done',
});
