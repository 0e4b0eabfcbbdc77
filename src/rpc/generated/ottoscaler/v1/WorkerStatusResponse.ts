// Original file: proto/ottoscaler/v1/worker_status.proto

import type { WorkerPodStatus as _ottoscaler_v1_WorkerPodStatus, WorkerPodStatus__Output as _ottoscaler_v1_WorkerPodStatus__Output } from '../../ottoscaler/v1/WorkerPodStatus.ts';

/**
 * The matching workers and their counts.
 */
export interface WorkerStatusResponse {
  /**
   * How many workers match.
   */
  'total_count'?: (number);
  /**
   * How many of them run.
   */
  'running_count'?: (number);
  /**
   * How many of them are admitted but do not run yet.
   */
  'pending_count'?: (number);
  /**
   * How many of them ended well.
   */
  'succeeded_count'?: (number);
  /**
   * How many of them ended badly.
   */
  'failed_count'?: (number);
  /**
   * The workers themselves, at most 5,000: the live ones first.
   */
  'workers'?: (_ottoscaler_v1_WorkerPodStatus)[];
  /**
   * Ours. How many matching workers the list leaves out; the counts above include them.
   */
  'omitted_count'?: (number);
}

/**
 * The matching workers and their counts.
 */
export interface WorkerStatusResponse__Output {
  /**
   * How many workers match.
   */
  'total_count': (number);
  /**
   * How many of them run.
   */
  'running_count': (number);
  /**
   * How many of them are admitted but do not run yet.
   */
  'pending_count': (number);
  /**
   * How many of them ended well.
   */
  'succeeded_count': (number);
  /**
   * How many of them ended badly.
   */
  'failed_count': (number);
  /**
   * The workers themselves, at most 5,000: the live ones first.
   */
  'workers': (_ottoscaler_v1_WorkerPodStatus__Output)[];
  /**
   * Ours. How many matching workers the list leaves out; the counts above include them.
   */
  'omitted_count': (number);
}
