/** What a worker remembers, and the questions that its chart asks of it. All pure. */
import { failure, type Failure } from '../failure.ts';
import { judgePod, lostFailure, type Verdict } from '../judge-pod.ts';
import { isTerminal, type ObservedPod } from '../pod.ts';
import type { EndedWorker, Outcome, Refusal, WorkerOrder, WorkerSlot } from './order.ts';

/** What is known of the Pod's existence. */
type Presence =
  /** No create was ever sent. */
  | { readonly kind: 'none' }
  /** A create was sent; it may have been applied, or may yet be. */
  | { readonly kind: 'asked' }
  | { readonly kind: 'seen'; readonly pod: ObservedPod }
  | { readonly kind: 'gone'; readonly last?: ObservedPod };

export interface WorkerContext {
  readonly order: WorkerOrder;
  readonly slot: WorkerSlot;
  readonly presence: Presence;
  readonly outcome?: Outcome;
  /** Present once the outcome is in the ledger. */
  readonly ended?: EndedWorker;
  /** Why the last try to create or delete has to be repeated. */
  readonly obstacle?: { readonly cause: string; readonly reason: string; readonly afterMs: number };
  /** Why the API server will never take the Pod. */
  readonly refusal?: Refusal;
  /** Tries of the current effect so far; drives its backoff. */
  readonly tries: number;
  readonly elapsed: Elapsed;
  /** It may have been created, and a list did not have it: the API server is asked before anything is made of that. */
  readonly isMissing?: true;
  /** Someone asked for the end before the Pod's fate was known. */
  readonly termination?: string;
}

/** Durations in ms that a worker had already spent in a phase when this process took it over. */
export interface Elapsed {
  readonly queueMs: number;
  readonly pendingMs: number;
  readonly runMs: number;
}

export interface WorkerInput {
  readonly order: WorkerOrder;
  readonly slot: WorkerSlot;
  /** How far a former process came with this worker: its Pod, its recorded end, or neither. */
  readonly resume?: {
    readonly pod?: ObservedPod;
    readonly ended?: EndedWorker;
    /** Time used before this process, so that a restart never renews a deadline. */
    readonly elapsed?: Elapsed;
    /** The ledger says that every Pod was created, yet the list does not have this one: it may be older than the Pod. */
    readonly missing?: boolean;
  };
  /** All that this worker's actor knew when it crashed. Outranks `resume`. */
  readonly former?: WorkerContext;
}

export function initialContext({ order, slot, resume, former }: WorkerInput): WorkerContext {
  if (former) return former;
  // Its end is recorded before its Pod is deleted, so that it may be there although the list does not have it.
  const isMissing = !resume?.pod && (resume?.missing === true || resume?.ended !== undefined);
  const presence: Presence = resume?.pod
    ? { kind: 'seen', pod: resume.pod }
    : { kind: isMissing ? 'asked' : 'none' };
  const context: WorkerContext = {
    order,
    slot,
    presence,
    tries: 0,
    elapsed: resume?.elapsed ?? { queueMs: 0, pendingMs: 0, runMs: 0 },
    ...(isMissing ? { isMissing: true } : {}),
  };
  return resume?.ended ? { ...context, ended: resume.ended, outcome: resume.ended.outcome } : context;
}

export function podOf(c: WorkerContext): ObservedPod | undefined {
  return c.presence.kind === 'seen'
    ? c.presence.pod
    : c.presence.kind === 'gone'
      ? c.presence.last
      : undefined;
}

/** True where this Pod was made for this worker: our ledger owns it. */
export function isOwn(c: WorkerContext, pod: ObservedPod): boolean {
  return pod.owner?.uid === c.order.ledger.uid && pod.name === c.slot.podName;
}

/** True where this fact is about the very Pod that the worker has, or about its first. */
export function concernsOwnPod(c: WorkerContext, pod: ObservedPod): boolean {
  if (!isOwn(c, pod)) return false;
  if (c.presence.kind === 'seen') return c.presence.pod.uid === pod.uid;
  return c.presence.kind !== 'gone';
}

const phaseRank = { Pending: 0, Running: 1, Unknown: 1, Succeeded: 2, Failed: 2 } as const;

/** A late fact never undoes what was seen: a phase only advances, a deletion is never taken back. */
export function isStale(c: WorkerContext, pod: ObservedPod): boolean {
  if (c.presence.kind !== 'seen') return false;
  const seen = c.presence.pod;
  if (isTerminal(seen) && pod.phase !== seen.phase) return true;
  return phaseRank[pod.phase] < phaseRank[seen.phase] || (seen.deleting && !pod.deleting);
}

/** What the Pod's last state means; a vanished Pod still speaks if it was terminal when it went. */
export function verdictOf(c: WorkerContext): Verdict | undefined {
  const pod = podOf(c);
  return pod && (c.presence.kind === 'seen' || isTerminal(pod)) ? judgePod(pod) : undefined;
}

/** Why the worker fails now, or undefined where nothing speaks against it. */
export function failureNow(c: WorkerContext): Failure | undefined {
  const verdict = verdictOf(c);
  if (verdict?.kind === 'succeeded') return undefined;
  if (verdict?.kind === 'failed') return verdict.failure;
  if (c.termination !== undefined) return failure('deleted', c.termination);
  if (c.presence.kind !== 'gone') return undefined;
  return c.presence.last ? lostFailure(c.presence.last) : failure('unknown', 'the Pod is gone');
}

/** The failure of a worker that did not run within its pending deadline: what held it up, by name. */
export function pendingFailure(c: WorkerContext): Failure {
  const after = `not running after ${seconds(c.order.limits.pendingMs)}`;
  const pod = podOf(c);
  if (pod?.unschedulable !== undefined) return failure('unschedulable', pod.unschedulable);
  if (pod?.container?.kind === 'waiting' && /Image|Pull/.test(pod.container.reason)) {
    return failure('image-pull', `${pod.container.reason}: ${pod.container.message}`);
  }
  if (pod) return failure('deadline', `${after}: ${waitReason(c)}`);
  if (c.obstacle?.cause === 'quota') return failure('quota', c.obstacle.reason);
  return failure('create-rejected', `${after}: ${c.obstacle?.reason ?? 'the API server did not answer'}`);
}

export function waitReason(c: WorkerContext): string {
  const verdict = verdictOf(c);
  return verdict?.kind === 'starting' || verdict?.kind === 'unreachable'
    ? verdict.reason
    : 'waiting for the Pod';
}

/**
 * True while the worker's Pod may use resources: from admission until it is terminal or confirmed absent.
 * The states `queued` and `stuck` are the chart's to know; everything else follows from the Pod.
 */
export function mayUseResources(c: WorkerContext): boolean {
  if (c.presence.kind === 'asked') return true;
  return c.presence.kind === 'seen' && !isTerminal(c.presence.pod);
}

export function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`;
}
