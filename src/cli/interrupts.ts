/** The signals by which a person or a system asks the tool to stop, for whoever decides what that means. */
import { exitCodes, type ExitCode } from './exit-code.ts';

/** @param exitCode what the process ends with if it obeys. */
export type InterruptListener = (exitCode: ExitCode) => void;

export class Interrupts {
  readonly #listeners = new Set<InterruptListener>();

  /** @returns how to stop listening. */
  listen(listener: InterruptListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Where nobody listens, nothing is under way that anyone would miss. */
  fire(exitCode: ExitCode): void {
    if (this.#listeners.size === 0) process.exit(exitCode);
    for (const listener of this.#listeners) listener(exitCode);
  }
}

/**
 * The process's SIGINT and SIGTERM. The listeners stay: log-update's own would take their absence for leave
 * to die by the signal, before anything has been said.
 */
export function processInterrupts(): Interrupts {
  const interrupts = new Interrupts();
  process.on('SIGINT', () => interrupts.fire(exitCodes.interrupted));
  process.on('SIGTERM', () => interrupts.fire(exitCodes.terminated));
  return interrupts;
}
