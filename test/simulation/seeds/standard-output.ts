/** Who is told of workers' lives while there is no otto-handler: kept for the judge. */
import type { Witness } from '../../../src/actors/ports.ts';
import { noWitness } from '../../support/no-witness.ts';
import type { Inhabitant, Peripheral, Place } from '../model/peripheral.ts';
import type { World } from '../model/world.ts';
import type { Violations } from '../oracle/violation.ts';

export class StandardOutput implements Peripheral {
  readonly #world: World;
  readonly #podNames = new Set<string>();

  constructor(world: World) {
    this.#world = world;
  }

  attach({ isGone }: Inhabitant): Place {
    const saw: Witness['saw'] = ({ slot, pod }) =>
      void (isGone() || !pod || this.#podNames.add(slot.podName));
    return { ports: { witness: { ...noWitness, saw } } };
  }

  calm(): void {
    // Writing to it never fails.
  }

  examine(verdict: Violations): void {
    for (const name of this.#podNames) {
      if (this.#world.audit.createdUnder(name) === 0)
        verdict.report('I1', name, `the witness was told of the Pod ${name}, which never was`);
    }
  }
}
