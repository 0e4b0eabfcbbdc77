/** The real worker chart under a parent that only listens, with scripted effects and virtual time. */
import { createActor, fromTransition, type AnyEventObject } from 'xstate';
import { installIndexedScheduler } from '../../src/machines/indexed-scheduler.ts';
import type { ObservedPod } from '../../src/machines/pod.ts';
import type { WorkerInput } from '../../src/machines/worker/context.ts';
import type {
  CreateReply,
  DeleteReply,
  WorkerEvent,
  WorkerReport,
  WorkerTarget,
} from '../../src/machines/worker/events.ts';
import type { EndedWorker, Outcome } from '../../src/machines/worker/order.ts';
import { workerMachine } from '../../src/machines/worker/worker.machine.ts';
import { endedWorker, order, pod, running, slot } from './orders.ts';
import { quietXstate } from './quiet-xstate.ts';
import { scriptedEffect, type Call } from './scripted-effect.ts';
import { TestClock } from './test-clock.ts';

export interface WorkerCalls {
  findPod: Call<WorkerTarget, ObservedPod | undefined>;
  createPod: Call<WorkerTarget & { tries: number }, CreateReply>;
  recordOutcome: Call<WorkerTarget & { outcome: Outcome; pod: ObservedPod | undefined }, EndedWorker>;
  drainLogs: Call<WorkerTarget & { pod: ObservedPod | undefined }, void>;
  deletePod: Call<WorkerTarget & { uid: string | undefined; tries: number }, DeleteReply>;
}
type Slot = keyof WorkerCalls;

export class WorkerHarness {
  readonly clock = new TestClock();
  readonly reports: WorkerReport[] = [];
  readonly crashes: unknown[] = [];
  readonly alarms: string[] = [];
  /** Every invocation that ever started, oldest first. */
  readonly calls: { readonly [S in Slot]: WorkerCalls[S][] } = {
    findPod: [],
    createPod: [],
    recordOutcome: [],
    drainLogs: [],
    deletePod: [],
  };
  readonly ref;

  constructor(input: Partial<WorkerInput> = {}) {
    quietXstate();
    const parent = createActor(
      fromTransition((_, event) => this.#hear(event), undefined),
      {
        clock: this.clock,
      },
    );
    installIndexedScheduler(parent, this.clock);
    parent.start();
    const { calls } = this;
    const logic = workerMachine.provide({
      actors: {
        findPod: scriptedEffect('findPod', (call) => calls.findPod.push(call)),
        createPod: scriptedEffect('createPod', (call) => calls.createPod.push(call)),
        recordOutcome: scriptedEffect('recordOutcome', (call) => calls.recordOutcome.push(call)),
        drainLogs: scriptedEffect('drainLogs', (call) => calls.drainLogs.push(call)),
        deletePod: scriptedEffect('deletePod', (call) => calls.deletePod.push(call)),
      },
      actions: { alarm: (_args, { reason }) => this.alarms.push(reason) },
    });
    const filled = { order: order(), slot: slot(), ...input };
    this.ref = createActor(logic, { parent, id: filled.slot.podName, input: filled });
    this.ref.start();
  }

  /** The state as a path, for example `pending.admitted.creating`. */
  get state(): string {
    return statePath(this.ref.getSnapshot().value);
  }

  get context() {
    return this.ref.getSnapshot().context;
  }

  /** The failure as `error_message` has it, or the outcome's name, or '' before the end. */
  get outcome(): string {
    const { outcome } = this.context;
    if (outcome?.kind !== 'failed') return outcome?.kind ?? '';
    return `${outcome.failure.name}: ${outcome.failure.evidence}`;
  }

  get reportTypes(): readonly string[] {
    return this.reports.map((report) => report.type.replace('worker.', ''));
  }

  send(...events: readonly WorkerEvent[]): this {
    for (const event of events) this.ref.send(event);
    return this;
  }

  admit(): this {
    return this.send({ type: 'worker.admit' });
  }

  terminate(reason = 'scaled down'): this {
    return this.send({ type: 'worker.terminate', reason });
  }

  observe(overrides: Partial<ObservedPod> = {}): this {
    return this.send({ type: 'pod.observed', pod: pod(overrides) });
  }

  lose(last: Partial<ObservedPod> = {}): this {
    return this.send({ type: 'pod.lost', uid: pod(last).uid, last: pod(last) });
  }

  /** The slot's invocation that waits for its answer; a test that asks for one expects that there is one. */
  open<S extends Slot>(name: S): WorkerCalls[S] {
    const call = this.calls[name].findLast(({ isOpen }) => isOpen);
    if (!call) throw new Error(`${name} is not under way; the worker is in ${this.state}`);
    return call;
  }

  isOpen(name: Slot): boolean {
    return this.calls[name].some(({ isOpen }) => isOpen);
  }

  /** Answers every open effect as a healthy cluster does, until the worker waits for facts or is over. */
  record(): this {
    const { outcome } = this.open('recordOutcome').input;
    this.open('recordOutcome').reply(endedWorker(outcome));
    return this;
  }

  /** From the first moment to a running container. */
  run(): this {
    this.admit();
    this.open('createPod').reply({ kind: 'exists', pod: pod() });
    return this.observe(running());
  }

  /** From a recorded outcome to a deletion that the API server has accepted. */
  delete(): this {
    this.open('drainLogs').reply();
    this.open('deletePod').reply({ kind: 'deleting' });
    return this;
  }

  #hear(event: AnyEventObject): undefined {
    if (event.type.startsWith('xstate.error.actor')) this.crashes.push(event['error']);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a worker sends its parent nothing else
    else if (event.type.startsWith('worker.')) this.reports.push(event as WorkerReport);
  }
}

export function statePath(value: string | object): string {
  if (typeof value === 'string') return value;
  return Object.entries(value)
    .map(([key, inner]: [string, string | object]) => `${key}.${statePath(inner)}`)
    .join('|');
}
