// Original file: proto/ottoscaler/v1/pipeline_control.proto


/**
 * Asks for one run.
 */
export interface GetPipelineRequest {
  /**
   * The run.
   */
  'pipeline_id'?: (string);
}

/**
 * Asks for one run.
 */
export interface GetPipelineRequest__Output {
  /**
   * The run.
   */
  'pipeline_id': (string);
}
