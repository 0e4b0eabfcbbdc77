// Original file: proto/ottoscaler/v1/worker_registration.proto

import type { WorkerMetadata as _ottoscaler_v1_WorkerMetadata, WorkerMetadata__Output as _ottoscaler_v1_WorkerMetadata__Output } from '../../ottoscaler/v1/WorkerMetadata.ts';

/**
 * A worker announces that it will push its logs.
 */
export interface WorkerRegistration {
  /**
   * The worker, as in its OTTO_WORKER_ID.
   */
  'worker_id'?: (string);
  /**
   * The task it belongs to, as in its OTTO_TASK_ID.
   */
  'task_id'?: (string);
  /**
   * Where it runs.
   */
  'metadata'?: (_ottoscaler_v1_WorkerMetadata | null);
  /**
   * The endpoint it called, `host:port`.
   */
  'server_endpoint'?: (string);
}

/**
 * A worker announces that it will push its logs.
 */
export interface WorkerRegistration__Output {
  /**
   * The worker, as in its OTTO_WORKER_ID.
   */
  'worker_id': (string);
  /**
   * The task it belongs to, as in its OTTO_TASK_ID.
   */
  'task_id': (string);
  /**
   * Where it runs.
   */
  'metadata': (_ottoscaler_v1_WorkerMetadata__Output | null);
  /**
   * The endpoint it called, `host:port`.
   */
  'server_endpoint': (string);
}
