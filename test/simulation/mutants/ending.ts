/** What is over is forgotten, overwritten, or taken for over too early. */
import { assign, fromPromise } from 'xstate';
import { LedgerBook } from '../../../src/actors/ledger/ledger-book.ts';
import { scaleCodec, type LedgerState } from '../../../src/actors/ledger/record.ts';
import { providePool } from '../../../src/actors/provide.ts';
import type { Recovered } from '../../../src/machines/pool/events.ts';
import type { Ending } from '../../../src/machines/worker/events.ts';
import type { EndedWorker } from '../../../src/machines/worker/order.ts';
import type { Compose } from '../model/ottoscaler.ts';
import { changed, withEffects, withPipeline, withWorker } from './with-parts.ts';

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

/** Whoever takes a task over judges its workers anew, and writes how they ended over how they had. */
export const outcomeOverwritten = withEffects((ports) => {
  const book = new LedgerBook({ ...ports, codec: scaleCodec });
  return {
    recoverLedgers: (logic) =>
      changed<undefined, Recovered>(logic, async (_none, real) => forgetful(await real())),
    recordOutcome: (logic) =>
      changed<Ending, EndedWorker>(logic, async ({ order, slot }, real) => {
        if (!order.stage) await book.change(order.ledger.name, (state) => withoutEnd(state, slot.index));
        return real();
      }),
  };
});

function forgetful(found: Recovered): Recovered {
  const scaleUps = found.scaleUps.map(({ command, work }) => ({
    command,
    work: { ...work, slots: work.slots.map(({ slot }) => ({ slot })) },
  }));
  return { ...found, scaleUps };
}

function withoutEnd(state: LedgerState, index: number): LedgerState {
  const { [String(index)]: _former, ...ended } = state.ended;
  return { ...state, ended };
}

/** What was told of a Pod last holds, however old it is. */
export const olderFactHolds: Compose = withWorker(() => ({
  actions: {
    observe: assign(({ context, event }) => {
      if (event.type !== 'pod.observed' || event.pod.owner?.uid !== context.order.ledger.uid) return {};
      return { presence: { kind: 'seen' as const, pod: event.pod } };
    }),
  },
}));

/** A worker whose outcome is known counts as one of which nothing runs any more. */
export const retryTooEarly = withPipeline(() => ({
  actions: {
    passOn: ({ context: { run }, event }) => {
      if (!run || !('id' in event)) return;
      const stage = run.stages.get(run.byPod.get(event.id) ?? NaN);
      stage?.send(event.type === 'worker.recorded' ? { ...event, isTerminal: true } : event);
    },
  },
}));

/** A worker whose outcome is known counts as one whose Pod is gone. */
export const absenceUnconfirmed = withPipeline(() => ({
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

/** Whoever takes a run over gives it all of its time anew. */
export const deadlineAnew = withEffects(() => ({
  recoverLedgers: (logic) =>
    changed<undefined, Recovered>(logic, async (_none, real) => {
      const found = await real();
      const pipelines = found.pipelines.map(({ open, attempts }) => {
        const usedMs = open.atMs - Date.parse(open.acceptedAt);
        return { open: { ...open, remainingMs: open.remainingMs + usedMs }, attempts };
      });
      return { ...found, pipelines };
    }),
}));

/** Whoever is told to end does not wait for what is under way. */
export const noDrain: Compose = (ports, policy) => {
  const { machine, input } = providePool(ports, policy);
  return {
    machine: machine.provide({ actors: { settleEffects: fromPromise(() => Promise.resolve()) } }),
    input,
  };
};
