/** What a command that was accepted promises, so that it can be held to it when all is over. */
import type { Caller } from './caller.ts';

type DeedKind = 'scale-up' | 'scale-down' | 'run' | 'cancelled run' | 'refused scale-up';

export interface Deed {
  readonly kind: DeedKind;
  readonly id: string;
  /** Pods that have to be created exactly once. */
  readonly due: readonly string[];
  /** Pods that may be created, and not twice: their command was withdrawn meanwhile. */
  readonly permitted: readonly string[];
  /** Sends the command again. @returns how the answer differs from the first one */
  readonly again: (caller: Caller) => Promise<string | undefined>;
}

/** As two sets; the order of names carries no meaning on the wire. */
export function sameNames(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && new Set([...one, ...other]).size === new Set(one).size;
}
