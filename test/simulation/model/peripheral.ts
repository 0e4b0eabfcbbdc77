/**
 * What a process talks to beside the cluster: otto-handler, Redis, a disk. Each is scripted, lives as long as the
 * world, and is found again by the processes that follow one another.
 */
import type { Clock } from '../../../src/actors/ports.ts';
import type { Ports } from '../../../src/actors/provide.ts';
import type { Violations } from '../oracle/violation.ts';

/** A process as its surroundings see it. */
export interface Inhabitant {
  readonly clock: Clock;
  /** It was killed: nothing of it arrives any more, and it hears nothing. */
  readonly isGone: () => boolean;
}

export interface Peripheral {
  /** @returns what a process that starts finds in this place of its ports */
  attach(inhabitant: Inhabitant): Partial<Ports>;
  /** Nothing goes wrong with it from now on. */
  calm(): void;
  /** What must hold of it when all has come to rest. */
  examine(verdict: Violations): void;
}
