// Original file: proto/ottoscaler/v1/log_streaming.proto

import type { Long } from '@grpc/proto-loader';

// Original file: proto/ottoscaler/v1/log_streaming.proto

/**
 * What became of the line.
 */
export const _ottoscaler_v1_LogResponse_Status = {
  /**
   * Kept; the worker may forget it.
   */
  ACK: 'ACK',
  /**
   * Not kept; the worker sends it again after a pause.
   */
  RETRY: 'RETRY',
  /**
   * Not kept and not wanted; the worker gives it up.
   */
  DROP: 'DROP',
} as const;

/**
 * What became of the line.
 */
export type _ottoscaler_v1_LogResponse_Status =
  /**
   * Kept; the worker may forget it.
   */
  | 'ACK'
  | 0
  /**
   * Not kept; the worker sends it again after a pause.
   */
  | 'RETRY'
  | 1
  /**
   * Not kept and not wanted; the worker gives it up.
   */
  | 'DROP'
  | 2

/**
 * What became of the line.
 */
export type _ottoscaler_v1_LogResponse_Status__Output = typeof _ottoscaler_v1_LogResponse_Status[keyof typeof _ottoscaler_v1_LogResponse_Status]

/**
 * The answer to a pushed line.
 */
export interface LogResponse {
  /**
   * What became of the line.
   */
  'status'?: (_ottoscaler_v1_LogResponse_Status);
  /**
   * One sentence for people.
   */
  'message'?: (string);
  /**
   * The number of the line this answers.
   */
  'sequence'?: (number | string | Long);
}

/**
 * The answer to a pushed line.
 */
export interface LogResponse__Output {
  /**
   * What became of the line.
   */
  'status': (_ottoscaler_v1_LogResponse_Status__Output);
  /**
   * One sentence for people.
   */
  'message': (string);
  /**
   * The number of the line this answers.
   */
  'sequence': (number);
}
