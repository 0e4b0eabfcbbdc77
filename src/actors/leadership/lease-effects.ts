/**
 * The effects of the leadership chart: one call of the lease each, and what its answer means.
 *
 * Every acquisition raises `transitions`, also one by the holder's own name: a process that was started again
 * is another leader as far as writes of the former one are concerned that are still on their way.
 */
import { ClusterError, type Cluster } from '../../cluster/port.ts';
import { messageOf } from '../../error-message.ts';
import type {
  AcquireReply,
  Held,
  LeadershipInput,
  ReadReply,
  RenewReply,
} from '../../machines/leadership/events.ts';
import type { Lease } from '../../machines/leadership/lease.ts';
import type { Clock } from '../ports.ts';

export interface LeaseDeps {
  readonly cluster: Pick<Cluster, 'leases'>;
  /** Only for the times that people read. */
  readonly clock: Pick<Clock, 'now'>;
  /** Milliseconds of a clock that never jumps. */
  readonly monotonicMs: () => number;
}

export async function readLease({ cluster, monotonicMs }: LeaseDeps, leaseName: string): Promise<ReadReply> {
  try {
    const lease = await cluster.leases.read(leaseName);
    return { kind: 'seen', ...(lease ? { lease } : {}), atMs: monotonicMs() };
  } catch (error) {
    return { kind: 'failed', reason: messageOf(error) };
  }
}

export async function acquireLease(
  deps: LeaseDeps,
  { leaseName: name, identity: holder, durationMs, seen }: LeadershipInput & { seen: Lease | undefined },
): Promise<AcquireReply> {
  const now = nowOf(deps);
  const durationSeconds = durationMs / 1_000;
  const ours = { name, holder, durationSeconds, acquiredAt: now, renewedAt: now };
  const { leases } = deps.cluster;
  try {
    return await held(deps, () =>
      seen
        ? leases.update({ ...seen, ...ours, transitions: seen.transitions + 1 })
        : leases.create({ ...ours, transitions: 1 }),
    );
  } catch (error) {
    return { kind: 'failed', reason: messageOf(error) };
  }
}

export async function renewLease(deps: LeaseDeps, lease: Lease, epoch: number): Promise<RenewReply> {
  try {
    const transitions = Math.max(lease.transitions, epoch);
    return await held(deps, () =>
      deps.cluster.leases.update({ ...lease, transitions, renewedAt: nowOf(deps) }),
    );
  } catch (error) {
    const code = error instanceof ClusterError ? error.code : undefined;
    if (code === 'not-found') return { kind: 'taken', reason: 'the lease was deleted' };
    return code === 'conflict' ? await whoHas(deps, lease) : { kind: 'failed', reason: messageOf(error) };
  }
}

/** A conflict may be our own renewal whose answer was lost, or somebody's remark in the margin. */
async function whoHas({ cluster }: LeaseDeps, ours: Lease): Promise<RenewReply> {
  try {
    const lease = await cluster.leases.read(ours.name);
    const isOurs =
      lease?.uid === ours.uid && lease.holder === ours.holder && lease.acquiredAt === ours.acquiredAt;
    if (isOurs) return { kind: 'moved', lease };
    return { kind: 'taken', reason: `${lease?.holder || 'nobody'} holds the lease now` };
  } catch (error) {
    return { kind: 'failed', reason: messageOf(error) };
  }
}

/** Once: a lease that cannot be given back expires. */
export async function releaseLease(
  { cluster: { leases } }: LeaseDeps,
  { leaseName, identity }: Pick<LeadershipInput, 'leaseName' | 'identity'>,
): Promise<void> {
  const lease = await leases.read(leaseName);
  if (lease?.holder === identity) await leases.update({ ...lease, holder: '' });
}

async function held({ monotonicMs }: LeaseDeps, write: () => Promise<Lease>): Promise<Held> {
  const sentMs = monotonicMs();
  const lease = await write();
  return { kind: 'held', lease, sentMs, heardMs: monotonicMs() };
}

const nowOf = ({ clock }: LeaseDeps) => new Date(clock.now()).toISOString();
