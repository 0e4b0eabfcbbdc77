/** A witness of whose work an observer hears. */
import { hasBegun } from '../machines/pod.ts';
import type { Observer, SeenWorker } from './observer.ts';
import type { Witness, WitnessedWorker } from './ports.ts';

export function overheard(witness: Witness, observer: Observer): Witness {
  return {
    saw(worker) {
      observer.saw?.(seen(worker));
      witness.saw(worker);
    },
    ending(worker, outcome) {
      observer.ending?.(seen(worker), outcome);
      return witness.ending(worker, outcome);
    },
    drain(worker, withinMs) {
      observer.draining?.(seen(worker));
      return witness.drain(worker, withinMs);
    },
    gone(worker) {
      observer.gone?.(seen(worker));
      witness.gone(worker);
    },
  };
}

function seen(worker: WitnessedWorker): SeenWorker {
  return { ...worker, hasBegun: worker.pod !== undefined && hasBegun(worker.pod) };
}
