// Original file: proto/ottoscaler/v1/worker_notification.proto


// Original file: proto/ottoscaler/v1/worker_notification.proto

/**
 * What became of the notification.
 */
export const _ottoscaler_v1_WorkerStatusAck_Status = {
  /**
   * Taken.
   */
  RECEIVED: 'RECEIVED',
  /**
   * Not wanted; not sent again.
   */
  IGNORED: 'IGNORED',
  /**
   * Not taken; sent again later.
   */
  ERROR: 'ERROR',
} as const;

/**
 * What became of the notification.
 */
export type _ottoscaler_v1_WorkerStatusAck_Status =
  /**
   * Taken.
   */
  | 'RECEIVED'
  | 0
  /**
   * Not wanted; not sent again.
   */
  | 'IGNORED'
  | 1
  /**
   * Not taken; sent again later.
   */
  | 'ERROR'
  | 2

/**
 * What became of the notification.
 */
export type _ottoscaler_v1_WorkerStatusAck_Status__Output = typeof _ottoscaler_v1_WorkerStatusAck_Status[keyof typeof _ottoscaler_v1_WorkerStatusAck_Status]

/**
 * otto-handler's answer to a notification.
 */
export interface WorkerStatusAck {
  /**
   * What became of the notification.
   */
  'status'?: (_ottoscaler_v1_WorkerStatusAck_Status);
  /**
   * One sentence for people.
   */
  'message'?: (string);
}

/**
 * otto-handler's answer to a notification.
 */
export interface WorkerStatusAck__Output {
  /**
   * What became of the notification.
   */
  'status': (_ottoscaler_v1_WorkerStatusAck_Status__Output);
  /**
   * One sentence for people.
   */
  'message': (string);
}
