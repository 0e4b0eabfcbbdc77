// Original file: proto/ottoscaler/v1/pipeline.proto


/**
 * When and how often a failed stage is tried again.
 */
export interface RetryPolicy {
  /**
   * Retries after the first try, at most 10: 2 means up to three tries in all.
   */
  'max_attempts'?: (number);
  /**
   * The pause before each retry, in seconds.
   */
  'retry_delay_seconds'?: (number);
  /**
   * The failures worth another try, by their names as in WorkerPodStatus.error_message. Empty = every one.
   */
  'retryable_failures'?: (string)[];
}

/**
 * When and how often a failed stage is tried again.
 */
export interface RetryPolicy__Output {
  /**
   * Retries after the first try, at most 10: 2 means up to three tries in all.
   */
  'max_attempts': (number);
  /**
   * The pause before each retry, in seconds.
   */
  'retry_delay_seconds': (number);
  /**
   * The failures worth another try, by their names as in WorkerPodStatus.error_message. Empty = every one.
   */
  'retryable_failures': (string)[];
}
