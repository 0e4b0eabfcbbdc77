/**
 * What becomes of each call between a process and its API server.
 *
 * A call has two halves, the deed and the answer, and each may be late or never come: that is all that a
 * network and a crash can do to it.
 */
import { ClusterError, type ClusterErrorCode } from '../../../src/cluster/port.ts';

export type Verb =
  | 'pods.create'
  | 'pods.read'
  | 'pods.delete'
  | 'pods.log'
  | 'pods.list'
  | 'pods.usage'
  | 'records.create'
  | 'records.read'
  | 'records.update'
  | 'records.delete'
  | 'records.list'
  | 'leases.read'
  | 'leases.create'
  | 'leases.update'
  | 'probe';

export const writes: ReadonlySet<Verb> = new Set([
  'pods.create',
  'pods.delete',
  'records.create',
  'records.update',
  'records.delete',
  'leases.create',
  'leases.update',
]);

export interface ClusterCall {
  readonly verb: Verb;
  readonly name: string;
  /** Counts the calls of this verb in this process, from 1. */
  readonly nth: number;
  /** Counts the writes of this process, from 1; 0 for a read. */
  readonly write: number;
}

export type Fate =
  | { readonly kind: 'served' }
  /** The deed is not done. */
  | { readonly kind: 'refused'; readonly error: ClusterError }
  /** The deed is done, and its caller is told this. */
  | { readonly kind: 'unanswered'; readonly error: ClusterError }
  | { readonly kind: 'slow'; readonly beforeMs: number; readonly afterMs: number }
  /** The caller is told this first; the deed is done later, whether its process still lives or not. */
  | { readonly kind: 'late'; readonly error: ClusterError; readonly appliedAfterMs: number }
  /** kill -9 before the deed, after it but before the answer, or after the answer and before any other call. */
  | { readonly kind: 'killed'; readonly when: 'before' | 'unanswered' | 'after' };

export type FaultPlan = (call: ClusterCall) => Fate;

export const served: Fate = { kind: 'served' };
export const faultless: FaultPlan = () => served;

const statuses: Readonly<Record<ClusterErrorCode, number>> = {
  'already-exists': 409,
  conflict: 409,
  'not-found': 404,
  invalid: 422,
  quota: 403,
  forbidden: 403,
  unauthorized: 401,
  throttled: 429,
  expired: 410,
  unavailable: 503,
  timeout: 0,
};

export function fails(code: ClusterErrorCode, retryAfterMs?: number): ClusterError {
  return new ClusterError(code, `the model cluster says ${code}`, {
    status: statuses[code],
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

export const refused = (code: ClusterErrorCode, retryAfterMs?: number): Fate => ({
  kind: 'refused',
  error: fails(code, retryAfterMs),
});
export const unanswered = (code: ClusterErrorCode = 'timeout'): Fate => ({
  kind: 'unanswered',
  error: fails(code),
});

/** @returns a plan in which the calls of one verb meet these fates in turn, and all others are served. */
export function inTurn(verb: Verb, ...fates: readonly Fate[]): FaultPlan {
  return (call) => (call.verb === verb ? (fates[call.nth - 1] ?? served) : served);
}

/** @returns a plan in which every call of one verb meets this fate while `lasts`. */
export function always(verb: Verb, fate: Fate, lasts: () => boolean = () => true): FaultPlan {
  return (call) => (call.verb === verb && lasts() ? fate : served);
}

/** @returns the first plan's fate that is not plain service. */
export function together(...plans: readonly FaultPlan[]): FaultPlan {
  return (call) => plans.map((plan) => plan(call)).find((fate) => fate.kind !== 'served') ?? served;
}
