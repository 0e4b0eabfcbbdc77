// Original file: proto/ottoscaler/v1/log_forwarding.proto

import type { Long } from '@grpc/proto-loader';

// Original file: proto/ottoscaler/v1/log_forwarding.proto

/**
 * What became of the line.
 */
export const _ottoscaler_v1_LogForwardResponse_Status = {
  /**
   * Kept; the sender may forget it.
   */
  ACK: 'ACK',
  /**
   * Not kept; the sender sends it again after a pause.
   */
  RETRY: 'RETRY',
  /**
   * Not kept and not wanted; the sender gives it up and counts it.
   */
  DROP: 'DROP',
} as const;

/**
 * What became of the line.
 */
export type _ottoscaler_v1_LogForwardResponse_Status =
  /**
   * Kept; the sender may forget it.
   */
  | 'ACK'
  | 0
  /**
   * Not kept; the sender sends it again after a pause.
   */
  | 'RETRY'
  | 1
  /**
   * Not kept and not wanted; the sender gives it up and counts it.
   */
  | 'DROP'
  | 2

/**
 * What became of the line.
 */
export type _ottoscaler_v1_LogForwardResponse_Status__Output = typeof _ottoscaler_v1_LogForwardResponse_Status[keyof typeof _ottoscaler_v1_LogForwardResponse_Status]

/**
 * otto-handler's answer to a line.
 */
export interface LogForwardResponse {
  /**
   * What became of the line.
   */
  'status'?: (_ottoscaler_v1_LogForwardResponse_Status);
  /**
   * One sentence for people.
   */
  'message'?: (string);
  /**
   * The number of the line this answers: of its message on this stream, from 1.
   */
  'sequence'?: (number | string | Long);
  /**
   * How long the sender shall pause, in milliseconds; read as the nearest of 0–60000.
   */
  'throttle_ms'?: (number);
}

/**
 * otto-handler's answer to a line.
 */
export interface LogForwardResponse__Output {
  /**
   * What became of the line.
   */
  'status': (_ottoscaler_v1_LogForwardResponse_Status__Output);
  /**
   * One sentence for people.
   */
  'message': (string);
  /**
   * The number of the line this answers: of its message on this stream, from 1.
   */
  'sequence': (number);
  /**
   * How long the sender shall pause, in milliseconds; read as the nearest of 0–60000.
   */
  'throttle_ms': (number);
}
