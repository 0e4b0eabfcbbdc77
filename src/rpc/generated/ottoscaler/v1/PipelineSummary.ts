// Original file: proto/ottoscaler/v1/pipeline_control.proto

import type { StageStatus as _ottoscaler_v1_StageStatus, StageStatus__Output as _ottoscaler_v1_StageStatus__Output } from '../../ottoscaler/v1/StageStatus.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * One run without its stages.
 */
export interface PipelineSummary {
  /**
   * The run.
   */
  'pipeline_id'?: (string);
  /**
   * Its name for people; may be empty.
   */
  'name'?: (string);
  /**
   * RUNNING, COMPLETED, FAILED or CANCELLED.
   */
  'status'?: (_ottoscaler_v1_StageStatus);
  /**
   * One sentence for people.
   */
  'message'?: (string);
  /**
   * 0–100.
   */
  'progress_percentage'?: (number);
  /**
   * RFC 3339.
   */
  'accepted_at'?: (string);
  /**
   * RFC 3339; empty while it has not ended.
   */
  'completed_at'?: (string);
  /**
   * Why it failed, beginning with the failure's name.
   */
  'error_message'?: (string);
  /**
   * Stages in all.
   */
  'stages_total'?: (number);
  /**
   * Stages that completed.
   */
  'stages_completed'?: (number);
  /**
   * Stages that failed.
   */
  'stages_failed'?: (number);
  /**
   * Stages that run or rest before another try.
   */
  'stages_running'?: (number);
  /**
   * Of its latest event.
   */
  'last_sequence'?: (number | string | Long);
  /**
   * Who asked for it.
   */
  'triggered_by'?: (string);
}

/**
 * One run without its stages.
 */
export interface PipelineSummary__Output {
  /**
   * The run.
   */
  'pipeline_id': (string);
  /**
   * Its name for people; may be empty.
   */
  'name': (string);
  /**
   * RUNNING, COMPLETED, FAILED or CANCELLED.
   */
  'status': (_ottoscaler_v1_StageStatus__Output);
  /**
   * One sentence for people.
   */
  'message': (string);
  /**
   * 0–100.
   */
  'progress_percentage': (number);
  /**
   * RFC 3339.
   */
  'accepted_at': (string);
  /**
   * RFC 3339; empty while it has not ended.
   */
  'completed_at': (string);
  /**
   * Why it failed, beginning with the failure's name.
   */
  'error_message': (string);
  /**
   * Stages in all.
   */
  'stages_total': (number);
  /**
   * Stages that completed.
   */
  'stages_completed': (number);
  /**
   * Stages that failed.
   */
  'stages_failed': (number);
  /**
   * Stages that run or rest before another try.
   */
  'stages_running': (number);
  /**
   * Of its latest event.
   */
  'last_sequence': (number);
  /**
   * Who asked for it.
   */
  'triggered_by': (string);
}
