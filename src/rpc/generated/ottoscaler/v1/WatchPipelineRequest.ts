// Original file: proto/ottoscaler/v1/pipeline_control.proto

import type { Long } from '@grpc/proto-loader';

/**
 * Asks for the events of a run, from any time on.
 */
export interface WatchPipelineRequest {
  /**
   * The run.
   */
  'pipeline_id'?: (string);
  /**
   * Events up to this sequence number are left out; 0 = from the first.
   */
  'after_sequence'?: (number | string | Long);
}

/**
 * Asks for the events of a run, from any time on.
 */
export interface WatchPipelineRequest__Output {
  /**
   * The run.
   */
  'pipeline_id': (string);
  /**
   * Events up to this sequence number are left out; 0 = from the first.
   */
  'after_sequence': (number);
}
