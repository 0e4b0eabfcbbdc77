/**
 * Ottoscaler with one of the mechanisms of its runs switched off, to see whether the checks notice.
 *
 * Each is a composition of the test's own, around the real charts: nothing in `src` knows of it.
 */
import { fromPromise } from 'xstate';
import { LedgerBook } from '../../../src/actors/ledger/ledger-book.ts';
import { attemptName } from '../../../src/actors/ledger/pipeline-order.ts';
import { pipelineCodec } from '../../../src/actors/ledger/pipeline-state.ts';
import { writeJournal } from '../../../src/actors/ledger/write-journal.ts';
import { providePool, type Policy, type Ports } from '../../../src/actors/provide.ts';
import { stamp } from '../../../src/machines/pipeline/progress.ts';
import type { pipelineMachine } from '../../../src/machines/pipeline/pipeline.machine.ts';
import type { Compose } from '../model/ottoscaler.ts';

type Implementations = Parameters<typeof pipelineMachine.provide>[0];

/** @param change what is filled in otherwise */
function withPipeline(change: (ports: Ports, policy: Policy) => Implementations): Compose {
  return (ports, policy) => {
    const { machine, input } = providePool(ports, policy);
    const pipeline = input.logic.pipeline.provide(change(ports, policy));
    return { machine, input: { ...input, logic: { ...input.logic, pipeline } } };
  };
}

/** A stage counts as begun as soon as it says so. */
export const startUnrecorded: Compose = withPipeline(() => ({
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
export const shownBeforeDurable: Compose = withPipeline((ports) => {
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

/** A worker whose outcome is known counts as one of which nothing runs any more. */
export const retryTooEarly: Compose = withPipeline(() => ({
  actions: {
    passOn: ({ context: { run }, event }) => {
      if (!run || !('id' in event)) return;
      const stage = run.stages.get(run.byPod.get(event.id) ?? NaN);
      stage?.send(event.type === 'worker.recorded' ? { ...event, isTerminal: true } : event);
    },
  },
}));

/** A worker whose outcome is known counts as one whose Pod is gone. */
export const absenceUnconfirmed: Compose = withPipeline(() => ({
  actions: {
    passOn: ({ context: { run }, event }) => {
      if (!run || !('id' in event)) return;
      const stage = run.stages.get(run.byPod.get(event.id) ?? NaN);
      stage?.send(event);
      if (event.type === 'worker.recorded')
        stage?.send({ type: 'worker.finished', id: event.id, ended: event.ended });
    },
  },
}));

/** The ledger is not told which Pods were created. */
export const createsUnmarked: Compose = withPipeline(() => ({
  actions: {
    take: ({ context: { run }, event }) => {
      if (event.type === 'stage.told') run?.drafts.push(event.draft);
    },
  },
}));

/** A cancel takes effect before it is durable. */
export const cancelUnrecorded: Compose = withPipeline(() => ({
  actions: {
    noteCancel: ({ context: { run }, event }) => {
      if (event.type !== 'pipeline.cancel' || !run) return;
      for (const stage of run.stages.values()) {
        stage.send({ type: 'stage.stop', verdict: 'cancelled', reason: event.cancel.reason });
      }
    },
  },
}));

/** Every try of a worker has the same name. */
export const namesWithoutAttempt: Compose = (ports, policy) => {
  const { machine, input } = providePool(ports, policy);
  const { nameOf } = input.stages;
  const stages = {
    ...input.stages,
    nameOf: (...[run, stage, index]: Parameters<typeof nameOf>) => nameOf(run, stage, index, 1),
  };
  return { machine, input: { ...input, stages } };
};
