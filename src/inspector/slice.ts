/** Work in slices so short that nothing else waits for them. */
import { setTimeout as pause } from 'node:timers/promises';

const restMs = 1;

export interface SliceOptions {
  /** What is done once may take longer slices than what goes on all the while. */
  readonly sliceMs: number;
  /** Steps between two looks at a clock: fewer where a step is long. */
  readonly stepsPerLook: number;
}

export class Slice {
  readonly #sliceMs: number;
  readonly #stepsPerLook: number;
  #untilMs: number;
  #steps = 0;

  constructor({ sliceMs, stepsPerLook }: SliceOptions) {
    this.#sliceMs = sliceMs;
    this.#stepsPerLook = stepsPerLook;
    this.#untilMs = performance.now() + sliceMs;
  }

  /** To be asked before each step. */
  get isOver(): boolean {
    this.#steps += 1;
    return this.#steps % this.#stepsPerLook === 0 && performance.now() > this.#untilMs;
  }

  /** Resolves once everything else has had its turn: on a busy machine a process that never rests is put aside. */
  async next(): Promise<void> {
    await pause(restMs);
    this.#untilMs = performance.now() + this.#sliceMs;
  }
}
