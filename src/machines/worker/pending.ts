/**
 * Pending: queued for capacity, then admitted: creating the Pod, and starting until its container runs.
 *
 * One deadline covers all of `admitted`, however often creating has to back off.
 */
import { assign } from 'xstate';
import { failure } from '../failure.ts';
import { pendingFailure, seconds, waitReason } from './context.ts';
import { alarmed, endings, failed, stillMissing, takeObstacle, target, workerSetup } from './setup.ts';

export const pending = workerSetup.createStateConfig({
  tags: ['pending'],
  meta: { reason: (c) => waitReason(c) },
  initial: 'queued',
  states: {
    queued: {
      tags: ['queued'],
      meta: { reason: (c) => `waiting for capacity, at most ${seconds(c.order.limits.queueMs)}` },
      // An end that is known already comes first: it is not judged anew from a Pod that is still there.
      always: [
        { guard: ({ context }) => context.ended !== undefined, target: '#worker.cleanup' },
        { guard: ({ context }) => context.outcome?.kind === 'succeeded', target: '#worker.succeeded' },
        { guard: ({ context }) => context.outcome !== undefined, target: '#worker.failed' },
        { guard: 'podSeen', target: '#worker.pending.admitted.starting' },
        { guard: ({ context }) => context.isMissing === true, target: 'missing' },
        { guard: ({ context }) => context.presence.kind === 'asked', target: '#worker.pending.admitted' },
        ...endings,
      ],
      on: { 'worker.admit': '#worker.pending.admitted' },
      after: {
        queueDeadline: {
          target: '#worker.failed',
          actions: assign(({ context: { order } }) => ({
            outcome: failed(failure('deadline', `no capacity within ${seconds(order.limits.queueMs)}`)),
          })),
        },
      },
    },
    /** A list did not have its Pod, which was created. A list may be older than that: one look at the Pod itself decides. */
    missing: {
      meta: stillMissing.meta,
      always: [{ guard: 'podSeen', target: '#worker.pending.admitted.starting' }, ...endings],
      invoke: {
        src: 'findPod',
        input: ({ context }) => target(context),
        onDone: [
          {
            guard: ({ event }) => event.output !== undefined,
            target: '#worker.pending.admitted.starting',
            actions: assign(({ event: { output: pod } }) =>
              pod ? { presence: { kind: 'seen' as const, pod } } : {},
            ),
          },
          {
            target: '#worker.failed',
            actions: assign({
              presence: { kind: 'gone' },
              outcome: failed(failure('unknown', 'the Pod vanished while Ottoscaler was away')),
            }),
          },
        ],
        onError: alarmed,
      },
      after: { recordDeadline: { target: 'missing', reenter: true, actions: stillMissing.alarm } },
    },
    admitted: {
      initial: 'creating',
      meta: { reason: (c) => waitReason(c) },
      after: {
        pendingDeadline: {
          target: '#worker.failed',
          actions: assign(({ context }) => ({ outcome: failed(pendingFailure(context)) })),
        },
      },
      states: {
        creating: {
          meta: { reason: () => 'creating the Pod' },
          entry: assign(({ context }) =>
            context.presence.kind === 'none' ? { presence: { kind: 'asked' as const } } : {},
          ),
          // A Pod that came and went has existed: the reply can only be older news.
          always: [
            { guard: 'podSeen', target: 'starting' },
            { guard: 'podGone', target: 'starting' },
          ],
          invoke: {
            src: 'createPod',
            input: ({ context }) => ({ ...target(context), tries: context.tries }),
            onDone: [
              {
                guard: ({ event }) => event.output.kind === 'exists',
                target: 'starting',
                actions: assign(({ event: { output } }) =>
                  output.kind === 'exists' ? { presence: { kind: 'seen' as const, pod: output.pod } } : {},
                ),
              },
              {
                guard: ({ event }) => event.output.kind === 'refused',
                target: '#worker.failed',
                actions: assign(({ context, event: { output } }) => ({
                  outcome: failed(failure('create-rejected', output.kind === 'refused' ? output.reason : '')),
                  ...(output.kind === 'refused' ? { refusal: output.cause } : {}),
                  // Refused at the first try: nothing of ours can exist. Later ones may follow a lost reply.
                  ...(context.tries === 0 ? { presence: { kind: 'none' as const } } : {}),
                })),
              },
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
        },
        backingOff: {
          meta: {
            reason: ({ obstacle }) =>
              `${obstacle?.reason ?? ''}; next try in ${seconds(obstacle?.afterMs ?? 0)}`,
          },
          always: [{ guard: 'podSeen', target: 'starting' }, ...endings],
          after: { nextTry: 'creating' },
        },
        starting: {
          meta: { reason: (c) => waitReason(c) },
          entry: ['reportCreated', assign({ tries: 0 })],
          always: [
            ...endings,
            { guard: 'runs', target: '#worker.running' },
            { guard: 'isUnreachable', target: '#worker.running' },
          ],
        },
      },
    },
  },
});
