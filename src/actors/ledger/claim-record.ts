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
import { FencedError, type Fence } from './fence.ts';
import type { Immutable } from './record.ts';

export interface ClaimDeps {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly random: Random;
  /** Default: nobody else writes these ledgers. */
  readonly fence?: Fence;
}

/** A ledger as decoded: the part that never changes, and the one that does. */
interface Decoded {
  readonly ledger: Immutable;
  readonly state: unknown;
}

/** How a ledger that is there already is read. */
export interface Reader<Known extends Decoded> {
  /** @throws Error naming the record and what is wrong with it. */
  readonly decode: (record: StoredRecord) => Known;
  /** The book's own: before anything follows from a ledger that another process wrote. */
  readonly takeOver: (record: StoredRecord) => Promise<StoredRecord | undefined>;
}

export interface Intent<Known extends Decoded> extends Reader<Known> {
  readonly record: NewRecord;
  /** What `record` says. */
  readonly ours: Known;
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
  { record: { name }, ours, decode, takeOver, differs }: Intent<Known>,
): Promise<Claimed<Known> | undefined> {
  try {
    const found = await cluster.records.read(name);
    if (!found) return undefined;
    if (decode(found).ledger.hash !== ours.ledger.hash) return differs;
    const record = await takeOver(found);
    if (!record) return undefined;
    const known = decode(record);
    return { kind: known.ledger.nonce === ours.ledger.nonce ? 'new' : 'known', record, ...known };
  } catch (error) {
    if (error instanceof ClusterError) return undefined;
    if (error instanceof FencedError) throw error;
    return refused('differs', String(error));
  }
}

export type Found<Known> =
  ({ readonly kind: 'found'; readonly record: StoredRecord } & Known) | { readonly kind: 'absent' } | Refused;

/** Reads a ledger that was accepted before. Tries until the cluster answers or the signal aborts. */
export async function findRecord<Known extends Decoded>(
  { cluster, clock, random }: ClaimDeps,
  name: string,
  { decode, takeOver }: Reader<Known>,
  signal: AbortSignal,
): Promise<Found<Known>> {
  let reason = 'no time was left';
  for (let tries = 0; !signal.aborted; tries++) {
    try {
      const found = await cluster.records.read(name);
      const record = found && (await takeOver(found));
      return record ? { kind: 'found', record, ...decode(record) } : { kind: 'absent' };
    } catch (error) {
      if (error instanceof FencedError) throw error;
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
