// Original file: proto/ottoscaler/v1/log_forwarding.proto

import type { WorkerLogEntry as _ottoscaler_v1_WorkerLogEntry, WorkerLogEntry__Output as _ottoscaler_v1_WorkerLogEntry__Output } from '../../ottoscaler/v1/WorkerLogEntry.ts';

/**
 * Log lines on their way from Ottoscaler to otto-handler, many at a time.
 */
export interface WorkerLogBatch {
  /**
   * The lines, of any workers, those of one `otto.stream` in order. `pod_metadata` is with the first line of
   * each worker in a batch, and absent from the others.
   */
  'entries'?: (_ottoscaler_v1_WorkerLogEntry)[];
}

/**
 * Log lines on their way from Ottoscaler to otto-handler, many at a time.
 */
export interface WorkerLogBatch__Output {
  /**
   * The lines, of any workers, those of one `otto.stream` in order. `pod_metadata` is with the first line of
   * each worker in a batch, and absent from the others.
   */
  'entries': (_ottoscaler_v1_WorkerLogEntry__Output)[];
}
