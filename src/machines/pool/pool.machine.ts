/**
 * The root supervisor: commands, workers, capacity.
 *
 * Only the pool creates workers. They live in a Map (`registry.ts`), not in `snapshot.children`; their
 * reports, the commands' wishes and the cluster's facts all arrive as its events, one at a time.
 *
 * The pool trusts the ledgers for what was promised and the watch for what exists. It reports through its
 * snapshot; an end in `crashed` asks the process to exit and be started again.
 */
import { assign } from 'xstate';
import { seconds } from '../worker/context.ts';
import { endCommand, startScaleDown, startScaleUp } from './commands.ts';
import { goOnRecovering, hearOfUnclaimed } from './recover.ts';
import { rememberPipeline, startPipeline, tellReasons, tellUsage } from './pipelines.ts';
import { emptyRegistry } from './registry.ts';
import { forget, tellMourners, tellOwner, terminateWorkers } from './supervise.ts';
import { occupy, routeFacts } from './facts.ts';
import {
  poolSetup,
  beginRebuilding,
  announce,
  passOn,
  reconcile,
  passToOwner,
  dismiss,
  reportCrash,
  reapUnclaimed,
  requests,
} from './setup.ts';

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
