// Original file: proto/ottoscaler/v1/pipeline_control.proto


/**
 * Asks for the runs that are under way and those that ended within 24 hours, the latest first.
 */
export interface ListPipelinesRequest {
  /**
   * "running", "completed", "failed", "cancelled"; empty = all.
   */
  'status_filter'?: (string);
  /**
   * At most this many, 1–1000; 0 = 100.
   */
  'page_size'?: (number);
  /**
   * next_page_token of the page before; empty = the first.
   */
  'page_token'?: (string);
}

/**
 * Asks for the runs that are under way and those that ended within 24 hours, the latest first.
 */
export interface ListPipelinesRequest__Output {
  /**
   * "running", "completed", "failed", "cancelled"; empty = all.
   */
  'status_filter': (string);
  /**
   * At most this many, 1–1000; 0 = 100.
   */
  'page_size': (number);
  /**
   * next_page_token of the page before; empty = the first.
   */
  'page_token': (string);
}
