/**
 * The pool chart's vocabulary: its typed slots, its guards and deadlines, and what it does on what it hears.
 *
 * Only the pool creates workers. They live in a Map (`registry.ts`), not in `snapshot.children`.
 */
import { fromCallback, setup, type AnyActorRef } from 'xstate';
import type { ObservedPod } from '../pod.ts';
import { slot, typed, type StateMeta } from '../slots.ts';
import type { WorkerReport } from '../worker/events.ts';
import { superviseCrash } from './crash.ts';
import type { PoolContext, PoolEvent, PoolInput, Recovered } from './events.ts';
import { beginRecovery } from './recover.ts';
import { startAttempts } from './pipelines.ts';
import { scaleUpId } from './registry.ts';
import { admit, buryWorker, startWorkers, tellOwner } from './supervise.ts';
import { capacityDrift, repairCapacity, routeFacts, straysAmong } from './facts.ts';

/** Sent by xstate itself when a child ends in an error. */
interface CrashEvent {
  readonly type: `xstate.error.actor.${string}`;
  readonly actorId: string;
  readonly error: unknown;
}

/** Sent by the pool to itself when its actors crash too often. */
interface EscalateEvent {
  readonly type: 'pool.escalate';
}

export const poolSetup = setup({
  types: {
    context: typed<PoolContext>(),
    events: typed<PoolEvent | CrashEvent | EscalateEvent>(),
    input: typed<PoolInput>(),
    meta: typed<StateMeta<PoolContext>>(),
    tags: typed<'serving'>(),
  },
  actors: {
    recoverLedgers: slot<Recovered, undefined>('recoverLedgers'),
    settleEffects: slot<void, undefined>('settleEffects'),
    /** Lists and watches Pods; sends `pods.listed`, `pods.changed`, `watch.changed`. */
    reflectPods: fromCallback<PoolEvent>(() => {}),
    /** Sends `clock.ticked`; sweeps tombstones. */
    keepHouse: fromCallback<PoolEvent>(() => {}),
    /** Sends `usage.sampled`. */
    sampleUsage: fromCallback<PoolEvent>(() => {}),
  },
  actions: {
    alarm: (_args, _params: { reason: string }) => {},
    /** A Pod of ours that no worker has: it is deleted if its ledger says that it is over. */
    reapStrays: (_args, _params: { pods: readonly ObservedPod[] }) => {},
    crashed: (_args, _params: { actorId: string; error: unknown }) => {},
    /** What became of a worker, for whoever reads the log. */
    announce: (_args, _params: { report: WorkerReport }) => {},
    free: ({ context, event }) => {
      if (event.type === 'worker.freed') context.registry.live.delete(event.id);
    },
    bury: ({ context, event, self }) => {
      if (event.type === 'worker.finished') buryWorker({ context, self }, event);
    },
    admit: ({ context, self }) => admit({ context, self }),
    supervise: ({ context, event, self }) => {
      if (!('actorId' in event)) return;
      const verdict = superviseCrash({ context, self }, event.actorId, event.error);
      if (verdict === 'escalate') self.send({ type: 'pool.escalate' });
    },
  },
  guards: {
    isRebuilt: ({ context: { registry } }) => registry.recovery === undefined,
  },
  delays: {
    /** As soon as whatever else waits has been heard. */
    breath: 0,
    recoverDeadline: 60_000,
    listDeadline: 60_000,
    reconcileInterval: 10_000,
    drainDeadline: ({ context }) => context.drainMs,
  },
});

export const beginRebuilding = poolSetup.enqueueActions(({ event, self, enqueue }) => {
  if (event.type !== 'pods.listed') return;
  const { atMs, pods } = event;
  enqueue.assign({ nowMs: atMs });
  enqueue(({ context }) => beginRecovery({ context, self }, pods, atMs));
});

export const announce = {
  type: 'announce',
  params: ({
    event,
  }: {
    event: Extract<
      WorkerReport,
      { type: 'worker.created' | 'worker.running' | 'worker.ended' | 'worker.finished' }
    >;
  }) => ({
    report: event,
  }),
} as const;

/** Facts go to the workers they are about; Pods that nobody has go to the reaper. */
export const passOn = poolSetup.enqueueActions(({ context: { registry }, event, enqueue }) => {
  if (event.type !== 'pods.changed') return;
  const pods = straysAmong(registry, event.facts);
  if (pods.length > 0) enqueue({ type: 'reapStrays', params: { pods } });
  enqueue(({ self }) => {
    for (const pod of routeFacts(registry, event.facts))
      self.send({ type: 'worker.strayed', id: pod.name, pod });
  });
});

export const reconcile = poolSetup.enqueueActions(({ context: { registry }, enqueue }) => {
  const drift = capacityDrift(registry);
  if (drift === 0) return;
  enqueue({ type: 'alarm', params: { reason: `capacity drifted by ${drift} workers; repaired` } });
  enqueue(() => repairCapacity(registry));
  enqueue('admit');
});

export const passToOwner = ({
  context,
  event,
  self,
}: {
  context: PoolContext;
  event: WorkerReport;
  self: AnyActorRef;
}) => tellOwner({ context, self }, event);

/** Those who read runs are told that no more will come from here. */
export const dismiss = poolSetup.enqueueActions(({ context: { registry }, enqueue }) => {
  for (const ref of registry.pipelines.values()) enqueue.stopChild(ref);
});

export const reportCrash = {
  type: 'crashed',
  params: ({ event }: { event: CrashEvent }) => ({ actorId: event.actorId, error: event.error }),
} as const;

export const reapUnclaimed = poolSetup.enqueueActions(({ context: { registry }, enqueue }) => {
  const pods = registry.unclaimed.filter((pod) => !pod.deleting);
  registry.unclaimed = [];
  if (pods.length > 0) enqueue({ type: 'reapStrays', params: { pods } });
});

type Asked<Type extends PoolEvent['type']> = {
  context: PoolContext;
  event: Extract<PoolEvent, { type: Type }>;
  self: AnyActorRef;
};

/** What commands and runs ask of the pool. */
export const requests = {
  'attempts.wanted': {
    actions: ({ context, event, self }: Asked<'attempts.wanted'>) => startAttempts({ context, self }, event),
  },
  'workers.requested': {
    actions: ({ context, event, self }: Asked<'workers.requested'>) => {
      const owner = context.registry.scaleUps.get(scaleUpId(event.command));
      if (owner) context.registry.owners.set(event.work.order.ledger.name, owner);
      startWorkers({ context, self }, event.work);
    },
  },
} as const;
