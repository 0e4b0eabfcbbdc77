/**
 * An intent becomes durable: one ledger under the name that is its idempotency key.
 *
 * A taken name is read: the same content means that the intent was accepted before (or just now, by a write
 * whose answer was lost: the nonce tells), other content that it must not be.
 */
import { ClusterError, type Cluster, type NewRecord, type StoredRecord } from '../../cluster/port.ts';
import { refused, type Refused, type RefusalCode } from '../../machines/scale/replies.ts';
import { backoffMs } from '../backoff.ts';
import { pause, type Clock, type Random } from '../ports.ts';
import type { Immutable } from './record.ts';

export interface ClaimDeps {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly random: Random;
}

/** A ledger as decoded: the part that never changes, and the one that does. */
interface Decoded {
  readonly ledger: Immutable;
  readonly state: unknown;
}

export interface Intent<Known extends Decoded> {
  readonly record: NewRecord;
  /** What `record` says. */
  readonly ours: Known;
  /** @throws Error naming the record and what is wrong with it. */
  readonly decode: (record: StoredRecord) => Known;
  /** The answer where the name holds other content. */
  readonly differs: Refused;
}

export type Claimed<Known> =
  ({ readonly kind: 'new' | 'known'; readonly record: StoredRecord } & Known) | Refused;

/** Tries until the cluster answers or the signal aborts. */
export async function claimRecord<Known extends Decoded>(
  deps: ClaimDeps,
  intent: Intent<Known>,
  signal: AbortSignal,
): Promise<Claimed<Known>> {
  let reason = 'no time was left';
  for (let tries = 0; !signal.aborted; tries++) {
    try {
      const record = await deps.cluster.records.create(intent.record);
      return { kind: 'new', record, ...intent.ours };
    } catch (error) {
      if (!(error instanceof ClusterError)) throw error;
      const known = error.code === 'already-exists' ? await readKnown(deps, intent) : refusalOf(error);
      if (known) return known;
      reason = error.message;
      await pause(deps.clock, backoffMs(tries, deps.random, error.retryAfterMs), signal);
    }
  }
  return refused('unavailable', `the cluster cannot be written to: ${reason}`);
}

/** @returns undefined where trying again may help. */
async function readKnown<Known extends Decoded>(
  { cluster }: ClaimDeps,
  { record: { name }, ours, decode, differs }: Intent<Known>,
): Promise<Claimed<Known> | undefined> {
  try {
    const record = await cluster.records.read(name);
    if (!record) return undefined;
    const known = decode(record);
    if (known.ledger.hash !== ours.ledger.hash) return differs;
    return { kind: known.ledger.nonce === ours.ledger.nonce ? 'new' : 'known', record, ...known };
  } catch (error) {
    if (error instanceof ClusterError) return undefined;
    return refused('differs', String(error));
  }
}

export type Found<Known> =
  ({ readonly kind: 'found'; readonly record: StoredRecord } & Known) | { readonly kind: 'absent' } | Refused;

/** Reads a ledger that was accepted before. Tries until the cluster answers or the signal aborts. */
export async function findRecord<Known extends Decoded>(
  { cluster, clock, random }: ClaimDeps,
  name: string,
  decode: (record: StoredRecord) => Known,
  signal: AbortSignal,
): Promise<Found<Known>> {
  let reason = 'no time was left';
  for (let tries = 0; !signal.aborted; tries++) {
    try {
      const record = await cluster.records.read(name);
      return record ? { kind: 'found', record, ...decode(record) } : { kind: 'absent' };
    } catch (error) {
      // What somebody spoiled is there, and cannot be gone on with.
      if (!(error instanceof ClusterError)) return refused('precondition', String(error));
      const never = refusalOf(error);
      if (never) return never;
      reason = error.message;
      await pause(clock, backoffMs(tries, random, error.retryAfterMs), signal);
    }
  }
  return refused('unavailable', `the cluster cannot be read: ${reason}`);
}

/** @returns undefined where trying again may help. */
function refusalOf(error: ClusterError): Refused | undefined {
  const never = (code: RefusalCode): Refused => refused(code, error.message);
  switch (error.code) {
    case 'invalid':
      return never('invalid');
    case 'forbidden':
      return never('forbidden');
    case 'quota':
      return never('exhausted');
    case 'already-exists':
    case 'conflict':
    case 'not-found':
    case 'unauthorized':
    case 'throttled':
    case 'expired':
    case 'unavailable':
    case 'timeout':
      return undefined;
  }
}
