// Original file: proto/ottoscaler/v1/worker_status.proto


/**
 * Which workers to report. Empty fields match every worker.
 */
export interface WorkerStatusRequest {
  /**
   * Only workers of this task.
   */
  'task_id'?: (string);
  /**
   * Only the worker with this Pod name.
   */
  'worker_pod_name'?: (string);
  /**
   * Only workers in this status: "running", "pending", "succeeded" or "failed". Anything else is
   * INVALID_ARGUMENT.
   */
  'status_filter'?: (string);
}

/**
 * Which workers to report. Empty fields match every worker.
 */
export interface WorkerStatusRequest__Output {
  /**
   * Only workers of this task.
   */
  'task_id': (string);
  /**
   * Only the worker with this Pod name.
   */
  'worker_pod_name': (string);
  /**
   * Only workers in this status: "running", "pending", "succeeded" or "failed". Anything else is
   * INVALID_ARGUMENT.
   */
  'status_filter': (string);
}
