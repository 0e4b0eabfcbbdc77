/**
 * One worker Pod, from admission until its absence is confirmed.
 *
 * The watch is the authority: replies to create and delete are hints, because either may be lost after
 * the API server has acted. What a fact means is decided from the latest Pod alone (`always`), so
 * duplicated, reordered and missing facts end in the same place. A worker ends only when its Pod is
 * observed gone, or never was.
 *
 * Every non-final state has a deadline (`after`) and a reason (`meta.reason`); `test/unit/machines`
 * walks the chart and fails where one is missing.
 *
 * Restart: transient. Tells the pool: see `WorkerReport`.
 */
import { assign, sendParent } from 'xstate';
import { failure } from '../failure.ts';
import { cleanup } from './cleanup.ts';
import { initialContext, podOf, seconds, waitReason } from './context.ts';
import type { WorkerReport } from './events.ts';
import { pending } from './pending.ts';
import { alarmed, endings, failed, freeWhenIdle, target, unrecorded, workerSetup } from './setup.ts';

const running = workerSetup.createStateConfig({
  tags: ['running'],
  meta: { reason: (c) => `running, at most ${c.order.template.timeoutSeconds} s` },
  entry: 'reportRunning',
  initial: 'active',
  always: [...endings],
  after: {
    runDeadline: {
      target: '#worker.failed',
      actions: assign(({ context: { order } }) => ({
        outcome: failed(failure('deadline', `still running after ${seconds(order.limits.runMs)}`)),
      })),
    },
  },
  states: {
    active: {
      meta: { reason: (c) => `running, at most ${c.order.template.timeoutSeconds} s` },
      always: { guard: 'isUnreachable', target: 'unreachable' },
    },
    unreachable: {
      meta: { reason: (c) => `${waitReason(c)}; given up after ${seconds(c.order.limits.unreachableMs)}` },
      always: { guard: 'runs', target: 'active' },
      after: {
        unreachableDeadline: {
          target: '#worker.failed',
          actions: assign(({ context }) => ({ outcome: failed(failure('node-lost', waitReason(context))) })),
        },
      },
    },
  },
});

/**
 * Succeeded and Failed are alike but for the outcome: it is made durable before anything is deleted. The
 * end is reported on the way in, once, however often recording has to be repeated.
 */
const ended = workerSetup.createStateConfig({
  tags: ['ended'],
  meta: { reason: () => 'recording the outcome' },
  entry: ['conclude', 'reportEnded', freeWhenIdle],
  initial: 'recording',
  states: {
    recording: {
      meta: { reason: () => 'recording the outcome' },
      invoke: {
        src: 'recordOutcome',
        input: ({ context }) => ({
          ...target(context),
          outcome: context.outcome ?? { kind: 'succeeded' },
          refusal: context.refusal,
          pod: podOf(context),
        }),
        onDone: {
          target: '#worker.cleanup',
          actions: [assign(({ event }) => ({ ended: event.output, tries: 0 })), 'reportRecorded'],
        },
        onError: alarmed,
      },
      after: {
        recordDeadline: {
          target: 'recording',
          reenter: true,
          actions: { type: 'alarm', params: { reason: 'the outcome could not be recorded in time' } },
        },
      },
    },
  },
});

export const workerMachine = workerSetup.createMachine({
  id: 'worker',
  context: ({ input }) => initialContext(input),
  initial: 'pending',
  on: {
    'pod.observed': [
      {
        guard: 'strays',
        actions: sendParent(({ context, event }): WorkerReport => ({
          type: 'worker.strayed',
          id: context.slot.podName,
          pod: event.pod,
        })),
      },
      { actions: ['observe', freeWhenIdle] },
    ],
    'pod.lost': { actions: ['lose', freeWhenIdle] },
    'worker.terminate': { actions: 'noteTermination' },
  },
  states: {
    pending,
    running,
    succeeded: ended,
    failed: ended,
    cleanup,
    done: {
      type: 'final',
      entry: sendParent(({ context }): WorkerReport => ({
        type: 'worker.finished',
        id: context.slot.podName,
        ended: context.ended ?? unrecorded,
      })),
    },
  },
});
