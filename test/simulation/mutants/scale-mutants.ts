/**
 * Ottoscaler with one of its mechanisms switched off, to see whether the checks notice.
 *
 * Each is a composition of the test's own, around the real charts: nothing in `src` knows of it.
 */
import { fromPromise } from 'xstate';
import { LedgerBook } from '../../../src/actors/ledger/ledger-book.ts';
import { openScaleUpLedger } from '../../../src/actors/ledger/open-ledger.ts';
import { attemptName } from '../../../src/actors/ledger/pipeline-order.ts';
import { pipelineCodec } from '../../../src/actors/ledger/pipeline-state.ts';
import { scaleCodec } from '../../../src/actors/ledger/record.ts';
import { recoverLedgers } from '../../../src/actors/ledger/recover-ledgers.ts';
import { createPod } from '../../../src/actors/pod/create-pod.ts';
import { providePool, type Policy, type Ports } from '../../../src/actors/provide.ts';
import type { Cluster } from '../../../src/cluster/port.ts';
import type { Recovered } from '../../../src/machines/pool/events.ts';
import type { OpenScaleUp } from '../../../src/machines/scale/replies.ts';
import type { Compose } from '../model/ottoscaler.ts';
import type { World } from '../model/world.ts';

/** A ledger counts as written as soon as it is on its way; its Pods are sent with it. */
export const effectBeforeIntent: Compose = (ports, policy, world) =>
  providePool({ ...ports, cluster: hasty(ports, world) }, policy);

/** Less than the garbage collector takes to look for owners. */
const onItsWayMs = 5;

function hasty({ cluster, clock }: Ports, world: World): Cluster {
  const create: Cluster['records']['create'] = async (record) => {
    if (await cluster.records.read(record.name)) return cluster.records.create(record);
    const uid = world.freshUid();
    clock.setTimeout(() => {
      world.promisedUids.push(uid);
      cluster.records.create(record).catch(() => undefined);
    }, onItsWayMs);
    return { ...record, uid, resourceVersion: '0' };
  };
  return { ...cluster, records: { ...cluster.records, create } };
}

/** Each process draws names of its own for the Pods of a ledger. */
export const randomNames: Compose = (ports, policy) => {
  const { machine, input } = providePool(ports, policy);
  const { recover, open } = ledgerEffects(ports, policy);
  const mark = Math.floor(ports.random() * 1e9).toString(36);
  const renamed = <W extends OpenScaleUp>(work: W): W => ({
    ...work,
    slots: work.slots.map((entry) => ({
      ...entry,
      slot: { ...entry.slot, podName: `${entry.slot.podName.slice(0, 40)}-${mark}-${entry.slot.index}` },
    })),
  });
  const scaleUp = input.logic.scaleUp.provide({
    actors: {
      openLedger: fromPromise(async ({ input: { command }, signal }) => {
        const reply = await open(command, signal);
        return reply.kind === 'opened' || reply.kind === 'resumed' ? renamed(reply) : reply;
      }),
    },
  });
  const recoverRenamed = fromPromise<Recovered, undefined>(async ({ signal }) => {
    const found = await recover(signal);
    return {
      ...found,
      scaleUps: found.scaleUps.map(({ command, work }) => ({ command, work: renamed(work) })),
    };
  });
  return {
    machine: machine.provide({ actors: { recoverLedgers: recoverRenamed } }),
    input: { ...input, logic: { ...input.logic, scaleUp } },
  };
};

/** Whatever has the name is taken for ours. */
export const noUidCheck: Compose = (ports, policy) => {
  const { machine, input } = providePool(ports, policy);
  const worker = input.logic.worker.provide({
    actors: {
      createPod: fromPromise(async ({ input: target }) => {
        const reply = await createPod({ ...ports, policy: policy.pod }, target);
        const found = await ports.cluster.pods.read(target.slot.podName);
        return found ? { kind: 'exists', pod: { ...found, owner: target.order.ledger } } : reply;
      }),
    },
  });
  return { machine, input: { ...input, logic: { ...input.logic, worker } } };
};

/** A ledger goes when its work is over. */
export const noTombstone: Compose = (ports, policy) => {
  const { machine, input } = providePool(ports, policy);
  const { records } = ports.cluster;
  const scaleUp = input.logic.scaleUp.provide({
    actors: {
      closeLedger: fromPromise(async ({ input: { ledgerName } }) => {
        const record = await records.read(ledgerName);
        if (record) await records.delete(record);
      }),
    },
  });
  return { machine, input: { ...input, logic: { ...input.logic, scaleUp } } };
};

function ledgerEffects(ports: Ports, { order, historyMs, tombstoneMs }: Policy) {
  const book = new LedgerBook({ ...ports, codec: scaleCodec });
  const runs = new LedgerBook({ ...ports, codec: pipelineCodec(attemptName(ports.cluster.namespace)) });
  const deps = { ...ports, book, runs, policy: order, historyMs, tombstoneMs };
  return {
    open: (command: Parameters<typeof openScaleUpLedger>[1], signal: AbortSignal) =>
      openScaleUpLedger(deps, command, signal),
    recover: (signal: AbortSignal) => recoverLedgers(deps, signal),
  };
}
