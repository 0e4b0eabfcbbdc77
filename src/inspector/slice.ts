/** Work in slices so short that nothing else waits for them. */
import { setImmediate as turn } from 'node:timers/promises';

const sliceMs = 0.5;
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

  /** Resolves once everything else has had its turn. */
  async next(): Promise<void> {
    await turn();
    this.#untilMs = performance.now() + sliceMs;
  }
}
