/** Work in slices so short that nothing else waits for them. */
import { setTimeout as pause } from 'node:timers/promises';

const sliceMs = 0.5;
const restMs = 1;
/** Between two looks at a clock. */
const stepsPerLookDefault = 8;

export class Slice {
  #untilMs = performance.now() + sliceMs;
  #steps = 0;
  readonly #stepsPerLook: number;

  /** @param stepsPerLook fewer where a step is long */
  constructor(stepsPerLook = stepsPerLookDefault) {
    this.#stepsPerLook = stepsPerLook;
  }

  /** To be asked before each step. */
  get isOver(): boolean {
    this.#steps += 1;
    return this.#steps % this.#stepsPerLook === 0 && performance.now() > this.#untilMs;
  }

  /** Resolves once everything else has had its turn: on a busy machine a process that never rests is put aside. */
  async next(): Promise<void> {
    await pause(restMs);
    this.#untilMs = performance.now() + sliceMs;
  }
}
