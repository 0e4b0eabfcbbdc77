/**
 * Where a parent keeps its workers, and which scheduler keeps their timers: what one spawn and one stop cost.
 *
 * The real worker chart, waiting in its first state with its one timer, under a parent that does nothing
 * else. A process of its own; `actors.ts` asks it once.
 */
import { createActor, enqueueActions, setup, type AnyActorRef } from 'xstate';
import { installIndexedScheduler } from '../src/machines/indexed-scheduler.ts';
import { typed } from '../src/machines/slots.ts';
import type { WorkerOrder } from '../src/machines/worker/order.ts';
import { workerMachine } from '../src/machines/worker/worker.machine.ts';
import { systemClock } from '../src/programs/clock.ts';
import { answerParent } from './support/answer-parent.ts';

export interface TopologyRun {
  /** `map`: refs in a Map. `children`: xstate's own `spawnChild` into `snapshot.children`. */
  readonly place: 'map' | 'children';
  readonly scheduler: 'indexed' | 'stock';
  readonly workers: number;
}

export interface TopologyCosts {
  /** All of them, from none. */
  readonly buildMs: number;
  /** One of them, beside all the others. */
  readonly spawnUs: number;
  readonly stopUs: number;
}

/** Spawns and stops are timed beside all the others, in rounds, so that the first does not decide. */
const timedWorkers = 100;
const timedRounds = 10;
const second = 1_000;

const limits = { queueMs: 3_600 * second, pendingMs: second, runMs: second, unreachableMs: second };
const order: WorkerOrder = {
  ledger: { name: 'otto-ledger', uid: 'ledger-uid' },
  taskId: 'bench',
  repository: '',
  commitSha: '',
  triggeredBy: '',
  workerCount: 1,
  template: { image: '', timeoutSeconds: 0, env: [], resources: {} },
  acceptedAt: '2026-01-01T00:00:00Z',
  limits: { ...limits, recordMs: second, drainMs: second, deleteMs: second },
};

const inputOf = (id: string) => ({ order, slot: { podName: id, index: 0, attempt: 1 } });

type ParentEvent = { readonly type: 'spawn' | 'stop'; readonly id: string };

const parentSetup = setup({
  types: { context: typed<{ refs: Map<string, AnyActorRef> }>(), events: typed<ParentEvent>() },
  actors: { worker: workerMachine },
});

const inMap = parentSetup.createMachine({
  context: { refs: new Map() },
  on: {
    spawn: {
      actions: ({ context: { refs }, event: { id }, self }) => {
        refs.set(id, createActor(workerMachine, { parent: self, id, input: inputOf(id) }).start());
      },
    },
    stop: {
      actions: enqueueActions(({ context, event, enqueue }) => {
        const ref = context.refs.get(event.id);
        if (ref) enqueue.stopChild(ref);
        context.refs.delete(event.id);
      }),
    },
  },
});

const inChildren = parentSetup.createMachine({
  context: { refs: new Map() },
  on: {
    spawn: {
      actions: enqueueActions(({ event: { id }, enqueue }) => {
        enqueue.spawnChild('worker', { id, input: inputOf(id) });
      }),
    },
    stop: { actions: enqueueActions(({ event: { id }, enqueue }) => enqueue.stopChild(id)) },
  },
});

answerParent(({ place, scheduler, workers }: TopologyRun): TopologyCosts => {
  const parent = createActor(place === 'map' ? inMap : inChildren);
  if (scheduler === 'indexed') installIndexedScheduler(parent, systemClock);
  parent.start();
  const each = (type: ParentEvent['type'], first: number, count: number): number => {
    const startMs = performance.now();
    for (let index = first; index < first + count; index++) parent.send({ type, id: `worker-${index}` });
    return performance.now() - startMs;
  };
  const buildMs = each('spawn', 0, workers);
  let [spawnMs, stopMs] = [0, 0];
  for (let round = 0; round < timedRounds; round++) {
    stopMs += each('stop', workers - timedWorkers, timedWorkers);
    spawnMs += each('spawn', workers - timedWorkers, timedWorkers);
  }
  const usEach = 1_000 / (timedWorkers * timedRounds);
  return { buildMs, spawnUs: spawnMs * usEach, stopUs: stopMs * usEach };
});
