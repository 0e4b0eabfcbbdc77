/** Capacity is counted, not derived: whoever reports that a place is free gives away any place. */
import { providePool } from '../../../src/actors/provide.ts';
import type { Compose } from '../model/ottoscaler.ts';

export const capacityCounted: Compose = (ports, policy) => {
  const { machine, input } = providePool(ports, policy);
  return {
    input,
    machine: machine.provide({
      actions: {
        free: ({ context, event }) => {
          const { live } = context.registry;
          const [any] = live;
          if (event.type === 'worker.freed' && any !== undefined) live.delete(any);
        },
      },
    }),
  };
};
