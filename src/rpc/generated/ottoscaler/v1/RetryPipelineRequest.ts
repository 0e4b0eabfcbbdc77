// Original file: proto/ottoscaler/v1/pipeline_control.proto


/**
 * Runs again what failed, was cancelled or skipped in a run that has ended, and what depends on it.
 */
export interface RetryPipelineRequest {
  /**
   * The run that has ended.
   */
  'pipeline_id'?: (string);
  /**
   * The new run's id; empty = `<pipeline_id>-retry-1`, counted up from there. Asking again for the same
   * new run changes nothing.
   */
  'new_pipeline_id'?: (string);
  /**
   * Who asks. May be empty.
   */
  'triggered_by'?: (string);
}

/**
 * Runs again what failed, was cancelled or skipped in a run that has ended, and what depends on it.
 */
export interface RetryPipelineRequest__Output {
  /**
   * The run that has ended.
   */
  'pipeline_id': (string);
  /**
   * The new run's id; empty = `<pipeline_id>-retry-1`, counted up from there. Asking again for the same
   * new run changes nothing.
   */
  'new_pipeline_id': (string);
  /**
   * Who asks. May be empty.
   */
  'triggered_by': (string);
}
