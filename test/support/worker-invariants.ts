/** What holds of every worker after every step, whatever its cluster does. */
import { expect } from 'vitest';
import { isTerminal, type ObservedPod } from '../../src/machines/pod.ts';
import { podOf } from '../../src/machines/worker/context.ts';
import type { Outcome } from '../../src/machines/worker/order.ts';
import type { WorkerHarness } from './worker-harness.ts';

const order = ['pending', 'running', 'succeeded|failed', 'cleanup', 'done'] as const;

function stageOf(state: string): number {
  return order.findIndex((names) => names.split('|').includes(state.split('.')[0] ?? ''));
}

export class WorkerInvariants {
  readonly #worker: WorkerHarness;
  #outcome: Outcome | undefined;
  #stage = 0;
  #pod: ObservedPod | undefined;

  constructor(worker: WorkerHarness) {
    this.#worker = worker;
  }

  check(): void {
    const { crashes, context, state, reportTypes } = this.#worker;
    expect(crashes).toEqual([]);
    // An outcome is decided once: the very same object stays.
    if (this.#outcome) expect(context.outcome).toBe(this.#outcome);
    this.#outcome = context.outcome;
    const stage = stageOf(state);
    expect(stage, `${state} comes before what was reached`).toBeGreaterThanOrEqual(this.#stage);
    this.#stage = stage;
    this.#checkPod();
    expect(context.outcome !== undefined).toBe(stage >= stageOf('failed'));
    const count = (type: string) => reportTypes.filter((each) => each === type).length;
    expect(count('ended')).toBe(stage >= stageOf('failed') ? 1 : 0);
    expect(count('finished')).toBe(state === 'done' ? 1 : 0);
    if (state === 'done') expect(this.#worker.clock.pending).toBe(0);
  }

  /** What is known of the Pod only grows: no UID, phase or deletion is taken back by a late fact. */
  #checkPod(): void {
    const before = this.#pod;
    const now = podOf(this.#worker.context);
    this.#pod = now ?? before;
    if (!before || !now) return;
    expect(now.uid).toBe(before.uid);
    if (isTerminal(before)) expect(now.phase).toBe(before.phase);
    if (before.phase !== 'Pending') expect(now.phase).not.toBe('Pending');
    if (before.deleting) expect(now.deleting).toBe(true);
  }
}
