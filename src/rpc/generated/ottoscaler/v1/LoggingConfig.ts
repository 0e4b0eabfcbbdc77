// Original file: proto/ottoscaler/v1/worker_registration.proto


/**
 * How a worker sends its lines.
 */
export interface LoggingConfig {
  /**
   * Lines a second at most; 100 by default.
   */
  'rate_limit'?: (number);
  /**
   * Lines the worker keeps while they are not answered; 50 by default.
   */
  'buffer_size'?: (number);
  /**
   * Bytes of a line at most; 1024 by default.
   */
  'max_message_size'?: (number);
  /**
   * Whether lines carry metadata; true by default.
   */
  'include_metadata'?: (boolean);
}

/**
 * How a worker sends its lines.
 */
export interface LoggingConfig__Output {
  /**
   * Lines a second at most; 100 by default.
   */
  'rate_limit': (number);
  /**
   * Lines the worker keeps while they are not answered; 50 by default.
   */
  'buffer_size': (number);
  /**
   * Bytes of a line at most; 1024 by default.
   */
  'max_message_size': (number);
  /**
   * Whether lines carry metadata; true by default.
   */
  'include_metadata': (boolean);
}
