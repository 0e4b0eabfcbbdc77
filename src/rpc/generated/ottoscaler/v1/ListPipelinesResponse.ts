// Original file: proto/ottoscaler/v1/pipeline_control.proto

import type { PipelineSummary as _ottoscaler_v1_PipelineSummary, PipelineSummary__Output as _ottoscaler_v1_PipelineSummary__Output } from '../../ottoscaler/v1/PipelineSummary.ts';

/**
 * One page of runs.
 */
export interface ListPipelinesResponse {
  /**
   * The runs of this page.
   */
  'pipelines'?: (_ottoscaler_v1_PipelineSummary)[];
  /**
   * Empty: there are no more.
   */
  'next_page_token'?: (string);
}

/**
 * One page of runs.
 */
export interface ListPipelinesResponse__Output {
  /**
   * The runs of this page.
   */
  'pipelines': (_ottoscaler_v1_PipelineSummary__Output)[];
  /**
   * Empty: there are no more.
   */
  'next_page_token': (string);
}
