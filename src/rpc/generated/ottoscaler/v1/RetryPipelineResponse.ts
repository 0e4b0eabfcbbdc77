// Original file: proto/ottoscaler/v1/pipeline_control.proto

import type { ReusedStage as _ottoscaler_v1_ReusedStage, ReusedStage__Output as _ottoscaler_v1_ReusedStage__Output } from '../../ottoscaler/v1/ReusedStage.ts';

/**
 * The new run, which has begun.
 */
export interface RetryPipelineResponse {
  /**
   * The new run: WatchPipeline.
   */
  'pipeline_id'?: (string);
  /**
   * Stages that are not run again, each with the digest by which its result was found.
   */
  'reused'?: (_ottoscaler_v1_ReusedStage)[];
  /**
   * Stages that are run again.
   */
  'rerun_stage_ids'?: (string)[];
  /**
   * The new run had been accepted before.
   */
  'already_accepted'?: (boolean);
}

/**
 * The new run, which has begun.
 */
export interface RetryPipelineResponse__Output {
  /**
   * The new run: WatchPipeline.
   */
  'pipeline_id': (string);
  /**
   * Stages that are not run again, each with the digest by which its result was found.
   */
  'reused': (_ottoscaler_v1_ReusedStage__Output)[];
  /**
   * Stages that are run again.
   */
  'rerun_stage_ids': (string)[];
  /**
   * The new run had been accepted before.
   */
  'already_accepted': (boolean);
}
