/**
 * What a process talks to beside the cluster: otto-handler, Redis, a disk. Each is scripted, lives as long as the
 * world, and is found again by the processes that follow one another.
 */
import type { Clock, Log, Random } from '../../../src/actors/ports.ts';
import type { Ports } from '../../../src/actors/provide.ts';
import type { Cluster } from '../../../src/cluster/port.ts';
import type { PoolPort } from '../../../src/rpc/services/pool-port.ts';
import type { Violations } from '../oracle/violation.ts';

/** A process as its surroundings see it. */
export interface Inhabitant {
  /** Those that follow one another have the same one. */
  readonly identity: string;
  readonly cluster: Cluster;
  readonly clock: Clock;
  /** Nobody sets it. */
  readonly monotonicMs: () => number;
  readonly random: Random;
  readonly log: Log;
  /** It was killed: nothing of it arrives any more, and it hears nothing. */
  readonly isGone: () => boolean;
  /** What comes to it by itself: later where it stands still, never where it was killed. */
  readonly deliver: (hear: () => void) => void;
  /** kill -9. */
  readonly kill: () => void;
}

/** By which commands get in, as the program hands it to whoever takes them. */
type Door = Pick<PoolPort, 'ref' | 'standsBy'>;

/** What a process that starts finds. */
export interface Place {
  readonly ports: Partial<Ports>;
  /** Before its pool starts, once it leads. Where it rejects the process cannot begin, and ends. */
  readonly open?: () => Promise<void>;
  /** Once there is a pool, which may not have started: another door to it. */
  readonly serve?: (door: Door) => void;
  /** It was told to end: before its pool drains. */
  readonly leave?: () => Promise<void>;
  /** After its pool has drained. */
  readonly close?: () => Promise<void>;
  /** It neither acts nor hears from now on. */
  readonly stands?: () => void;
  readonly goesOn?: () => void;
  /** It is over, by kill -9 or because it has ended; told once. */
  readonly killed?: () => void;
}

export interface Peripheral {
  attach(inhabitant: Inhabitant): Place;
  /** Nothing goes wrong with it from now on. */
  calm(): void;
  /** Whether nothing is under way any more that the judge waits for. */
  readonly isAtRest?: boolean;
  /** What must hold of it when all has come to rest. */
  examine(verdict: Violations): void;
  /** What it adds to what makes lives equal. */
  readonly trace?: unknown;
}
