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
  /**
   * Each further pause is this many times the one before, up to a quarter of it shortened by chance so that
   * many workers do not return together. 0 or 1: always the same pause, exactly. At most 10.
   */
  'backoff_factor'?: (number | string);
  /**
   * No pause is longer; 0 = no such bound. At most 86400 seconds.
   */
  'max_delay_seconds'?: (number);
  /**
   * Of an `exit-code` failure only these exit codes are worth another try, 1–255. Empty = every one.
   */
  'retryable_exit_codes'?: (number)[];
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
  /**
   * Each further pause is this many times the one before, up to a quarter of it shortened by chance so that
   * many workers do not return together. 0 or 1: always the same pause, exactly. At most 10.
   */
  'backoff_factor': (number);
  /**
   * No pause is longer; 0 = no such bound. At most 86400 seconds.
   */
  'max_delay_seconds': (number);
  /**
   * Of an `exit-code` failure only these exit codes are worth another try, 1–255. Empty = every one.
   */
  'retryable_exit_codes': (number)[];
}
