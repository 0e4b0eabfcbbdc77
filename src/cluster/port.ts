/**
 * The cluster port: all that Ottoscaler asks of a Kubernetes API server.
 *
 * Every method speaks about one namespace and about objects that carry `managed-by=ottoscaler`. Every
 * method may reject with a {@link ClusterError} and with nothing else. One conformance suite
 * (`test/contract/cluster.suite.ts`) holds every adapter to the comments below.
 */
import type { Lease } from '../machines/leadership/lease.ts';
import type { UsageSample } from '../machines/pipeline/usage.ts';
import type { ObservedPod } from '../machines/pod.ts';

/** The label that marks our objects; `kubectl get pods -l managed-by=ottoscaler` lists exactly the workers. */
export const managedBy = { key: 'managed-by', value: 'ottoscaler' } as const;

/** The annotation that {@link ObservedPod.specHash} is read from. */
export const specHashAnnotation = 'ottoscaler.io/spec-hash';

export type ClusterErrorCode =
  /** 409 on create: the name is taken. */
  | 'already-exists'
  /** 409 on update or delete: the resourceVersion or UID precondition does not hold. */
  | 'conflict'
  | 'not-found'
  /** 400, 413 or 422: the object itself is wrong; the same request can never succeed. */
  | 'invalid'
  /** 403 because a ResourceQuota or LimitRange refuses it for now. */
  | 'quota'
  /** 403 because the ServiceAccount lacks the right (or the namespace is terminating). */
  | 'forbidden'
  | 'unauthorized'
  /** 429; {@link ClusterError.retryAfterMs} holds what the server asked for. */
  | 'throttled'
  /** 410: the watch position or the continue token is too old. */
  | 'expired'
  /** 5xx, refused, reset or malformed answer. A write may have been applied. */
  | 'unavailable'
  /** No answer in time. A write may have been applied. */
  | 'timeout';

/** Never carries headers or bodies: `message` is one sentence made from the server's `Status`. */
export class ClusterError extends Error {
  override readonly name = 'ClusterError';
  readonly code: ClusterErrorCode;
  /** HTTP status, 0 where there was no answer. */
  readonly status: number;
  /** From `Retry-After`, clamped to 0–60 000 ms; absent where the server asked for nothing. */
  declare readonly retryAfterMs?: number;

  constructor(
    code: ClusterErrorCode,
    message: string,
    detail: { status?: number; retryAfterMs?: number } = {},
  ) {
    super(message);
    this.code = code;
    this.status = detail.status ?? 0;
    if (detail.retryAfterMs !== undefined) this.retryAfterMs = detail.retryAfterMs;
  }
}

export interface OwnerReference {
  readonly apiVersion: 'v1';
  readonly kind: 'ConfigMap';
  readonly name: string;
  readonly uid: string;
  readonly controller: true;
  /** False: the owner's deletion must never wait for our Pods. */
  readonly blockOwnerDeletion: false;
}

export interface ContainerManifest {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env: ReadonlyArray<{ readonly name: string; readonly value: string }>;
  readonly resources: {
    readonly requests: Readonly<Record<string, string>>;
    readonly limits: Readonly<Record<string, string>>;
  };
  readonly imagePullPolicy?: 'IfNotPresent' | 'Always' | 'Never';
  readonly securityContext?: Readonly<Record<string, unknown>>;
}

/** The allow-list of fields that a worker Pod is made of. Nothing else ever reaches the API server. */
export interface PodManifest {
  readonly apiVersion: 'v1';
  readonly kind: 'Pod';
  readonly metadata: {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
    readonly ownerReferences: readonly OwnerReference[];
  };
  readonly spec: {
    readonly restartPolicy: 'Never';
    readonly activeDeadlineSeconds?: number;
    readonly terminationGracePeriodSeconds: number;
    readonly automountServiceAccountToken: false;
    readonly enableServiceLinks: false;
    readonly securityContext?: Readonly<Record<string, unknown>>;
    readonly containers: readonly ContainerManifest[];
  };
}

/** A change of the world as the reflector saw it; truth is the latest one, not their number. */
export type PodFact =
  | { readonly type: 'pod.observed'; readonly pod: ObservedPod }
  /** The Pod with this UID is gone from the API server. `last` is its last observed state. */
  | { readonly type: 'pod.lost'; readonly name: string; readonly uid: string; readonly last: ObservedPod };

export interface PodObserver {
  /**
   * The first complete, consistent list. Called once, before any `changed`. It may be older than what was
   * written before it was asked for: what it lacks proves nothing until it was looked for by name.
   * Later relists arrive as `changed` with the difference by UID.
   */
  listed(pods: readonly ObservedPod[]): void;
  /** Facts in the order of the watch; one call may carry all events of one chunk. */
  changed(facts: readonly PodFact[]): void;
  /** The watch was lost (`since`: a sentence why) or works again. Facts are late meanwhile, never wrong. */
  health(state: { readonly healthy: boolean; readonly reason: string }): void;
}

export interface Reflection {
  /** Stops list and watch; no callback after it resolves. */
  stop(): Promise<void>;
}

/** CPU in cores and resident memory of all containers of a Pod together, lately. */
export type PodUsage = UsageSample;

/** Which part of a container's log is asked for. */
export interface LogRead {
  readonly container: string;
  /** RFC 3339. Cut to whole seconds by the server; lines of that second are still there. */
  readonly sinceTime?: string;
  /** Begins at most so many lines before the end of what is there now. */
  readonly tailLines?: number;
  /** Ends after so many bytes, also amid a line. */
  readonly bytesMax?: number;
  /** Goes on with what the container writes. */
  readonly follow: boolean;
  readonly signal: AbortSignal;
}

export interface PodApi {
  /** Rejects with `already-exists` where the name is taken, by whomever. */
  create(manifest: PodManifest): Promise<ObservedPod>;
  /** A quorum read: what it returns was true after the call began. */
  read(name: string): Promise<ObservedPod | undefined>;
  /**
   * Asks for graceful deletion of exactly this UID. `gone`: there is no such Pod any more (404, or another
   * UID under the name). Never forces: absence comes as `pod.lost`.
   */
  delete(name: string, uid: string): Promise<'deleting' | 'gone'>;
  /** List and watch until stopped. Heals itself; never throws into the observer's stack. */
  reflect(observer: PodObserver): Reflection;
  /**
   * The log of a container in the pieces that the network brought, each line with the time of its writing and a
   * space before it. Its end does not mean that the container has ended; it ends at once where the container has
   * not begun to log. Rejects with `not-found` where there is no such Pod, with `unavailable` where `signal` aborts.
   * Follows have connections of their own: no number of them makes other calls wait.
   */
  followLog(name: string, read: LogRead): AsyncIterable<Buffer>;
  /**
   * What our Pods use, where metrics.k8s.io answers; undefined where the cluster has no such API, or we may
   * not use it. Pods that have not been measured are left out.
   */
  usage(): Promise<readonly PodUsage[] | undefined>;
}

/** One ConfigMap: the ledger of a command. */
export interface StoredRecord {
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly data: Readonly<Record<string, string>>;
}

export type NewRecord = Pick<StoredRecord, 'name' | 'labels' | 'data'>;

export interface RecordApi {
  /** Adds our `managed-by` label. Rejects with `already-exists` where the name is taken. */
  create(record: NewRecord): Promise<StoredRecord>;
  /** A quorum read. */
  read(name: string): Promise<StoredRecord | undefined>;
  /** Compare-and-swap on UID and resourceVersion; `conflict` where another writer was first, `not-found` where it is gone. */
  update(record: StoredRecord): Promise<StoredRecord>;
  /** Deletes exactly this UID at this resourceVersion; `gone` where there is none, `conflict` where it changed. */
  delete(record: Pick<StoredRecord, 'name' | 'uid' | 'resourceVersion'>): Promise<'deleted' | 'gone'>;
  /** All records of ours in pages of at most 500, each page consistent with the first. */
  list(): AsyncIterable<readonly StoredRecord[]>;
}

/** One Lease of `coordination.k8s.io`: who leads. */
export type StoredLease = Lease;

export type NewLease = Omit<StoredLease, 'uid' | 'resourceVersion'>;

/** Never waits behind Pods and records: a leader that cannot renew in time is none. */
export interface LeaseApi {
  /** A quorum read. */
  read(name: string): Promise<StoredLease | undefined>;
  /** Rejects with `already-exists` where the name is taken. */
  create(lease: NewLease): Promise<StoredLease>;
  /** Compare-and-swap on UID and resourceVersion; `conflict` where another writer was first, `not-found` where it is gone. */
  update(lease: StoredLease): Promise<StoredLease>;
}

/** Something that became of an object of ours, for people. */
export interface ClusterEvent {
  readonly about: { readonly kind: 'Pod' | 'ConfigMap'; readonly name: string; readonly uid: string };
  readonly type: 'Normal' | 'Warning';
  /** One word in CamelCase. */
  readonly reason: string;
  /** One sentence, at most 1 024 bytes. */
  readonly message: string;
  /** Epoch ms. */
  readonly atMs: number;
}

export interface EventApi {
  /** Rejects with `forbidden` where we lack the right, which is optional. */
  create(event: ClusterEvent): Promise<void>;
}

/**
 * Asked right before a write of a Pod or a record leaves; where it says no, the write rejects as `unavailable`
 * and was certainly not sent. Leases are exempt: they decide the answer.
 */
export type MayWrite = () => boolean;

export interface Cluster {
  readonly namespace: string;
  readonly pods: PodApi;
  readonly records: RecordApi;
  readonly leases: LeaseApi;
  /** Absent where nobody could read them. */
  readonly events?: EventApi;
  /** One cheap authenticated call; rejects with the reason why the cluster cannot be used. */
  probe(): Promise<{ readonly version: string }>;
  close(): Promise<void>;
}
