/**
 * The one file that fills the charts' slots with effects.
 *
 * Every effect is counted while it runs (`InFlight`), so that a drain knows when all is durable.
 */
import { fromPromise } from 'xstate';
import type { Cluster } from '../cluster/port.ts';
import type { PoolInput } from '../machines/pool/events.ts';
import { poolMachine } from '../machines/pool/pool.machine.ts';
import type { RestartPolicy } from '../machines/pool/restart-intensity.ts';
import { scaleDownMachine } from '../machines/scale/scale-down.machine.ts';
import { scaleUpMachine } from '../machines/scale/scale-up.machine.ts';
import { workerMachine } from '../machines/worker/worker.machine.ts';
import { announce } from './announce.ts';
import { InFlight } from './in-flight.ts';
import { keepHouse } from './keep-house.ts';
import { discardLedger } from './ledger/discard-ledger.ts';
import { LedgerBook } from './ledger/ledger-book.ts';
import { openScaleDownLedger, openScaleUpLedger } from './ledger/open-ledger.ts';
import type { OrderPolicy } from './ledger/order.ts';
import { recordOutcome } from './ledger/record-outcome.ts';
import { recoverLedgers } from './ledger/recover-ledgers.ts';
import { createPod } from './pod/create-pod.ts';
import { deletePod } from './pod/delete-pod.ts';
import { drainLogs } from './pod/drain-logs.ts';
import { StrayReaper } from './pod/reap-strays.ts';
import type { PodPolicy } from './pod/worker-pod.ts';
import type { Clock, LineSink, Log, Random } from './ports.ts';
import { reflectPods } from './reflect-pods.ts';

/** What an operator configures. Durations in ms. */
export interface Policy {
  readonly order: OrderPolicy;
  readonly pod: PodPolicy;
  readonly liveMax: number;
  readonly historyMs: number;
  readonly historyMax: number;
  readonly tombstoneMs: number;
  readonly drainMs: number;
  /** 0 reads no worker output. */
  readonly logBytesMax: number;
}

export interface Ports {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly lines: LineSink;
}

const childRestarts: RestartPolicy = { intensity: 3, periodMs: 60_000 };
const poolRestarts: RestartPolicy = { intensity: 10, periodMs: 60_000 };

/** @returns the pool's chart with every slot filled, and what to start it with. */
export function providePool(ports: Ports, policy: Policy): { machine: typeof poolMachine; input: PoolInput } {
  const book = new LedgerBook(ports);
  const inFlight = new InFlight();
  const reaper = new StrayReaper({ ...ports, inFlight });
  const { order, historyMs, tombstoneMs } = policy;
  const ledgers = { ...ports, book, policy: order, historyMs };
  const alarm = (_args: unknown, { reason }: { reason: string }) => ports.log.warn({ reason }, 'alarm');
  const close = closeLedger(ports, book, inFlight);

  const scaleUp = scaleUpMachine.provide({
    actors: {
      openLedger: fromPromise(({ input, signal }) =>
        inFlight.run(() => openScaleUpLedger(ledgers, input.command, signal)),
      ),
      markCreated: fromPromise(({ input }) =>
        inFlight.run(() => book.change(input.order.ledger.name, (state) => ({ ...state, created: true }))),
      ),
      closeLedger: close,
      discardLedger: fromPromise(({ input, signal }) =>
        inFlight.run(() => discardLedger(ledgers, input.ledgerName, signal)),
      ),
    },
    actions: { alarm },
  });
  const scaleDown = scaleDownMachine.provide({
    actors: {
      openLedger: fromPromise(({ input, signal }) =>
        inFlight.run(() => openScaleDownLedger(ledgers, input.command, input.podNames, signal)),
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
    },
    actions: {
      alarm,
      announce: (_args, { report }) => announce(ports.log, report),
      crashed: (_args, { actorId, error }) => ports.log.error({ actorId, err: error }, 'an actor crashed'),
      reapStrays: (_args, { pods }) => reaper.consider(pods),
    },
  });
  const { liveMax, historyMax, drainMs } = policy;
  const logic = { worker: provideWorker(ports, policy, book, inFlight), scaleUp, scaleDown };
  return { machine, input: { logic, liveMax, historyMs, historyMax, childRestarts, poolRestarts, drainMs } };
}

function provideWorker(ports: Ports, policy: Policy, book: LedgerBook, inFlight: InFlight) {
  const pods = { ...ports, policy: policy.pod, bytesMax: policy.logBytesMax };
  return workerMachine.provide({
    actors: {
      createPod: fromPromise(({ input }) => inFlight.run(() => createPod(pods, input))),
      recordOutcome: fromPromise(({ input }) => inFlight.run(() => recordOutcome({ ...ports, book }, input))),
      drainLogs: fromPromise(({ input }) => inFlight.run(() => drainLogs(pods, input))),
      deletePod: fromPromise(({ input }) => inFlight.run(() => deletePod(pods, input))),
    },
    actions: {
      alarm: ({ context }, { reason }) =>
        ports.log.warn({ podName: context.slot.podName, reason }, 'worker alarm'),
    },
  });
}

/** The tombstone: the ledger stays, so that a replay is recognised, and is written no more. */
function closeLedger({ clock }: Ports, book: LedgerBook, inFlight: InFlight) {
  return fromPromise<void, { ledgerName: string }>(({ input: { ledgerName } }) =>
    inFlight.run(async () => {
      const closedAt = new Date(clock.now()).toISOString();
      await book.change(ledgerName, (state) => (state.closedAt ? state : { ...state, closedAt }));
      book.release(ledgerName);
    }),
  );
}
