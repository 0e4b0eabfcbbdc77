/**
 * The worker chart's vocabulary: its typed slots, its guards and its deadlines.
 *
 * The slots are effects; `src/actors` fills them. Guards ask the context only (`context.ts`), so what a
 * fact means never depends on which event brought it.
 */
import { assign, sendParent, setup } from 'xstate';
import { failure, type Failure } from '../failure.ts';
import { isTerminal, type ObservedPod } from '../pod.ts';
import { slot, typed, type StateMeta } from '../slots.ts';
import {
  concernsOwnPod,
  failureNow,
  isOwn,
  isStale,
  mayUseResources,
  podOf,
  verdictOf,
  type WorkerContext,
  type WorkerInput,
} from './context.ts';
import type { CreateReply, DeleteReply, Ending, WorkerEvent, WorkerReport, WorkerTarget } from './events.ts';
import type { EndedWorker, Outcome } from './order.ts';

export const target = (c: WorkerContext): WorkerTarget => ({ order: c.order, slot: c.slot });
export const failed = (f: Failure): Outcome => ({ kind: 'failed', failure: f });

export const workerSetup = setup({
  types: {
    context: typed<WorkerContext>(),
    events: typed<WorkerEvent>(),
    input: typed<WorkerInput>(),
    meta: typed<StateMeta<WorkerContext>>(),
    tags: typed<'queued' | 'pending' | 'running' | 'ended'>(),
  },
  actors: {
    findPod: slot<ObservedPod | undefined, WorkerTarget>('findPod'),
    createPod: slot<CreateReply, WorkerTarget & { tries: number }>('createPod'),
    recordOutcome: slot<EndedWorker, Ending>('recordOutcome'),
    drainLogs: slot<void, WorkerTarget & { pod: ObservedPod | undefined }>('drainLogs'),
    deletePod: slot<DeleteReply, WorkerTarget & { uid: string | undefined; tries: number }>('deletePod'),
  },
  actions: {
    /** Someone should look: what was expected within a deadline has not happened. */
    alarm: (_args, _params: { reason: string }) => {},
    observe: assign(({ context, event }) =>
      event.type === 'pod.observed' && concernsOwnPod(context, event.pod) && !isStale(context, event.pod)
        ? { presence: { kind: 'seen' as const, pod: event.pod } }
        : {},
    ),
    lose: assign(({ context, event }) => {
      if (event.type !== 'pod.lost' || !concernsOwnPod(context, event.last)) return {};
      // The last state that the watch saw may be older than what this worker knows.
      const last = isStale(context, event.last) ? (podOf(context) ?? event.last) : event.last;
      return { presence: { kind: 'gone' as const, last } };
    }),
    conclude: assign(({ context }) => {
      if (context.outcome) return {};
      const reason = failureNow(context);
      return { outcome: reason ? failed(reason) : ({ kind: 'succeeded' } as const) };
    }),
    noteTermination: assign(({ event }) =>
      event.type === 'worker.terminate' ? { termination: event.reason } : {},
    ),
    reportCreated: sendParent(({ context }): WorkerReport => ({
      type: 'worker.created',
      id: context.slot.podName,
    })),
    reportRunning: sendParent(({ context }): WorkerReport => ({
      type: 'worker.running',
      id: context.slot.podName,
    })),
    reportRecorded: sendParent(({ context }): WorkerReport => {
      const { ended, presence } = context;
      const pod = podOf(context);
      return {
        type: 'worker.recorded',
        id: context.slot.podName,
        ended: ended ?? unrecorded,
        isTerminal: presence.kind === 'none' || (pod !== undefined && isTerminal(pod)),
      };
    }),
    reportFreed: sendParent(({ context }): WorkerReport => ({
      type: 'worker.freed',
      id: context.slot.podName,
    })),
    reportSettled: sendParent(({ context }): WorkerReport => ({
      type: 'worker.settled',
      id: context.slot.podName,
    })),
    reportEnded: sendParent(({ context }): WorkerReport => {
      const outcome = context.outcome ?? failed(failure('unknown', 'ended without an outcome'));
      return { type: 'worker.ended', id: context.slot.podName, outcome, refusal: context.refusal };
    }),
  },
  guards: {
    hasSucceeded: ({ context }) => verdictOf(context)?.kind === 'succeeded',
    hasFailed: ({ context }) => failureNow(context) !== undefined,
    runs: ({ context }) => verdictOf(context)?.kind === 'running',
    isUnreachable: ({ context }) => verdictOf(context)?.kind === 'unreachable',
    podSeen: ({ context }) => context.presence.kind === 'seen',
    podGone: ({ context }) => context.presence.kind === 'gone',
    nothingToDelete: ({ context }) => context.presence.kind === 'none' || context.presence.kind === 'gone',
    isDeleting: ({ context }) => context.presence.kind === 'seen' && context.presence.pod.deleting,
    occupiesNothing: ({ context }) => !mayUseResources(context),
    strays: ({ context, event }) =>
      event.type === 'pod.observed' && isOwn(context, event.pod) && !concernsOwnPod(context, event.pod),
  },
  delays: {
    queueDeadline: ({ context }) => Math.max(0, context.order.limits.queueMs - context.elapsed.queueMs),
    pendingDeadline: ({ context }) => Math.max(0, context.order.limits.pendingMs - context.elapsed.pendingMs),
    runDeadline: ({ context }) => Math.max(0, context.order.limits.runMs - context.elapsed.runMs),
    unreachableDeadline: ({ context }) => context.order.limits.unreachableMs,
    recordDeadline: ({ context }) => context.order.limits.recordMs,
    drainDeadline: ({ context }) => context.order.limits.drainMs,
    deleteDeadline: ({ context }) => context.order.limits.deleteMs,
    nextTry: ({ context }) => context.obstacle?.afterMs ?? 0,
  },
});

/** Unreachable: what is reported of a record follows it. It keeps the reports total. */
export const unrecorded: EndedWorker = {
  outcome: { kind: 'failed', failure: failure('unknown', 'the outcome was not recorded') },
  createdAt: '',
  startedAt: '',
  endedAt: '',
  nodeName: '',
};

/** The endings that the facts alone decide, the same wherever the worker is alive. */
export const endings = [
  { guard: 'hasSucceeded', target: '#worker.succeeded' },
  { guard: 'hasFailed', target: '#worker.failed' },
] as const;

export const freeWhenIdle = workerSetup.enqueueActions(({ enqueue, check }) => {
  if (check('occupiesNothing')) enqueue('reportFreed');
});

/** A rejection is answered by the deadline: then it is tried again. */
export const alarmed = {
  actions: {
    type: 'alarm',
    params: ({ event }: { event: { readonly error: unknown } }) => ({ reason: String(event.error) }),
  },
} as const;

/** What is alike wherever a Pod is looked for by name, since a list did not have it. */
export const stillMissing = {
  meta: { reason: () => 'asking the API server whether the Pod is still there' },
  alarm: { type: 'alarm', params: { reason: 'whether the Pod is still there is not known in time' } },
} as const;

/** Where a try ended without a decision: why, and when the next one follows. */
export const takeObstacle = (
  reply: Extract<CreateReply | DeleteReply, { kind: 'retry' }>,
  tries: number,
) => ({
  obstacle: {
    cause: 'cause' in reply ? reply.cause : 'unavailable',
    reason: reply.reason,
    afterMs: reply.afterMs,
  },
  tries: tries + 1,
});
