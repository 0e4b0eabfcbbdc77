// Original file: proto/ottoscaler/v1/worker_metadata.proto


/**
 * Where a worker runs.
 */
export interface WorkerMetadata {
  /**
   * Its Pod's name.
   */
  'pod_name'?: (string);
  /**
   * Its Pod's namespace.
   */
  'namespace'?: (string);
  /**
   * The node its Pod is bound to.
   */
  'node_name'?: (string);
  /**
   * When its Pod was created, RFC 3339.
   */
  'created_at'?: (string);
  /**
   * Its Pod's labels.
   */
  'labels'?: ({[key: string]: string});
}

/**
 * Where a worker runs.
 */
export interface WorkerMetadata__Output {
  /**
   * Its Pod's name.
   */
  'pod_name': (string);
  /**
   * Its Pod's namespace.
   */
  'namespace': (string);
  /**
   * The node its Pod is bound to.
   */
  'node_name': (string);
  /**
   * When its Pod was created, RFC 3339.
   */
  'created_at': (string);
  /**
   * Its Pod's labels.
   */
  'labels': ({[key: string]: string});
}
