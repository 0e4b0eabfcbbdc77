// Original file: proto/ottoscaler/v1/pipeline_control.proto


/**
 * The cancel is durable. The run ends as cancelled once every Pod of it is confirmed gone: WatchPipeline.
 */
export interface CancelPipelineResponse {
  /**
   * The run.
   */
  'pipeline_id'?: (string);
  /**
   * One sentence for people.
   */
  'message'?: (string);
}

/**
 * The cancel is durable. The run ends as cancelled once every Pod of it is confirmed gone: WatchPipeline.
 */
export interface CancelPipelineResponse__Output {
  /**
   * The run.
   */
  'pipeline_id': (string);
  /**
   * One sentence for people.
   */
  'message': (string);
}
