// Original file: proto/ottoscaler/v1/worker_status.proto


/**
 * One worker and its Pod, as last observed.
 */
export interface WorkerPodStatus {
  /**
   * The Pod's name.
   */
  'pod_name'?: (string);
  /**
   * The task the worker belongs to.
   */
  'task_id'?: (string);
  /**
   * "running", "pending", "succeeded" or "failed".
   */
  'status'?: (string);
  /**
   * When the Pod was created, RFC 3339; empty while it is not.
   */
  'created_at'?: (string);
  /**
   * When the worker's container started, RFC 3339; empty while it has not.
   */
  'started_at'?: (string);
  /**
   * When the worker ended, RFC 3339; empty while it has not.
   */
  'completed_at'?: (string);
  /**
   * The node the Pod is bound to; empty while it is not.
   */
  'node_name'?: (string);
  /**
   * The Pod's address; empty while it has none.
   */
  'pod_ip'?: (string);
  /**
   * The Pod's labels.
   */
  'labels'?: ({[key: string]: string});
  /**
   * Why the worker failed. Begins with the failure's name of a closed set
   * and gives its evidence: "exit-code: container worker exited with 7", "image-pull: …".
   */
  'error_message'?: (string);
  /**
   * Ours. Why the worker is where it is, in one clause: "waiting for capacity, at most 3600 s". Empty once
   * it is over.
   */
  'reason'?: (string);
  /**
   * Ours. The stage of the pipeline `task_id` that the worker belongs to; empty for a scale task's.
   */
  'stage_id'?: (string);
  /**
   * Ours. The latest line that a running worker wrote, as far as it was read; empty without one.
   */
  'last_line'?: (string);
}

/**
 * One worker and its Pod, as last observed.
 */
export interface WorkerPodStatus__Output {
  /**
   * The Pod's name.
   */
  'pod_name': (string);
  /**
   * The task the worker belongs to.
   */
  'task_id': (string);
  /**
   * "running", "pending", "succeeded" or "failed".
   */
  'status': (string);
  /**
   * When the Pod was created, RFC 3339; empty while it is not.
   */
  'created_at': (string);
  /**
   * When the worker's container started, RFC 3339; empty while it has not.
   */
  'started_at': (string);
  /**
   * When the worker ended, RFC 3339; empty while it has not.
   */
  'completed_at': (string);
  /**
   * The node the Pod is bound to; empty while it is not.
   */
  'node_name': (string);
  /**
   * The Pod's address; empty while it has none.
   */
  'pod_ip': (string);
  /**
   * The Pod's labels.
   */
  'labels': ({[key: string]: string});
  /**
   * Why the worker failed. Begins with the failure's name of a closed set
   * and gives its evidence: "exit-code: container worker exited with 7", "image-pull: …".
   */
  'error_message': (string);
  /**
   * Ours. Why the worker is where it is, in one clause: "waiting for capacity, at most 3600 s". Empty once
   * it is over.
   */
  'reason': (string);
  /**
   * Ours. The stage of the pipeline `task_id` that the worker belongs to; empty for a scale task's.
   */
  'stage_id': (string);
  /**
   * Ours. The latest line that a running worker wrote, as far as it was read; empty without one.
   */
  'last_line': (string);
}
