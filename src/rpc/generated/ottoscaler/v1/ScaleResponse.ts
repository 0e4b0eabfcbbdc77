// Original file: proto/ottoscaler/v1/scale.proto


// Original file: proto/ottoscaler/v1/scale.proto

/**
 * The outcome as a whole.
 */
export const _ottoscaler_v1_ScaleResponse_Status = {
  /**
   * Everything asked for was done, which may be nothing.
   */
  SUCCESS: 'SUCCESS',
  /**
   * Nothing was done; `message` says why.
   */
  FAILED: 'FAILED',
  /**
   * Some was done; `processed_count` and `message` say how much and why not more.
   */
  PARTIAL_SUCCESS: 'PARTIAL_SUCCESS',
  /**
   * This very request was done before; the names are the original ones.
   */
  ALREADY_PROCESSED: 'ALREADY_PROCESSED',
} as const;

/**
 * The outcome as a whole.
 */
export type _ottoscaler_v1_ScaleResponse_Status =
  /**
   * Everything asked for was done, which may be nothing.
   */
  | 'SUCCESS'
  | 0
  /**
   * Nothing was done; `message` says why.
   */
  | 'FAILED'
  | 1
  /**
   * Some was done; `processed_count` and `message` say how much and why not more.
   */
  | 'PARTIAL_SUCCESS'
  | 2
  /**
   * This very request was done before; the names are the original ones.
   */
  | 'ALREADY_PROCESSED'
  | 3

/**
 * The outcome as a whole.
 */
export type _ottoscaler_v1_ScaleResponse_Status__Output = typeof _ottoscaler_v1_ScaleResponse_Status[keyof typeof _ottoscaler_v1_ScaleResponse_Status]

/**
 * What became of a ScaleRequest.
 */
export interface ScaleResponse {
  /**
   * The outcome as a whole.
   */
  'status'?: (_ottoscaler_v1_ScaleResponse_Status);
  /**
   * One sentence for people.
   */
  'message'?: (string);
  /**
   * How many workers were created (ScaleUp) or terminated (ScaleDown).
   */
  'processed_count'?: (number);
  /**
   * The Pod names of exactly those workers.
   */
  'worker_pod_names'?: (string)[];
  /**
   * When the work on this request began, RFC 3339.
   */
  'started_at'?: (string);
  /**
   * When it was answered, RFC 3339.
   */
  'completed_at'?: (string);
}

/**
 * What became of a ScaleRequest.
 */
export interface ScaleResponse__Output {
  /**
   * The outcome as a whole.
   */
  'status': (_ottoscaler_v1_ScaleResponse_Status__Output);
  /**
   * One sentence for people.
   */
  'message': (string);
  /**
   * How many workers were created (ScaleUp) or terminated (ScaleDown).
   */
  'processed_count': (number);
  /**
   * The Pod names of exactly those workers.
   */
  'worker_pod_names': (string)[];
  /**
   * When the work on this request began, RFC 3339.
   */
  'started_at': (string);
  /**
   * When it was answered, RFC 3339.
   */
  'completed_at': (string);
}
