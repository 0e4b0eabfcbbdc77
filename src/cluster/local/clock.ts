/**
 * Where time and unique names come from. The store asks nothing else of the world, so a simulation can run it
 * under virtual time and a seed.
 */

export interface Clock {
  /** Milliseconds since 1970, as `Date.now()`. */
  nowMs(): number;
}

export interface Identity {
  /** A fresh UID; never repeated within one store. */
  uid(): string;
  /** Five characters of `bcdfghjklmnpqrstvwxz2456789` for `generateName`. */
  suffix(): string;
}

export const wallClock: Clock = { nowMs: () => Date.now() };
