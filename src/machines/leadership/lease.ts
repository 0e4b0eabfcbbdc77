/**
 * The Lease, and what may be concluded from seeing it.
 *
 * The clocks of two machines are never compared: how long a holder has been silent is counted from when its
 * lease was last seen to change, by the clock of who looks. All times are monotonic milliseconds of that clock.
 */

/** As it is stored in the cluster. */
export interface Lease {
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  /** '' where nobody holds it. */
  readonly holder: string;
  /** How long a holder may be silent; 0 where the lease does not say. */
  readonly durationSeconds: number;
  /** RFC 3339 with milliseconds, by the holder's clock; '' where the lease does not say. For people only. */
  readonly acquiredAt: string;
  readonly renewedAt: string;
  /** How often it was acquired, which is the epoch of who leads. */
  readonly transitions: number;
}

export interface Observation {
  /** Absent where there is none. */
  readonly lease?: Lease;
  /** When this version of it was first seen. */
  readonly sinceMs: number;
  /** When it was last seen. */
  readonly atMs: number;
}

/** A lease that somebody edited must not keep everyone waiting for ever. */
const durationMsMax = 10 * 60_000;

export function observe(
  earlier: Observation | undefined,
  lease: Lease | undefined,
  atMs: number,
): Observation {
  if (!lease) return { sinceMs: atMs, atMs };
  const before = earlier?.lease;
  const isSame = before?.uid === lease.uid && before.resourceVersion === lease.resourceVersion;
  return { lease, sinceMs: earlier && isSame ? earlier.sinceMs : atMs, atMs };
}

/**
 * How long until it may be taken; 0 where it may be now. Who finds its own name in it takes it at once: it is
 * what a process of this name left that has ended.
 *
 * @param ownMs duration where the lease states none
 */
export function msUntilFree(
  { lease, sinceMs, atMs }: Observation,
  { identity, ownMs }: { readonly identity: string; readonly ownMs: number },
): number {
  if (!lease || lease.holder === '' || lease.holder === identity) return 0;
  const durationMs = Math.min(lease.durationSeconds * 1_000 || ownMs, durationMsMax);
  return Math.max(0, sinceMs + durationMs - atMs);
}
