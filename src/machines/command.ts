/**
 * The commands the orchestrator accepts, after validation.
 *
 * Plain data: bounded, sorted where order carries no meaning, and free of the
 * wire's types. Whoever holds one may trust it; whoever builds one has checked
 * every field against the contract. Sorted pairs instead of objects keep keys
 * that come from users (`__proto__` among them) inert and make hashes stable.
 */

/** What one worker Pod of a scale command shall be; built by validation, never by merging user input. */
export interface WorkerTemplate {
  /** Image reference; '' = the configured default. */
  readonly image: string;
  /** Run as `sh -c <command>`, as one argument that is never interpolated. */
  readonly command?: string;
  /**
   * Kubernetes' `command` and `args`, never interpolated; at least one of them is not empty. An empty command
   * is the image's own. Never beside `command`.
   */
  readonly exec?: { readonly command: readonly string[]; readonly args: readonly string[] };
  /** 0 = the configured maximum. */
  readonly timeoutSeconds: number;
  /** The user's own environment, sorted by name. */
  readonly env: ReadonlyArray<readonly [name: string, value: string]>;
  /** Kubernetes quantities as the user wrote them. */
  readonly resources: {
    readonly cpuRequest?: string;
    readonly cpuLimit?: string;
    readonly memoryRequest?: string;
    readonly memoryLimit?: string;
  };
}

/** Adds `workerCount` workers for `taskId`. The idempotency key is (taskId, requestId). */
export interface ScaleUpCommand {
  readonly kind: 'scale-up';
  readonly taskId: string;
  /** `metadata["request_id"]`; '' when absent. */
  readonly requestId: string;
  readonly repository: string;
  readonly commitSha: string;
  readonly workerCount: number;
  readonly template: WorkerTemplate;
  readonly triggeredBy: string;
  readonly reason: string;
  /** Sorted by key, without `request_id`. */
  readonly metadata: ReadonlyArray<readonly [key: string, value: string]>;
}

/** Terminates workers until `target` remain. */
export interface ScaleDownCommand {
  readonly kind: 'scale-down';
  /** '' = all scale tasks together; pipelines' workers are never touched. */
  readonly taskId: string;
  /** `metadata["request_id"]`; '' when absent. */
  readonly requestId: string;
  readonly target: number;
  readonly triggeredBy: string;
  readonly reason: string;
}

/** The phases a status query can ask for. */
export type StatusFilter = 'running' | 'pending' | 'succeeded' | 'failed';

/** Which workers a status query is about; '' matches every one. */
export interface StatusQuery {
  readonly taskId: string;
  readonly podName: string;
  readonly status?: StatusFilter;
}
