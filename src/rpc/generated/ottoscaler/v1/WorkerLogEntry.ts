// Original file: proto/ottoscaler/v1/log_forwarding.proto

import type { WorkerMetadata as _ottoscaler_v1_WorkerMetadata, WorkerMetadata__Output as _ottoscaler_v1_WorkerMetadata__Output } from '../../ottoscaler/v1/WorkerMetadata.ts';

/**
 * One log line on its way from Ottoscaler to otto-handler.
 */
export interface WorkerLogEntry {
  /**
   * The worker that printed it.
   */
  'worker_id'?: (string);
  /**
   * The task that worker belongs to.
   */
  'task_id'?: (string);
  /**
   * When the container runtime took the line, RFC 3339 with nanoseconds.
   */
  'timestamp'?: (string);
  /**
   * "INFO", "ERROR", "DEBUG" or "WARN".
   */
  'level'?: (string);
  /**
   * "stdout", or "stderr" where it is really known to be so.
   */
  'source'?: (string);
  /**
   * The line, without its line break.
   */
  'message'?: (string);
  /**
   * Where the worker runs.
   */
  'pod_metadata'?: (_ottoscaler_v1_WorkerMetadata | null);
  /**
   * `otto.seq` and `otto.stream` identify the line; a gap in the numbers is marked, never silent.
   */
  'metadata'?: ({[key: string]: string});
}

/**
 * One log line on its way from Ottoscaler to otto-handler.
 */
export interface WorkerLogEntry__Output {
  /**
   * The worker that printed it.
   */
  'worker_id': (string);
  /**
   * The task that worker belongs to.
   */
  'task_id': (string);
  /**
   * When the container runtime took the line, RFC 3339 with nanoseconds.
   */
  'timestamp': (string);
  /**
   * "INFO", "ERROR", "DEBUG" or "WARN".
   */
  'level': (string);
  /**
   * "stdout", or "stderr" where it is really known to be so.
   */
  'source': (string);
  /**
   * The line, without its line break.
   */
  'message': (string);
  /**
   * Where the worker runs.
   */
  'pod_metadata': (_ottoscaler_v1_WorkerMetadata__Output | null);
  /**
   * `otto.seq` and `otto.stream` identify the line; a gap in the numbers is marked, never silent.
   */
  'metadata': ({[key: string]: string});
}
