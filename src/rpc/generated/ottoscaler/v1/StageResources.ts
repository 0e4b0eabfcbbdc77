// Original file: proto/ottoscaler/v1/pipeline.proto


/**
 * Requests and limits as Kubernetes quantities; empty = as configured.
 */
export interface StageResources {
  /**
   * CPU that is reserved for each worker.
   */
  'cpu_request'?: (string);
  /**
   * CPU that each worker may use.
   */
  'cpu_limit'?: (string);
  /**
   * Memory that is reserved for each worker.
   */
  'memory_request'?: (string);
  /**
   * Memory that each worker may use.
   */
  'memory_limit'?: (string);
}

/**
 * Requests and limits as Kubernetes quantities; empty = as configured.
 */
export interface StageResources__Output {
  /**
   * CPU that is reserved for each worker.
   */
  'cpu_request': (string);
  /**
   * CPU that each worker may use.
   */
  'cpu_limit': (string);
  /**
   * Memory that is reserved for each worker.
   */
  'memory_request': (string);
  /**
   * Memory that each worker may use.
   */
  'memory_limit': (string);
}
