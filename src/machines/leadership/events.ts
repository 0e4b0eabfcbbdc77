/** The mailbox of the leadership chart, what it is started with, and what its effects answer. */
import type { Lease, Observation } from './lease.ts';

export type LeadershipEvent =
  /** Give the lease back, if it is held; nothing is to be written any more. */
  | { readonly type: 'leadership.resign' }
  /** Begin anew: somebody leads after us, or our time is over, found out by other means than the lease. */
  | { readonly type: 'leadership.stepDown'; readonly reason: string }
  /** Our epoch is to be greater than this one, which a ledger has from a lease that is there no more. */
  | { readonly type: 'leadership.outrank'; readonly epoch: number };

export interface LeadershipInput {
  readonly leaseName: string;
  readonly identity: string;
  /** How long others wait after our last renewal. */
  readonly durationMs: number;
  /** How long we act after our last renewal; less than `durationMs`. */
  readonly renewMs: number;
  /** Between two renewals, and between two looks of who stands by. */
  readonly retryMs: number;
}

export interface LeadershipContext extends LeadershipInput {
  readonly observed?: Observation;
  /** As last written by us. */
  readonly lease?: Lease;
  /** What the lease's `transitions` are to be at the next renewal; what they are is our epoch. */
  readonly epoch: number;
  /** Monotonic ms at which the last successful renewal was sent. */
  readonly renewedMs: number;
  /** How much of `renewMs` was left when its answer was heard. */
  readonly leftMs: number;
  /** What went wrong last, '' where nothing did. */
  readonly obstacle: string;
  /** Why it is lost. */
  readonly lostBecause: string;
}

export type ReadReply =
  | { readonly kind: 'seen'; readonly lease?: Lease; readonly atMs: number }
  | { readonly kind: 'failed'; readonly reason: string };

export interface Held {
  readonly kind: 'held';
  readonly lease: Lease;
  /** Monotonic ms: what was written was true when it was sent, not when the answer came. */
  readonly sentMs: number;
  readonly heardMs: number;
}

export type AcquireReply = Held | { readonly kind: 'failed'; readonly reason: string };

export type RenewReply =
  | Held
  /** Still ours, and changed by somebody or by a renewal of ours that was not answered: renew this one. */
  | { readonly kind: 'moved'; readonly lease: Lease }
  | { readonly kind: 'taken'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string };
