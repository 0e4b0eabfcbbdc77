// Original file: proto/ottoscaler/v1/pipeline_control.proto

import type { CancelMode as _ottoscaler_v1_CancelMode, CancelMode__Output as _ottoscaler_v1_CancelMode__Output } from '../../ottoscaler/v1/CancelMode.ts';

/**
 * Ends a run.
 */
export interface CancelPipelineRequest {
  /**
   * The run.
   */
  'pipeline_id'?: (string);
  /**
   * How; asking again may only go further, from FINISH_RUNNING to RUN_FINALLY to NOW.
   */
  'mode'?: (_ottoscaler_v1_CancelMode);
  /**
   * Why, for people. May be empty.
   */
  'reason'?: (string);
  /**
   * Who asks. May be empty.
   */
  'triggered_by'?: (string);
}

/**
 * Ends a run.
 */
export interface CancelPipelineRequest__Output {
  /**
   * The run.
   */
  'pipeline_id': (string);
  /**
   * How; asking again may only go further, from FINISH_RUNNING to RUN_FINALLY to NOW.
   */
  'mode': (_ottoscaler_v1_CancelMode__Output);
  /**
   * Why, for people. May be empty.
   */
  'reason': (string);
  /**
   * Who asks. May be empty.
   */
  'triggered_by': (string);
}
