// Original file: proto/ottoscaler/v1/scale.proto


/**
 * A wish for more workers (ScaleUp) or for fewer (ScaleDown). The same message serves both.
 */
export interface ScaleRequest {
  /**
   * The task the workers belong to: 1–253 bytes, no control or bidirectional characters. Empty is allowed in
   * ScaleDown only and means all scale tasks together; workers of pipelines are never touched.
   */
  'task_id'?: (string);
  /**
   * The source repository, handed to workers as OTTO_REPOSITORY. May be empty.
   */
  'repository'?: (string);
  /**
   * The commit to work on, handed to workers as OTTO_COMMIT_SHA. May be empty.
   */
  'commit_sha'?: (string);
  /**
   * ScaleUp: how many workers to add, from 1 to the configured maximum (100 unless configured).
   * ScaleDown: how many shall remain, 0 or more.
   */
  'worker_count'?: (number);
  /**
   * How each worker is built; ScaleDown ignores it. These keys have a meaning, and an empty value means
   * "not given":
   * image            image reference, at most 512 characters; default OTTO_AGENT_IMAGE
   * command          run as `sh -c` with the value as one argument, never interpolated; default: the worker
   * prints its task, repository and commit and exits with 0
   * timeout_seconds  0–86400; 0 = the configured maximum
   * cpu_request, cpu_limit        Kubernetes quantities, 10m–64
   * memory_request, memory_limit  Kubernetes quantities, 4Mi–256Gi
   * Every other key must be an environment name ([A-Za-z_][A-Za-z0-9_]*) and becomes one, except the reserved
   * LD_*, PATH, NODE_OPTIONS, OTTO_* and KUBERNETES_*. Command and environment together: at most 128 KiB.
   */
  'build_config'?: ({[key: string]: string});
  /**
   * Who asks, handed to workers as OTTO_TRIGGERED_BY. May be empty.
   */
  'triggered_by'?: (string);
  /**
   * Why, for people. May be empty.
   */
  'reason'?: (string);
  /**
   * Free data, at most 64 entries and 64 KiB. `request_id` is ours: `task_id` and `request_id` (empty when
   * absent) are the idempotency key. The same key with the same content answers ALREADY_PROCESSED with the
   * original names for 24 h; with other content the call fails with ALREADY_EXISTS.
   */
  'metadata'?: ({[key: string]: string});
}

/**
 * A wish for more workers (ScaleUp) or for fewer (ScaleDown). The same message serves both.
 */
export interface ScaleRequest__Output {
  /**
   * The task the workers belong to: 1–253 bytes, no control or bidirectional characters. Empty is allowed in
   * ScaleDown only and means all scale tasks together; workers of pipelines are never touched.
   */
  'task_id': (string);
  /**
   * The source repository, handed to workers as OTTO_REPOSITORY. May be empty.
   */
  'repository': (string);
  /**
   * The commit to work on, handed to workers as OTTO_COMMIT_SHA. May be empty.
   */
  'commit_sha': (string);
  /**
   * ScaleUp: how many workers to add, from 1 to the configured maximum (100 unless configured).
   * ScaleDown: how many shall remain, 0 or more.
   */
  'worker_count': (number);
  /**
   * How each worker is built; ScaleDown ignores it. These keys have a meaning, and an empty value means
   * "not given":
   * image            image reference, at most 512 characters; default OTTO_AGENT_IMAGE
   * command          run as `sh -c` with the value as one argument, never interpolated; default: the worker
   * prints its task, repository and commit and exits with 0
   * timeout_seconds  0–86400; 0 = the configured maximum
   * cpu_request, cpu_limit        Kubernetes quantities, 10m–64
   * memory_request, memory_limit  Kubernetes quantities, 4Mi–256Gi
   * Every other key must be an environment name ([A-Za-z_][A-Za-z0-9_]*) and becomes one, except the reserved
   * LD_*, PATH, NODE_OPTIONS, OTTO_* and KUBERNETES_*. Command and environment together: at most 128 KiB.
   */
  'build_config': ({[key: string]: string});
  /**
   * Who asks, handed to workers as OTTO_TRIGGERED_BY. May be empty.
   */
  'triggered_by': (string);
  /**
   * Why, for people. May be empty.
   */
  'reason': (string);
  /**
   * Free data, at most 64 entries and 64 KiB. `request_id` is ours: `task_id` and `request_id` (empty when
   * absent) are the idempotency key. The same key with the same content answers ALREADY_PROCESSED with the
   * original names for 24 h; with other content the call fails with ALREADY_EXISTS.
   */
  'metadata': ({[key: string]: string});
}
