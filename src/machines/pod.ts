/**
 * The facts about a worker Pod that decisions are made from.
 *
 * An adapter maps the API server's JSON to this one type and keeps nothing else: ten thousand raw Pods
 * are 40 MB, ten thousand of these are 10. Everything here was observed, nothing is inferred.
 */

export type PodPhase = 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';

/** State of the Pod's main container (the first of `spec.containers`). Times are RFC 3339. */
export type ContainerState =
  | { readonly kind: 'waiting'; readonly reason: string; readonly message: string }
  | { readonly kind: 'running'; readonly startedAt: string }
  | {
      readonly kind: 'terminated';
      readonly exitCode: number;
      readonly reason: string;
      readonly message: string;
      readonly startedAt: string;
      readonly finishedAt: string;
    };

export interface ObservedPod {
  readonly name: string;
  readonly uid: string;
  /** Opaque; only ever compared for equality. */
  readonly resourceVersion: string;
  /** Name and UID of the controlling owner (our ledger), absent on a Pod that has none. */
  readonly owner?: { readonly name: string; readonly uid: string };
  /** The `ottoscaler.io/spec-hash` annotation: what the creator meant the Pod to be. */
  readonly specHash?: string;
  readonly phase: PodPhase;
  /** `status.reason` and `status.message`, for example `Evicted`, `DeadlineExceeded`, `NodeLost`. */
  readonly reason: string;
  readonly message: string;
  /** True once `metadata.deletionTimestamp` is set, whoever asked for it. */
  readonly deleting: boolean;
  /** Message of a `PodScheduled=False` condition, for example `0/1 nodes are available: ...`. */
  readonly unschedulable?: string;
  /** Message or reason of a `DisruptionTarget=True` condition. */
  readonly disrupted?: string;
  readonly container?: ContainerState;
  readonly createdAt: string;
  readonly nodeName: string;
  readonly podIp: string;
}

/** Its container runs, or has run. */
export function hasBegun({ container }: ObservedPod): boolean {
  return container !== undefined && container.kind !== 'waiting';
}

/** A terminal phase never changes again and its containers use no resources. */
export function isTerminal(pod: ObservedPod): boolean {
  return pod.phase === 'Succeeded' || pod.phase === 'Failed';
}
