/**
 * The one file that fills the charts' slots with effects.
 *
 * Every effect is counted while it runs (`InFlight`), so that a drain knows when all is durable.
 */
import { fromPromise } from 'xstate';
import type { Cluster } from '../cluster/port.ts';
import { Redactions } from '../logs/redact/redactions.ts';
import { pipelineMachine } from '../machines/pipeline/pipeline.machine.ts';
import type { PoolInput } from '../machines/pool/events.ts';
import { poolMachine } from '../machines/pool/pool.machine.ts';
import type { RestartPolicy } from '../machines/pool/restart-intensity.ts';
import { scaleDownMachine } from '../machines/scale/scale-down.machine.ts';
import { scaleUpMachine } from '../machines/scale/scale-up.machine.ts';
import { stageMachine } from '../machines/stage/stage.machine.ts';
import { workerMachine } from '../machines/worker/worker.machine.ts';
import { announce } from './announce.ts';
import { InFlight } from './in-flight.ts';
import { keepHouse } from './keep-house.ts';
import { discardLedger } from './ledger/discard-ledger.ts';
import type { Fence } from './ledger/fence.ts';
import { LedgerBook } from './ledger/ledger-book.ts';
import { openScaleDownLedger, openScaleUpLedger } from './ledger/open-ledger.ts';
import { openPipelineLedger, type OpenPipelineDeps } from './ledger/open-pipeline.ts';
import type { OrderPolicy } from './ledger/order.ts';
import { attemptName } from './ledger/pipeline-order.ts';
import { pipelineCodec } from './ledger/pipeline-state.ts';
import { scaleCodec, type LedgerState } from './ledger/record.ts';
import { recordOutcome, type OutcomeDeps } from './ledger/record-outcome.ts';
import { recoverLedgers } from './ledger/recover-ledgers.ts';
import { closePipeline, writeJournal } from './ledger/write-journal.ts';
import type { Observer } from './observer.ts';
import { overheard } from './overheard.ts';
import { createPod } from './pod/create-pod.ts';
import { CreatesUnderWay } from './pod/creates-under-way.ts';
import { deletePod } from './pod/delete-pod.ts';
import { findPod } from './pod/find-pod.ts';
import { StrayReaper } from './pod/reap-strays.ts';
import type { PodPolicy } from './pod/worker-pod.ts';
import type { Clock, Log, Random, Witness } from './ports.ts';
import { reflectPods } from './reflect-pods.ts';
import { sampleUsage } from './sample-usage.ts';

/** What an operator configures. Durations in ms. */
export interface Policy {
  readonly order: OrderPolicy;
  readonly pod: PodPolicy;
  /** Retries of one worker of a stage for failures of the infrastructure. */
  readonly infrastructureRetriesMax: number;
  readonly liveMax: number;
  readonly historyMs: number;
  readonly historyMax: number;
  readonly tombstoneMs: number;
  readonly drainMs: number;
  /** Variables of workers whose values are hidden in our log, beside those that are called like secrets. */
  readonly secretNames: readonly string[];
}

export interface Ports {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly witness: Witness;
  /** Default: nobody else writes the ledgers of this namespace. */
  readonly fence?: Fence;
  /** Default: nobody. */
  readonly observer?: Observer;
}

/** So that a drain ends before the deadline of its state does. */
const drainSlackMs = 1_000;
const childRestarts: RestartPolicy = { intensity: 3, periodMs: 60_000 };
const poolRestarts: RestartPolicy = { intensity: 10, periodMs: 60_000 };

/** @returns the pool's chart with every slot filled, and what to start it with. */
export function providePool(
  around: Ports,
  policy: Policy,
): { machine: typeof poolMachine; input: PoolInput } {
  const ports = { ...around, witness: overheard(around.witness, around.observer ?? {}) };
  const book = new LedgerBook({ ...ports, codec: scaleCodec });
  const runs = new LedgerBook({ ...ports, codec: pipelineCodec(attemptName(ports.cluster.namespace)) });
  const inFlight = new InFlight(ports.observer);
  const secrets = new Redactions(policy.secretNames);
  const reaper = new StrayReaper({ ...ports, inFlight });
  const { order, historyMs, tombstoneMs } = policy;
  const ledgers = { ...ports, book, runs, policy: order, historyMs, tombstoneMs };
  const alarm = (_args: unknown, { reason }: { reason: string }) => ports.log.warn({ reason }, 'alarm');
  const close = closeLedger(ports, book, inFlight);

  const scaleUp = scaleUpMachine.provide({
    actors: {
      openLedger: fromPromise(({ input, signal }) =>
        inFlight.opened({ name: 'open-scale-up', command: input.command }, () =>
          openScaleUpLedger(ledgers, input.command, signal),
        ),
      ),
      markPromised: fromPromise(({ input }) =>
        inFlight.observed({ name: 'mark-promised', ledgerName: input.order.ledger.name }, () =>
          book.change(input.order.ledger.name, (state) => ({ ...state, promised: true })),
        ),
      ),
      markCreated: fromPromise(({ input }) =>
        inFlight.observed({ name: 'mark-created', ledgerName: input.order.ledger.name }, () =>
          book.change(input.order.ledger.name, (state) => ({ ...state, created: true })),
        ),
      ),
      closeLedger: close,
      discardLedger: fromPromise(({ input, signal }) =>
        inFlight.observed({ name: 'discard-ledger', ledgerName: input.ledgerName }, () =>
          discardLedger(ledgers, input, signal),
        ),
      ),
    },
    actions: { alarm },
  });
  const scaleDown = scaleDownMachine.provide({
    actors: {
      openLedger: fromPromise(({ input, signal }) =>
        inFlight.opened({ name: 'open-scale-down', command: input.command }, () =>
          openScaleDownLedger(ledgers, input.command, input.podNames, signal),
        ),
      ),
      closeLedger: close,
    },
    actions: { alarm },
  });

  const machine = poolMachine.provide({
    actors: {
      recoverLedgers: fromPromise(({ signal }) => recoverLedgers(ledgers, signal)),
      settleEffects: fromPromise(() => inFlight.idle()),
      reflectPods: reflectPods(ports),
      keepHouse: keepHouse({ ...ports, tombstoneMs }),
      sampleUsage: sampleUsage(ports),
    },
    actions: {
      alarm,
      announce: ({ context: { registry } }, { report }) => announce({ ...ports, secrets }, registry, report),
      crashed: (_args, { actorId, error }) => ports.log.error({ actorId, err: error }, 'an actor crashed'),
      reapStrays: (_args, { pods }) => reaper.consider(pods),
    },
  });
  const { liveMax, historyMax, drainMs } = policy;
  const worker = provideWorker(ports, policy, { book, runs }, inFlight);
  const pipeline = providePipeline(ports, ledgers, inFlight);
  const stages = {
    logic: provideStage(ports),
    nameOf: attemptName(ports.cluster.namespace),
    infrastructureMax: policy.infrastructureRetriesMax,
  };
  const logic = { worker, scaleUp, scaleDown, pipeline };
  const limits = { liveMax, historyMs, historyMax, childRestarts, poolRestarts, drainMs };
  return { machine, input: { logic, stages, ...limits } };
}

function providePipeline({ log, clock }: Ports, deps: OpenPipelineDeps, inFlight: InFlight) {
  const journal = { runs: deps.runs, clock };
  return pipelineMachine.provide({
    actors: {
      openPipeline: fromPromise(({ input, signal }) =>
        inFlight.opened({ name: 'open-pipeline', opening: input }, () =>
          openPipelineLedger(deps, input, signal),
        ),
      ),
      writeJournal: fromPromise(({ input }) =>
        inFlight.observed({ name: 'write-journal', ledgerName: input.ledger.name }, () =>
          writeJournal(journal, input),
        ),
      ),
      closePipeline: fromPromise(({ input }) =>
        inFlight.observed({ name: 'close-pipeline', ledgerName: input.ledgerName }, () =>
          closePipeline(journal, input),
        ),
      ),
    },
    actions: {
      alarm: ({ context }, { reason }) =>
        log.warn({ pipelineId: context.opening.pipelineId, reason }, 'pipeline alarm'),
      crashed: (_args, { actorId, error }) => log.error({ actorId, err: error }, 'an actor crashed'),
    },
  });
}

function provideStage({ log }: Ports) {
  return stageMachine.provide({
    actions: {
      alarm: ({ context: { plan } }, { reason }) =>
        log.warn(
          { pipelineId: plan.order.stage?.pipelineId, stageId: plan.command.stageId, reason },
          'stage alarm',
        ),
    },
  });
}

function provideWorker(
  ports: Ports,
  policy: Policy,
  books: Pick<OutcomeDeps, 'book' | 'runs'>,
  inFlight: InFlight,
) {
  const pods = { ...ports, policy: policy.pod };
  const { witness } = ports;
  const creates = new CreatesUnderWay();
  return workerMachine.provide({
    actors: {
      findPod: fromPromise(({ input, signal }) => findPod(pods, input, signal)),
      createPod: fromPromise(({ input }) =>
        inFlight.observed({ name: 'create-pod', worker: input }, () =>
          creates.during(input.slot.podName, createPod(pods, input)),
        ),
      ),
      recordOutcome: fromPromise(({ input }) =>
        inFlight.observed({ name: 'record-outcome', worker: input }, async () => {
          await witness.ending(input, input.outcome);
          return await recordOutcome({ ...ports, ...books }, input);
        }),
      ),
      drainLogs: fromPromise(({ input }) =>
        inFlight.observed({ name: 'drain-logs', worker: input }, () =>
          witness.drain(input, input.order.limits.drainMs - drainSlackMs),
        ),
      ),
      deletePod: fromPromise(({ input }) =>
        inFlight.observed({ name: 'delete-pod', worker: input }, async () => {
          await creates.settled(input.slot.podName);
          return await deletePod(pods, input);
        }),
      ),
    },
    actions: {
      alarm: ({ context }, { reason }) =>
        ports.log.warn({ podName: context.slot.podName, reason }, 'worker alarm'),
    },
  });
}

/** The tombstone: the ledger stays, so that a replay is recognised, and is written no more. */
function closeLedger({ clock }: Ports, book: LedgerBook<LedgerState>, inFlight: InFlight) {
  return fromPromise<void, { ledgerName: string }>(({ input: { ledgerName } }) =>
    inFlight.observed({ name: 'close-scale', ledgerName }, async () => {
      const closedAt = new Date(clock.now()).toISOString();
      await book.change(ledgerName, (state) => (state.closedAt ? state : { ...state, closedAt }));
      book.release(ledgerName);
    }),
  );
}
