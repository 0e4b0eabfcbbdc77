/**
 * The worker chart as a graph of states and events, and how a step of a path is taken for real.
 *
 * In the graph an effect's answer and a deadline are events like any other. The walk gives the answer to
 * the effect that is under way, and fires the deadline's own timer event, whichever is due first.
 */
import { createActor, fromTransition, type ActorScope, type EventObject, type SnapshotFrom } from 'xstate';
import type { ObservedPod } from '../../src/machines/pod.ts';
import type { WorkerEvent } from '../../src/machines/worker/events.ts';
import { workerMachine } from '../../src/machines/worker/worker.machine.ts';
import { endedWorker, exited, order, pod, running, slot } from './orders.ts';
import { quietXstate } from './quiet-xstate.ts';
import type { WorkerCalls, WorkerHarness } from './worker-harness.ts';

export type Snapshot = SnapshotFrom<typeof workerMachine>;
type Slot = keyof WorkerCalls;

/** An event of the graph; for an effect's answer also whose it is. */
export interface GraphEvent extends EventObject {
  readonly output?: unknown;
  readonly error?: unknown;
  readonly pod?: ObservedPod;
  readonly last?: ObservedPod;
  readonly uid?: string;
  readonly reason?: string;
}

const retry = { kind: 'retry', cause: 'unavailable', reason: '503', afterMs: 1_000 } as const;
const answers: { readonly [S in Slot]: readonly unknown[] } = {
  findPod: [undefined, pod(), pod(running())],
  createPod: [
    { kind: 'exists', pod: pod() },
    retry,
    { kind: 'refused', cause: 'invalid', reason: 'bad spec' },
  ],
  recordOutcome: [endedWorker()],
  drainLogs: [undefined],
  deletePod: [{ kind: 'deleting' }, { kind: 'gone' }, retry],
};

const observe = (overrides: Partial<ObservedPod>): WorkerEvent => ({
  type: 'pod.observed',
  pod: pod(overrides),
});
const lose = (overrides: Partial<ObservedPod>): WorkerEvent => {
  const last = pod(overrides);
  return { type: 'pod.lost', uid: last.uid, last };
};

/** One of each kind of fact and command that the chart tells apart. */
export const facts: readonly WorkerEvent[] = [
  { type: 'worker.admit' },
  { type: 'worker.terminate', reason: 'scaled down' },
  observe({}),
  observe(running()),
  observe(running({ deleting: true })),
  observe({ phase: 'Unknown', message: 'no heartbeat' }),
  observe(exited(0)),
  observe(exited(7)),
  observe({ uid: 'pod-uid-2' }),
  lose(running()),
];

/** The few that lead from one end of the chart to the other by the most different ways. */
export const mainFacts: readonly WorkerEvent[] = [
  { type: 'worker.admit' },
  { type: 'worker.terminate', reason: 'scaled down' },
  observe(running()),
  observe(exited(0)),
  lose(running()),
];

/** @param deep also failing effects and deadlines, not only facts and first answers. */
export function eventsOf(told: readonly WorkerEvent[], deep: boolean) {
  return (snapshot: Snapshot): readonly GraphEvent[] => {
    if (snapshot.status !== 'active') return [];
    // oxlint-disable-next-line no-underscore-dangle -- xstate's own name for the active states
    const active = snapshot._nodes;
    const invoked = active.flatMap(({ invoke }) => invoke);
    const replies = invoked.flatMap(({ id, src }) => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the chart invokes nothing else
      const outputs = answers[src as Slot];
      const done = outputs.map((output) => ({ type: `xstate.done.actor.${id}`, output, actorId: id }));
      const error = { type: `xstate.error.actor.${id}`, error: new Error('broken'), actorId: id };
      return deep ? [...done, error] : done.slice(0, 2);
    });
    const timers = active.flatMap(({ after }) => after.map(({ eventType }) => ({ type: eventType })));
    return [...told, ...replies, ...(deep ? timers : [])];
  };
}

/** What makes two snapshots the same place in the graph. */
export function placeOf({ value, context }: Snapshot): string {
  const { presence, outcome, termination, ended, tries } = context;
  const known =
    presence.kind === 'seen' ? presence.pod : presence.kind === 'gone' ? presence.last : undefined;
  const failure = outcome?.kind === 'failed' ? outcome.failure.name : outcome?.kind;
  const seen = [presence.kind, known?.phase, known?.deleting];
  return JSON.stringify([value, seen, failure, termination, ended !== undefined, Math.min(tries, 1)]);
}

/** The chart as plain logic: its actions are worked out and never carried out. */
export function pureWorker() {
  quietXstate();
  const parent = createActor(fromTransition(() => undefined, undefined));
  const input = { order: order(), slot: slot() };
  const self = createActor(workerMachine, { parent, input });
  type Scope = Parameters<typeof workerMachine.transition>[2];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what `transition` asks of a scope
  const scope = {
    self,
    id: '',
    sessionId: '',
    system: self.system,
    defer: () => {},
    logger: () => {},
    stopChild: () => {},
    emit: () => {},
    actionExecutor: () => {},
  } as unknown as Scope & ActorScope<Snapshot, GraphEvent>;
  return {
    transition: (snapshot: Snapshot, event: GraphEvent): Snapshot =>
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- xstate's own events are not in the type
      workerMachine.transition(snapshot, event as WorkerEvent, scope),
    getInitialSnapshot: (): Snapshot => workerMachine.getInitialSnapshot(scope, input),
    getPersistedSnapshot: (snapshot: Snapshot): Snapshot => snapshot,
  };
}

/** Brings the event about on a real worker: by an answer, a timer that fires, a fact or a command. */
export function bringAbout(w: WorkerHarness, event: GraphEvent): void {
  const answered = /^xstate\.(done|error)\.actor\.0\.(.+)$/.exec(event.type);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- facts, commands and the chart's own timers
  if (!answered) return void w.send(event as unknown as WorkerEvent);
  const open = Object.values(w.calls)
    .flat()
    .findLast(({ isOpen }) => isOpen);
  if (!open) throw new Error(`nothing is under way in ${w.state} that could bring about ${event.type}`);
  if (answered[1] === 'error') open.fail(event.error);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the graph gave this effect one of its answers
  else (open as { reply(output: unknown): void }).reply(event.output);
}
