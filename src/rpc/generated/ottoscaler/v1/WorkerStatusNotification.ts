// Original file: proto/ottoscaler/v1/worker_notification.proto


// Original file: proto/ottoscaler/v1/worker_notification.proto

/**
 * The change. They come in this order, and a worker ends with one of the last three.
 */
export const _ottoscaler_v1_WorkerStatusNotification_StatusType = {
  /**
   * Its Pod exists.
   */
  CREATED: 'CREATED',
  /**
   * Its container runs.
   */
  RUNNING: 'RUNNING',
  /**
   * It ended well.
   */
  COMPLETED: 'COMPLETED',
  /**
   * It ended badly; `reason` says why.
   */
  FAILED: 'FAILED',
  /**
   * It was ended from outside: scaled down, cancelled or deleted.
   */
  TERMINATED: 'TERMINATED',
} as const;

/**
 * The change. They come in this order, and a worker ends with one of the last three.
 */
export type _ottoscaler_v1_WorkerStatusNotification_StatusType =
  /**
   * Its Pod exists.
   */
  | 'CREATED'
  | 0
  /**
   * Its container runs.
   */
  | 'RUNNING'
  | 1
  /**
   * It ended well.
   */
  | 'COMPLETED'
  | 2
  /**
   * It ended badly; `reason` says why.
   */
  | 'FAILED'
  | 3
  /**
   * It was ended from outside: scaled down, cancelled or deleted.
   */
  | 'TERMINATED'
  | 4

/**
 * The change. They come in this order, and a worker ends with one of the last three.
 */
export type _ottoscaler_v1_WorkerStatusNotification_StatusType__Output = typeof _ottoscaler_v1_WorkerStatusNotification_StatusType[keyof typeof _ottoscaler_v1_WorkerStatusNotification_StatusType]

/**
 * One change in the life of one worker.
 */
export interface WorkerStatusNotification {
  /**
   * The worker this is about.
   */
  'worker_id'?: (string);
  /**
   * The task it belongs to.
   */
  'task_id'?: (string);
  /**
   * The change.
   */
  'status'?: (_ottoscaler_v1_WorkerStatusNotification_StatusType);
  /**
   * When it happened, RFC 3339.
   */
  'timestamp'?: (string);
  /**
   * Why, beginning with the failure's name where there is one, as in WorkerPodStatus.error_message.
   */
  'reason'?: (string);
  /**
   * Further facts for people.
   */
  'metadata'?: ({[key: string]: string});
}

/**
 * One change in the life of one worker.
 */
export interface WorkerStatusNotification__Output {
  /**
   * The worker this is about.
   */
  'worker_id': (string);
  /**
   * The task it belongs to.
   */
  'task_id': (string);
  /**
   * The change.
   */
  'status': (_ottoscaler_v1_WorkerStatusNotification_StatusType__Output);
  /**
   * When it happened, RFC 3339.
   */
  'timestamp': (string);
  /**
   * Why, beginning with the failure's name where there is one, as in WorkerPodStatus.error_message.
   */
  'reason': (string);
  /**
   * Further facts for people.
   */
  'metadata': ({[key: string]: string});
}
