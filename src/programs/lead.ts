/**
 * Who leads, as far as the server is concerned: one of several that were elected by a Lease, or the only one.
 */
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { Leader } from '../actors/leadership/leader.ts';
import { unfenced, type Fence } from '../actors/ledger/fence.ts';
import type { Cluster } from '../cluster/port.ts';
import type { Settings } from '../config/settings.ts';
import type { Logger } from '../log.ts';
import type { LeadershipInput } from '../machines/leadership/events.ts';
import { systemClock } from './clock.ts';

export interface Leadership {
  /** Stamps ledgers and ends what writes them. */
  readonly fence: Fence;
  /** Resolves when this process leads. */
  readonly led: Promise<void>;
  /** Resolves when it leads no more and has not resigned: it must not act, and ends. */
  readonly lost: Promise<'lost'>;
  readonly mayWrite: () => boolean;
  /** Why it answers nothing, as a clause; undefined while it leads. */
  readonly standsBy: () => string | undefined;
  /** Gives the lease back, so that another takes over at once. */
  readonly resign: () => Promise<void>;
}

export function elect(cluster: Cluster, log: Logger, settings: Settings): Leadership {
  if (!settings.LEADER_ELECTION) return alone;
  const deps = { cluster, log, clock: systemClock, monotonicMs: () => performance.now() };
  const leader = new Leader(deps, leadershipOf(settings)).start();
  return {
    fence: leader,
    led: leader.led,
    lost: lostOf(leader),
    mayWrite: () => leader.mayWrite(),
    standsBy: () => leader.standsBy,
    resign: () => leader.resign(),
  };
}

const alone: Leadership = {
  fence: unfenced,
  led: Promise.resolve(),
  lost: new Promise(() => undefined),
  mayWrite: () => true,
  standsBy: () => undefined,
  resign: () => Promise.resolve(),
};

async function lostOf(leader: Leader): Promise<'lost'> {
  const end = await leader.ended;
  return end === 'lost' ? end : new Promise(() => undefined);
}

function leadershipOf(s: Settings): LeadershipInput {
  return {
    leaseName: s.LEASE_NAME,
    identity: s.OTTO_IDENTITY || `${hostname()}-${randomBytes(4).toString('hex')}`,
    durationMs: s.LEASE_SECONDS * 1_000,
    renewMs: s.LEASE_RENEW_SECONDS * 1_000,
    retryMs: s.LEASE_RETRY_SECONDS * 1_000,
  };
}
