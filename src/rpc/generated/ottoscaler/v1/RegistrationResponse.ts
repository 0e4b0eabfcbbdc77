// Original file: proto/ottoscaler/v1/worker_registration.proto

import type { LoggingConfig as _ottoscaler_v1_LoggingConfig, LoggingConfig__Output as _ottoscaler_v1_LoggingConfig__Output } from '../../ottoscaler/v1/LoggingConfig.ts';

// Original file: proto/ottoscaler/v1/worker_registration.proto

/**
 * Whether the worker may push.
 */
export const _ottoscaler_v1_RegistrationResponse_Status = {
  /**
   * It may.
   */
  SUCCESS: 'SUCCESS',
  /**
   * It may, and could already.
   */
  ALREADY_REGISTERED: 'ALREADY_REGISTERED',
  /**
   * Not now: there are too many.
   */
  SERVER_FULL: 'SERVER_FULL',
  /**
   * Not at all; `message` says why.
   */
  INVALID_REQUEST: 'INVALID_REQUEST',
} as const;

/**
 * Whether the worker may push.
 */
export type _ottoscaler_v1_RegistrationResponse_Status =
  /**
   * It may.
   */
  | 'SUCCESS'
  | 0
  /**
   * It may, and could already.
   */
  | 'ALREADY_REGISTERED'
  | 1
  /**
   * Not now: there are too many.
   */
  | 'SERVER_FULL'
  | 2
  /**
   * Not at all; `message` says why.
   */
  | 'INVALID_REQUEST'
  | 3

/**
 * Whether the worker may push.
 */
export type _ottoscaler_v1_RegistrationResponse_Status__Output = typeof _ottoscaler_v1_RegistrationResponse_Status[keyof typeof _ottoscaler_v1_RegistrationResponse_Status]

/**
 * Whether a worker may push, and how.
 */
export interface RegistrationResponse {
  /**
   * Whether the worker may push.
   */
  'status'?: (_ottoscaler_v1_RegistrationResponse_Status);
  /**
   * One sentence for people.
   */
  'message'?: (string);
  /**
   * Names this registration in the server's own logs.
   */
  'session_id'?: (string);
  /**
   * How to send.
   */
  'config'?: (_ottoscaler_v1_LoggingConfig | null);
}

/**
 * Whether a worker may push, and how.
 */
export interface RegistrationResponse__Output {
  /**
   * Whether the worker may push.
   */
  'status': (_ottoscaler_v1_RegistrationResponse_Status__Output);
  /**
   * One sentence for people.
   */
  'message': (string);
  /**
   * Names this registration in the server's own logs.
   */
  'session_id': (string);
  /**
   * How to send.
   */
  'config': (_ottoscaler_v1_LoggingConfig__Output | null);
}
