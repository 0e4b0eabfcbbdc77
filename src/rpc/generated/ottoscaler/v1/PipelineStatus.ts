// Original file: proto/ottoscaler/v1/pipeline_control.proto

import type { PipelineSummary as _ottoscaler_v1_PipelineSummary, PipelineSummary__Output as _ottoscaler_v1_PipelineSummary__Output } from '../../ottoscaler/v1/PipelineSummary.ts';
import type { PipelineProgress as _ottoscaler_v1_PipelineProgress, PipelineProgress__Output as _ottoscaler_v1_PipelineProgress__Output } from '../../ottoscaler/v1/PipelineProgress.ts';
import type { PipelineRequest as _ottoscaler_v1_PipelineRequest, PipelineRequest__Output as _ottoscaler_v1_PipelineRequest__Output } from '../../ottoscaler/v1/PipelineRequest.ts';

/**
 * One run with its stages.
 */
export interface PipelineStatus {
  /**
   * The run as a whole.
   */
  'summary'?: (_ottoscaler_v1_PipelineSummary | null);
  /**
   * The latest event of each stage, in the order of the request; a stage that has not begun is PENDING with
   * sequence 0.
   */
  'stages'?: (_ottoscaler_v1_PipelineProgress)[];
  /**
   * The request that the run was started with.
   */
  'request'?: (_ottoscaler_v1_PipelineRequest | null);
}

/**
 * One run with its stages.
 */
export interface PipelineStatus__Output {
  /**
   * The run as a whole.
   */
  'summary': (_ottoscaler_v1_PipelineSummary__Output | null);
  /**
   * The latest event of each stage, in the order of the request; a stage that has not begun is PENDING with
   * sequence 0.
   */
  'stages': (_ottoscaler_v1_PipelineProgress__Output)[];
  /**
   * The request that the run was started with.
   */
  'request': (_ottoscaler_v1_PipelineRequest__Output | null);
}
