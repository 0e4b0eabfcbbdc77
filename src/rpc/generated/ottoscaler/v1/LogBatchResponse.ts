// Original file: proto/ottoscaler/v1/log_forwarding.proto

import type { _ottoscaler_v1_LogForwardResponse_Status, _ottoscaler_v1_LogForwardResponse_Status__Output } from '../../ottoscaler/v1/LogForwardResponse.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * otto-handler's answer to a batch.
 */
export interface LogBatchResponse {
  /**
   * What became of its lines, of all of them.
   */
  'status'?: (_ottoscaler_v1_LogForwardResponse_Status);
  /**
   * One sentence for people.
   */
  'message'?: (string);
  /**
   * The number of the batch on this stream, from 1.
   */
  'sequence'?: (number | string | Long);
  /**
   * How long the sender shall pause, in milliseconds; read as the nearest of 0–60000.
   */
  'throttle_ms'?: (number);
}

/**
 * otto-handler's answer to a batch.
 */
export interface LogBatchResponse__Output {
  /**
   * What became of its lines, of all of them.
   */
  'status': (_ottoscaler_v1_LogForwardResponse_Status__Output);
  /**
   * One sentence for people.
   */
  'message': (string);
  /**
   * The number of the batch on this stream, from 1.
   */
  'sequence': (number);
  /**
   * How long the sender shall pause, in milliseconds; read as the nearest of 0–60000.
   */
  'throttle_ms': (number);
}
