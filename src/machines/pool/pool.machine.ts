/**
 * The root supervisor: commands, workers, capacity.
 *
 * Only the pool creates workers. They live in a Map (`registry.ts`), not in `snapshot.children`; their
 * reports, the commands' wishes and the cluster's facts all arrive as its events, one at a time.
 *
 * The pool trusts the ledgers for what was promised and the watch for what exists. It reports through its
 * snapshot; an end in `crashed` asks the process to exit and be started again.
 */
import { assign, fromCallback, setup, type AnyActorRef } from 'xstate';
import type { ObservedPod } from '../pod.ts';
import { slot, typed, type StateMeta } from '../slots.ts';
import { seconds } from '../worker/context.ts';
import type { WorkerReport } from '../worker/events.ts';
import { endCommand, startScaleDown, startScaleUp } from './commands.ts';
import { superviseCrash } from './crash.ts';
import type { PoolContext, PoolEvent, PoolInput, Recovered } from './events.ts';
import { beginRecovery, goOnRecovering, hearOfUnclaimed } from './recover.ts';
import { rememberPipeline, startAttempts, startPipeline, tellReasons, tellUsage } from './pipelines.ts';
import { emptyRegistry, scaleUpId } from './registry.ts';
import {
  admit,
  buryWorker,
  forget,
  startWorkers,
  tellMourners,
  tellOwner,
  terminateWorkers,
} from './supervise.ts';
import { capacityDrift, occupy, repairCapacity, routeFacts, straysAmong } from './facts.ts';

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

const poolSetup = setup({
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

const beginRebuilding = poolSetup.enqueueActions(({ event, self, enqueue }) => {
  if (event.type !== 'pods.listed') return;
  const { atMs, pods } = event;
  enqueue.assign({ nowMs: atMs });
  enqueue(({ context }) => beginRecovery({ context, self }, pods, atMs));
});

const announce = {
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
const passOn = poolSetup.enqueueActions(({ context: { registry }, event, enqueue }) => {
  if (event.type !== 'pods.changed') return;
  const pods = straysAmong(registry, event.facts);
  if (pods.length > 0) enqueue({ type: 'reapStrays', params: { pods } });
  enqueue(({ self }) => {
    for (const pod of routeFacts(registry, event.facts))
      self.send({ type: 'worker.strayed', id: pod.name, pod });
  });
});

const reconcile = poolSetup.enqueueActions(({ context: { registry }, enqueue }) => {
  const drift = capacityDrift(registry);
  if (drift === 0) return;
  enqueue({ type: 'alarm', params: { reason: `capacity drifted by ${drift} workers; repaired` } });
  enqueue(() => repairCapacity(registry));
  enqueue('admit');
});

const passToOwner = ({
  context,
  event,
  self,
}: {
  context: PoolContext;
  event: WorkerReport;
  self: AnyActorRef;
}) => tellOwner({ context, self }, event);

/** Those who read runs are told that no more will come from here. */
const dismiss = poolSetup.enqueueActions(({ context: { registry }, enqueue }) => {
  for (const ref of registry.pipelines.values()) enqueue.stopChild(ref);
});

const reportCrash = {
  type: 'crashed',
  params: ({ event }: { event: CrashEvent }) => ({ actorId: event.actorId, error: event.error }),
} as const;

const reapUnclaimed = poolSetup.enqueueActions(({ context: { registry }, enqueue }) => {
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
const requests = {
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

export const poolMachine = poolSetup.createMachine({
  id: 'pool',
  context: ({ input }) => ({
    ...input,
    registry: emptyRegistry(),
    recovered: { scaleUps: [], scaleDowns: [], finished: [], pipelines: [], endedPipelines: [] },
    nowMs: 0,
    watch: { healthy: false, reason: 'the first list has not arrived' },
  }),
  initial: 'recovering',
  on: {
    'xstate.error.actor.*': { actions: [reportCrash, 'supervise'] },
    'pool.escalate': '.crashed',
  },
  states: {
    recovering: {
      meta: { reason: () => 'reading the ledgers' },
      invoke: {
        src: 'recoverLedgers',
        input: undefined,
        onDone: { target: 'operating', actions: assign(({ event }) => ({ recovered: event.output })) },
        onError: { actions: { type: 'alarm', params: ({ event }) => ({ reason: String(event.error) }) } },
      },
      after: {
        recoverDeadline: {
          target: 'recovering',
          reenter: true,
          actions: { type: 'alarm', params: { reason: 'the ledgers could not be read in time' } },
        },
      },
      on: { 'pool.drain': 'drained' },
    },
    operating: {
      initial: 'listing',
      meta: { reason: () => 'at work' },
      invoke: [{ src: 'reflectPods' }, { src: 'keepHouse' }, { src: 'sampleUsage' }],
      on: {
        'clock.ticked': {
          actions: [
            assign(({ event }) => ({ nowMs: event.atMs })),
            ({ context, self }) => forget({ context, self }),
          ],
        },
        'watch.changed': {
          actions: assign(({ event }) => ({ watch: { healthy: event.healthy, reason: event.reason } })),
        },
        'pods.changed': {
          actions: passOn,
        },
        'workers.terminate': {
          actions: ({ context, event, self }) => {
            const by = context.registry.scaleDowns.get(event.by);
            terminateWorkers({ context, self }, event.ids, event.reason, by);
          },
        },
        'worker.created': {
          actions: [
            announce,
            ({ context, event, self }) => {
              context.registry.waiting.delete(event.id);
              occupy(context.registry, event.id);
              tellOwner({ context, self }, event);
            },
          ],
        },
        'worker.ended': {
          actions: [
            announce,
            ({ context, event, self }) => {
              context.registry.waiting.delete(event.id);
              tellOwner({ context, self }, event);
            },
          ],
        },
        'worker.running': { actions: [announce, passToOwner] },
        'worker.recorded': { actions: passToOwner },
        'worker.settled': { actions: ({ context, event, self }) => tellMourners({ context, self }, event) },
        'worker.freed': { actions: 'free' },
        'worker.finished': { actions: [announce, 'bury'] },
        'worker.strayed': {
          actions: { type: 'reapStrays', params: ({ event }) => ({ pods: [event.pod] }) },
        },
        'reasons.wanted': { actions: ({ context, event, self }) => tellReasons({ context, self }, event) },
        'usage.sampled': {
          actions: ({ context, event, self }) => tellUsage({ context, self }, event.samples),
        },
        'pipeline.closed': {
          actions: ({ context, event, self }) => rememberPipeline({ context, self }, event.pipelineId),
        },
        'pipeline.finished': {
          actions: ({ context, event }) => context.registry.pipelines.delete(event.pipelineId),
        },
        'command.finished': {
          actions: ({ context, event, self }) => endCommand({ context, self }, event.id),
        },
      },
      states: {
        listing: {
          meta: { reason: () => 'listing the Pods' },
          on: {
            'pods.listed': { target: 'rebuilding', actions: beginRebuilding },
            'pool.drain': '#pool.drained',
          },
          after: {
            listDeadline: {
              target: 'listing',
              reenter: true,
              actions: { type: 'alarm', params: { reason: 'the Pods could not be listed in time' } },
            },
          },
        },
        /** A slice at a time; what is heard meanwhile counts. Until the end nobody is let in. */
        rebuilding: {
          meta: { reason: ({ registry }) => `taking over workers, ${registry.workers.size} so far` },
          entry: ({ context, self }) => goOnRecovering({ context, self }),
          always: { guard: 'isRebuilt', target: 'serving', actions: reapUnclaimed },
          on: {
            ...requests,
            'pods.changed': {
              actions: ({ context, event, self }) => {
                hearOfUnclaimed({ context, self }, event.facts);
                routeFacts(context.registry, event.facts);
              },
            },
            'pool.drain': '#pool.drained',
          },
          after: { breath: { target: 'rebuilding', reenter: true } },
        },
        serving: {
          tags: ['serving'],
          meta: {
            reason: ({ registry }) => `${registry.live.size} live workers, ${registry.waiting.size} waiting`,
          },
          on: {
            'scale.up': {
              actions: ({ context, event, self }) =>
                startScaleUp({ context, self }, { command: event.command }),
            },
            'scale.down': {
              actions: ({ context, event, self }) =>
                startScaleDown({ context, self }, event.command, event.at),
            },
            'pipeline.open': {
              actions: ({ context, event, self }) => startPipeline({ context, self }, event.opening),
            },
            'pipeline.cancel': {
              actions: ({ context, event: { pipelineId, cancel } }) =>
                context.registry.pipelines.get(pipelineId)?.send({ type: 'pipeline.cancel', cancel }),
            },
            ...requests,
            'xstate.error.actor.*': { actions: [reportCrash, 'supervise', 'admit'] },
            'worker.freed': { actions: ['free', 'admit'] },
            'worker.finished': { actions: [announce, 'bury', 'admit'] },
            'pool.drain': 'draining',
          },
          after: {
            reconcileInterval: {
              target: 'serving',
              reenter: true,
              actions: reconcile,
            },
          },
        },
        /** Nothing new is accepted or created; what is under way becomes durable. The Pods go on. */
        draining: {
          meta: { reason: ({ drainMs }) => `letting effects under way settle, at most ${seconds(drainMs)}` },
          invoke: {
            src: 'settleEffects',
            input: undefined,
            onDone: '#pool.drained',
            onError: '#pool.drained',
          },
          after: { drainDeadline: '#pool.drained' },
        },
      },
    },
    drained: { type: 'final', entry: dismiss },
    crashed: { type: 'final', entry: dismiss },
  },
});
