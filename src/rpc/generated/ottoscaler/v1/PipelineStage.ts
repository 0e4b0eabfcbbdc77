// Original file: proto/ottoscaler/v1/pipeline.proto

import type { RetryPolicy as _ottoscaler_v1_RetryPolicy, RetryPolicy__Output as _ottoscaler_v1_RetryPolicy__Output } from '../../ottoscaler/v1/RetryPolicy.ts';

/**
 * One step of a pipeline: `worker_count` equal workers that must all succeed.
 */
export interface PipelineStage {
  /**
   * Unique in its pipeline; what `depends_on` refers to.
   */
  'stage_id'?: (string);
  /**
   * "build", "test", "deploy" or "custom"; for people and displays.
   */
  'type'?: (string);
  /**
   * A name for people. May be empty.
   */
  'name'?: (string);
  /**
   * How many workers run side by side.
   */
  'worker_count'?: (number);
  /**
   * The stage_ids that must complete first. Empty: starts at once.
   */
  'depends_on'?: (string)[];
  /**
   * Environment of the workers, by name, under the rules of ScaleRequest.build_config.
   */
  'config'?: ({[key: string]: string});
  /**
   * Image reference; empty = OTTO_AGENT_IMAGE.
   */
  'image'?: (string);
  /**
   * The container's command, as Kubernetes' `command`, never interpolated. Empty: the image's own.
   */
  'command'?: (string)[];
  /**
   * The container's arguments, as Kubernetes' `args`, never interpolated.
   */
  'args'?: (string)[];
  /**
   * Each attempt's limit, 0–86400 seconds; 0 = the configured maximum.
   */
  'timeout_seconds'?: (number);
  /**
   * When and how often to try again. Absent: never.
   */
  'retry_policy'?: (_ottoscaler_v1_RetryPolicy | null);
}

/**
 * One step of a pipeline: `worker_count` equal workers that must all succeed.
 */
export interface PipelineStage__Output {
  /**
   * Unique in its pipeline; what `depends_on` refers to.
   */
  'stage_id': (string);
  /**
   * "build", "test", "deploy" or "custom"; for people and displays.
   */
  'type': (string);
  /**
   * A name for people. May be empty.
   */
  'name': (string);
  /**
   * How many workers run side by side.
   */
  'worker_count': (number);
  /**
   * The stage_ids that must complete first. Empty: starts at once.
   */
  'depends_on': (string)[];
  /**
   * Environment of the workers, by name, under the rules of ScaleRequest.build_config.
   */
  'config': ({[key: string]: string});
  /**
   * Image reference; empty = OTTO_AGENT_IMAGE.
   */
  'image': (string);
  /**
   * The container's command, as Kubernetes' `command`, never interpolated. Empty: the image's own.
   */
  'command': (string)[];
  /**
   * The container's arguments, as Kubernetes' `args`, never interpolated.
   */
  'args': (string)[];
  /**
   * Each attempt's limit, 0–86400 seconds; 0 = the configured maximum.
   */
  'timeout_seconds': (number);
  /**
   * When and how often to try again. Absent: never.
   */
  'retry_policy': (_ottoscaler_v1_RetryPolicy__Output | null);
}
