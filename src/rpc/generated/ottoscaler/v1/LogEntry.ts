// Original file: proto/ottoscaler/v1/log_streaming.proto


/**
 * One log line pushed by the worker that printed it.
 */
export interface LogEntry {
  /**
   * The worker that printed it.
   */
  'worker_id'?: (string);
  /**
   * The task that worker belongs to.
   */
  'task_id'?: (string);
  /**
   * When it was printed, RFC 3339.
   */
  'timestamp'?: (string);
  /**
   * "INFO", "ERROR", "DEBUG" or "WARN".
   */
  'level'?: (string);
  /**
   * "stdout" or "stderr".
   */
  'source'?: (string);
  /**
   * The line, without its line break.
   */
  'message'?: (string);
  /**
   * `otto.seq` and `otto.stream` identify the line, given at its source.
   */
  'metadata'?: ({[key: string]: string});
}

/**
 * One log line pushed by the worker that printed it.
 */
export interface LogEntry__Output {
  /**
   * The worker that printed it.
   */
  'worker_id': (string);
  /**
   * The task that worker belongs to.
   */
  'task_id': (string);
  /**
   * When it was printed, RFC 3339.
   */
  'timestamp': (string);
  /**
   * "INFO", "ERROR", "DEBUG" or "WARN".
   */
  'level': (string);
  /**
   * "stdout" or "stderr".
   */
  'source': (string);
  /**
   * The line, without its line break.
   */
  'message': (string);
  /**
   * `otto.seq` and `otto.stream` identify the line, given at its source.
   */
  'metadata': ({[key: string]: string});
}
