// Original file: proto/ottoscaler/v1/pipeline.proto

import type { StageStatus as _ottoscaler_v1_StageStatus, StageStatus__Output as _ottoscaler_v1_StageStatus__Output } from '../../ottoscaler/v1/StageStatus.ts';
import type { StageMetrics as _ottoscaler_v1_StageMetrics, StageMetrics__Output as _ottoscaler_v1_StageMetrics__Output } from '../../ottoscaler/v1/StageMetrics.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * One status change of a stage or of the pipeline itself.
 */
export interface PipelineProgress {
  /**
   * The run this is about.
   */
  'pipeline_id'?: (string);
  /**
   * The stage this is about; empty = the pipeline itself.
   */
  'stage_id'?: (string);
  /**
   * The status just entered.
   */
  'status'?: (_ottoscaler_v1_StageStatus);
  /**
   * One sentence for people.
   */
  'message'?: (string);
  /**
   * The Pods of the stage's current attempt.
   */
  'worker_pod_names'?: (string)[];
  /**
   * How much of it is done, 0–100.
   */
  'progress_percentage'?: (number);
  /**
   * When the change happened, RFC 3339.
   */
  'timestamp'?: (string);
  /**
   * When the stage or pipeline started, RFC 3339; empty while it has not.
   */
  'started_at'?: (string);
  /**
   * When it ended, RFC 3339; empty while it has not.
   */
  'completed_at'?: (string);
  /**
   * Why it failed, beginning with the failure's name, as in WorkerPodStatus.error_message.
   */
  'error_message'?: (string);
  /**
   * Figures of a stage; absent for the pipeline itself.
   */
  'metrics'?: (_ottoscaler_v1_StageMetrics | null);
  /**
   * Counts the run's events from 1, without gaps.
   */
  'sequence'?: (number | string | Long);
  /**
   * The highest attempt of the stage's workers, from 1; 0 for the pipeline itself.
   */
  'attempt'?: (number);
  /**
   * What the stage is and all that it depends on, as a hash; a retried run reuses results by it. Empty for
   * the pipeline itself.
   */
  'digest'?: (string);
}

/**
 * One status change of a stage or of the pipeline itself.
 */
export interface PipelineProgress__Output {
  /**
   * The run this is about.
   */
  'pipeline_id': (string);
  /**
   * The stage this is about; empty = the pipeline itself.
   */
  'stage_id': (string);
  /**
   * The status just entered.
   */
  'status': (_ottoscaler_v1_StageStatus__Output);
  /**
   * One sentence for people.
   */
  'message': (string);
  /**
   * The Pods of the stage's current attempt.
   */
  'worker_pod_names': (string)[];
  /**
   * How much of it is done, 0–100.
   */
  'progress_percentage': (number);
  /**
   * When the change happened, RFC 3339.
   */
  'timestamp': (string);
  /**
   * When the stage or pipeline started, RFC 3339; empty while it has not.
   */
  'started_at': (string);
  /**
   * When it ended, RFC 3339; empty while it has not.
   */
  'completed_at': (string);
  /**
   * Why it failed, beginning with the failure's name, as in WorkerPodStatus.error_message.
   */
  'error_message': (string);
  /**
   * Figures of a stage; absent for the pipeline itself.
   */
  'metrics': (_ottoscaler_v1_StageMetrics__Output | null);
  /**
   * Counts the run's events from 1, without gaps.
   */
  'sequence': (number);
  /**
   * The highest attempt of the stage's workers, from 1; 0 for the pipeline itself.
   */
  'attempt': (number);
  /**
   * What the stage is and all that it depends on, as a hash; a retried run reuses results by it. Empty for
   * the pipeline itself.
   */
  'digest': (string);
}
