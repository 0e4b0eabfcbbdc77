/** What the ledger's effects answer to a scale command, and what the command answers to its caller. */
import type { EndedWorker, WorkerOrder, WorkerSlot } from '../worker/order.ts';

/** One slot as the ledger knows it. */
export interface LedgerSlot {
  readonly slot: WorkerSlot;
  /** Present once the worker's outcome is recorded. */
  readonly ended?: EndedWorker;
}

/** An accepted scale-up whose work is not yet over. */
export interface OpenScaleUp {
  readonly order: WorkerOrder;
  readonly slots: readonly LedgerSlot[];
  /** The ledger says that every Pod was created once. */
  readonly created: boolean;
  /** The ledger says that the command was accepted: from then on it is never undone. */
  readonly promised: boolean;
}

/** Why a command could not be accepted; the rpc layer turns each into one gRPC status. */
export type RefusalCode = 'differs' | 'invalid' | 'forbidden' | 'unavailable' | 'exhausted' | 'precondition';

export interface Refused {
  readonly kind: 'refused';
  readonly code: RefusalCode;
  readonly reason: string;
}

export type OpenScaleUpReply =
  /** The intent is durable, and new. */
  | ({ readonly kind: 'opened' } & OpenScaleUp)
  /** The same content was accepted before and is not over, yet nobody here works on it: go on with it. */
  | ({ readonly kind: 'resumed' } & OpenScaleUp)
  /** The same content was accepted before and is over. */
  | { readonly kind: 'replayed'; readonly podNames: readonly string[]; readonly acceptedAt: string }
  | Refused;

export interface OpenScaleDown {
  readonly ledgerName: string;
  readonly podNames: readonly string[];
  readonly acceptedAt: string;
}

export type OpenScaleDownReply =
  ({ readonly kind: 'opened' | 'resumed' | 'replayed' } & OpenScaleDown) | Refused;

/** What a scale command answers: all that a ScaleResponse says, without the wire's types. */
export type ScaleAnswer =
  | {
      readonly kind: 'accepted';
      /** True where the command had been accepted before. */
      readonly replayed: boolean;
      readonly podNames: readonly string[];
      /** RFC 3339. */
      readonly acceptedAt: string;
      /** How many of `podNames` failed before their Pod existed, or could not be terminated yet. */
      readonly failedCount: number;
      readonly message: string;
    }
  | Refused;

export function refused(code: RefusalCode, reason: string): Refused {
  return { kind: 'refused', code, reason };
}

/** The answer to a command that was accepted before: the names of then, whatever became of them. */
export function replay(earlier: {
  readonly podNames: readonly string[];
  readonly acceptedAt: string;
}): ScaleAnswer {
  const { podNames, acceptedAt } = earlier;
  return {
    kind: 'accepted',
    replayed: true,
    podNames,
    acceptedAt,
    failedCount: 0,
    message: 'already processed',
  };
}
