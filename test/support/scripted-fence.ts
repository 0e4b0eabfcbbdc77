/** A fence whose epoch the test sets, and which only notes what it is told. */
import type { Fence } from '../../src/actors/ledger/fence.ts';

export class ScriptedFence implements Fence {
  epoch: number;
  readonly stoppedFor: string[] = [];
  readonly outranked: number[] = [];

  constructor(epoch: number) {
    this.epoch = epoch;
  }

  stepDown(reason: string): void {
    this.stoppedFor.push(reason);
  }

  outrank(epoch: number): Promise<void> {
    this.outranked.push(epoch);
    this.epoch = Math.max(this.epoch, epoch + 1);
    return Promise.resolve();
  }
}
