/** The vocabulary between a worker, its pool and the effects that a worker asks for. */
import type { ObservedPod } from '../pod.ts';
import type { EndedWorker, Outcome, Refusal, WorkerOrder, WorkerSlot } from './order.ts';

/** Commands are imperative, facts past tense. */
export type WorkerEvent =
  | { readonly type: 'worker.admit' }
  /** `reason` becomes the evidence of the failure `deleted`. */
  | { readonly type: 'worker.terminate'; readonly reason: string }
  | { readonly type: 'pod.observed'; readonly pod: ObservedPod }
  | { readonly type: 'pod.lost'; readonly uid: string; readonly last: ObservedPod };

/** What a worker tells the pool. `id` is the worker's id, its Pod's name. */
export type WorkerReport =
  /** No capacity: it waits in line. Sent by the pool itself on the worker's behalf. */
  | { readonly type: 'worker.queued'; readonly id: string }
  /** The Pod exists. */
  | { readonly type: 'worker.created'; readonly id: string }
  /** Its container runs. */
  | { readonly type: 'worker.running'; readonly id: string }
  | {
      readonly type: 'worker.ended';
      readonly id: string;
      readonly outcome: Outcome;
      readonly refusal: Refusal | undefined;
    }
  /** The outcome is durable. `isTerminal`: the Pod has ended by itself or never was, so nothing of it runs. */
  | {
      readonly type: 'worker.recorded';
      readonly id: string;
      readonly ended: EndedWorker;
      readonly isTerminal: boolean;
    }
  /** It no longer occupies capacity: terminal, absent, or stuck terminating. May come more than once. */
  | { readonly type: 'worker.freed'; readonly id: string }
  /** The outcome is durable and the deletion accepted, or there was nothing to delete. */
  | { readonly type: 'worker.settled'; readonly id: string }
  /** Absence is confirmed; the actor is over. */
  | { readonly type: 'worker.finished'; readonly id: string; readonly ended: EndedWorker }
  /** A Pod under this worker's name that is ours but not its own. */
  | { readonly type: 'worker.strayed'; readonly id: string; readonly pod: ObservedPod };

/** What an effect is given to work with. */
export interface WorkerTarget {
  readonly order: WorkerOrder;
  readonly slot: WorkerSlot;
}

/** What is to be recorded of a worker that has ended. */
export interface Ending extends WorkerTarget {
  readonly outcome: Outcome;
  readonly refusal: Refusal | undefined;
  readonly pod: ObservedPod | undefined;
}

/** Answer of the effect `createPod`; it never rejects for anything that a cluster can do. */
export type CreateReply =
  /** Created, or found as ours by owner UID and spec hash after a 409. */
  | { readonly kind: 'exists'; readonly pod: ObservedPod }
  /** Not now: quota, throttling, an unreachable API server, an old Pod of that name still terminating. */
  | {
      readonly kind: 'retry';
      readonly cause: 'quota' | 'unavailable' | 'occupied';
      readonly reason: string;
      readonly afterMs: number;
    }
  /** Never: the API server refuses the object, or the name is taken by a Pod that is not ours. */
  | {
      readonly kind: 'refused';
      readonly cause: Refusal;
      readonly reason: string;
    };

/** Answer of the effect `deletePod`. */
export type DeleteReply =
  | { readonly kind: 'gone' }
  | { readonly kind: 'deleting' }
  | { readonly kind: 'retry'; readonly reason: string; readonly afterMs: number };
