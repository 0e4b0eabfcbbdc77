/** Where nobody looks at what workers write. */
import type { Witness } from '../../src/actors/ports.ts';

export const noWitness: Witness = {
  saw() {},
  async ending() {},
  async drain() {},
  gone() {},
};
