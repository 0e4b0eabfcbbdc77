/** One scale command's real chart under a parent that only listens. */
import { createActor, type InputFrom } from 'xstate';
import { scaleDownMachine, type ScaleDownReport } from '../../src/machines/scale/scale-down.machine.ts';
import { scaleUpMachine, type ScaleUpReport } from '../../src/machines/scale/scale-up.machine.ts';
import type { WorkerReport } from '../../src/machines/worker/events.ts';
import type { Outcome, Refusal } from '../../src/machines/worker/order.ts';
import { endedWorker, scaleDownCommand, scaleUpCommand } from './orders.ts';
import { ListeningParent } from './listening-parent.ts';
import type { PoolCalls } from './pool-harness.ts';
import { scriptedEffect, type Call } from './scripted-effect.ts';
import { statePath } from './worker-harness.ts';

/** The newest invocation of a slot that waits for its answer. */
function openOf<Input, Output>(calls: ReadonlyArray<Call<Input, Output>>, slot: string): Call<Input, Output> {
  const call = calls.findLast(({ isOpen }) => isOpen);
  if (!call) throw new Error(`${slot} is not under way`);
  return call;
}

export class ScaleUpHarness extends ListeningParent<ScaleUpReport> {
  readonly calls = {
    openLedger: [] as PoolCalls['openScaleUp'][],
    markPromised: [] as PoolCalls['markPromised'][],
    markCreated: [] as PoolCalls['markCreated'][],
    closeLedger: [] as PoolCalls['closeLedger'][],
    discardLedger: [] as PoolCalls['discardLedger'][],
  };
  readonly ref;

  constructor(input: Partial<InputFrom<typeof scaleUpMachine>> = {}) {
    super();
    const { calls, parent } = this;
    const logic = scaleUpMachine.provide({
      actors: {
        openLedger: scriptedEffect('openLedger', (call) => calls.openLedger.push(call)),
        markPromised: scriptedEffect('markPromised', (call) => calls.markPromised.push(call)),
        markCreated: scriptedEffect('markCreated', (call) => calls.markCreated.push(call)),
        closeLedger: scriptedEffect('closeLedger', (call) => calls.closeLedger.push(call)),
        discardLedger: scriptedEffect('discardLedger', (call) => calls.discardLedger.push(call)),
      },
      actions: { alarm: this.alarm },
    });
    this.ref = createActor(logic, { parent, id: 'up', input: { command: scaleUpCommand(), ...input } });
    this.ref.start();
  }

  get state(): string {
    return statePath(this.ref.getSnapshot().value);
  }

  /** True once the actor has come to its end; lets pass what a caller needs to read the answer. */
  get isOver(): boolean {
    this.clock.advance(0);
    return this.ref.getSnapshot().status === 'done';
  }

  get isAnswered(): boolean {
    return this.ref.getSnapshot().hasTag('answered');
  }

  get answer() {
    return this.ref.getSnapshot().context.answer;
  }

  get opening(): PoolCalls['openScaleUp'] {
    return openOf(this.calls.openLedger, 'openLedger');
  }

  get promising(): PoolCalls['markPromised'] {
    return openOf(this.calls.markPromised, 'markPromised');
  }

  get marking(): PoolCalls['markCreated'] {
    return openOf(this.calls.markCreated, 'markCreated');
  }

  get closing(): PoolCalls['closeLedger'] {
    return openOf(this.calls.closeLedger, 'closeLedger');
  }

  get discarding(): PoolCalls['discardLedger'] {
    return openOf(this.calls.discardLedger, 'discardLedger');
  }

  tell(...reports: readonly WorkerReport[]): this {
    for (const report of reports) this.ref.send(report);
    return this;
  }
}

export class ScaleDownHarness extends ListeningParent<ScaleDownReport> {
  readonly calls = {
    openLedger: [] as PoolCalls['openScaleDown'][],
    closeLedger: [] as PoolCalls['closeLedger'][],
  };
  readonly ref;

  constructor(input: Partial<InputFrom<typeof scaleDownMachine>> = {}) {
    super();
    const { calls, parent } = this;
    const logic = scaleDownMachine.provide({
      actors: {
        openLedger: scriptedEffect('openLedger', (call) => calls.openLedger.push(call)),
        closeLedger: scriptedEffect('closeLedger', (call) => calls.closeLedger.push(call)),
      },
      actions: { alarm: this.alarm },
    });
    const filled = {
      command: scaleDownCommand(),
      podNames: ['a', 'b'],
      at: '2026-01-01T00:00:00Z',
      ...input,
    };
    this.ref = createActor(logic, { parent, id: 'down', input: filled });
    this.ref.start();
  }

  get state(): string {
    return statePath(this.ref.getSnapshot().value);
  }

  /** True once the actor has come to its end; lets pass what a caller needs to read the answer. */
  get isOver(): boolean {
    this.clock.advance(0);
    return this.ref.getSnapshot().status === 'done';
  }

  get answer() {
    return this.ref.getSnapshot().context.answer;
  }

  get opening(): PoolCalls['openScaleDown'] {
    return openOf(this.calls.openLedger, 'openLedger');
  }

  get closing(): PoolCalls['closeLedger'] {
    return openOf(this.calls.closeLedger, 'closeLedger');
  }

  settle(...ids: readonly string[]): this {
    for (const id of ids) this.ref.send({ type: 'worker.settled', id });
    return this;
  }
}

const id = (index: number) => `otto-a-${index}`;

/** Reports as the workers of `openScaleUp` send them. */
export const queued = (index: number): WorkerReport => ({ type: 'worker.queued', id: id(index) });
export const created = (index: number): WorkerReport => ({ type: 'worker.created', id: id(index) });
export const finished = (index: number, outcome?: Outcome): WorkerReport => ({
  type: 'worker.finished',
  id: id(index),
  ended: endedWorker(outcome),
});
export const ended = (
  index: number,
  outcome: Outcome = { kind: 'succeeded' },
  refusal?: Refusal,
): WorkerReport => ({
  type: 'worker.ended',
  id: id(index),
  outcome,
  refusal,
});
export const refusedWorker = (index: number, refusal: Refusal = 'invalid'): WorkerReport =>
  ended(index, { kind: 'failed', failure: { name: 'create-rejected', evidence: 'spec is wrong' } }, refusal);
