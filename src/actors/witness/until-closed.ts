/**
 * A witness that has closed lets nothing more happen that waits for it: an end that nobody is told may not be recorded,
 * and a Pod whose log nobody reads may not be deleted. The process is about to exit; the next one does both.
 */
import type { Witness } from '../ports.ts';

export function untilClosed(witness: Witness, isClosed: () => boolean): Witness {
  const held = async (act: () => Promise<void>): Promise<void> => {
    if (!isClosed()) await act();
    // What was under way has been given up where it was closed meanwhile.
    if (isClosed()) await new Promise<never>(() => undefined);
  };
  return {
    saw: (worker) => isClosed() || witness.saw(worker),
    ending: (worker, outcome) => held(() => witness.ending(worker, outcome)),
    drain: (worker, withinMs) => held(() => witness.drain(worker, withinMs)),
    gone: (worker) => isClosed() || witness.gone(worker),
  };
}
