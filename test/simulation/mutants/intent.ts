/** Something takes effect, or is shown, before it is durable; or it is not kept at all. */
import { fromPromise } from 'xstate';
import { LedgerBook } from '../../../src/actors/ledger/ledger-book.ts';
import { attemptName } from '../../../src/actors/ledger/pipeline-order.ts';
import { pipelineCodec } from '../../../src/actors/ledger/pipeline-state.ts';
import { writeJournal } from '../../../src/actors/ledger/write-journal.ts';
import { providePool, type Ports } from '../../../src/actors/provide.ts';
import type { Cluster } from '../../../src/cluster/port.ts';
import { stamp } from '../../../src/machines/pipeline/progress.ts';
import type { Compose } from '../model/ottoscaler.ts';
import type { World } from '../model/world.ts';
import { withPipeline } from './with-parts.ts';

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

/** A stage counts as begun as soon as it says so. */
export const startUnrecorded = withPipeline(() => ({
  actions: {
    take: ({ context: { run }, event }) => {
      if (event.type === 'stage.created') run?.created.push(event.attempt);
      if (event.type !== 'stage.told') return;
      const { draft } = event;
      run?.drafts.push(draft);
      if (draft.status === 'pending')
        run?.stages.get(draft.stage)?.send({ type: 'stage.recorded', status: 'pending' });
    },
  },
}));

/** Events are shown at once, and are written a little later. */
export const shownBeforeDurable = withPipeline((ports) => {
  const runs = new LedgerBook({ ...ports, codec: pipelineCodec(attemptName(ports.cluster.namespace)) });
  const { clock } = ports;
  return {
    actors: {
      writeJournal: fromPromise(async ({ input: entry }) => {
        clock.setTimeout(() => void writeJournal({ runs, clock }, entry).catch(() => undefined), 200);
        return entry.drafts.map((draft) => stamp(draft, undefined, clock.now()));
      }),
    },
  };
});

/** The ledger is not told which Pods were created. */
export const createsUnmarked = withPipeline(() => ({
  actions: {
    take: ({ context: { run }, event }) => {
      if (event.type === 'stage.told') run?.drafts.push(event.draft);
    },
  },
}));

/** A cancel takes effect before it is durable. */
export const cancelUnrecorded = withPipeline(() => ({
  actions: {
    noteCancel: ({ context: { run }, event }) => {
      if (event.type !== 'pipeline.cancel' || !run) return;
      for (const stage of run.stages.values()) {
        stage.send({ type: 'stage.stop', verdict: 'cancelled', reason: event.cancel.reason });
      }
    },
  },
}));
