// Original file: proto/ottoscaler/v1/pipeline.proto

import type { RetryPolicy as _ottoscaler_v1_RetryPolicy, RetryPolicy__Output as _ottoscaler_v1_RetryPolicy__Output } from '../../ottoscaler/v1/RetryPolicy.ts';
import type { MatrixAxis as _ottoscaler_v1_MatrixAxis, MatrixAxis__Output as _ottoscaler_v1_MatrixAxis__Output } from '../../ottoscaler/v1/MatrixAxis.ts';
import type { StageResources as _ottoscaler_v1_StageResources, StageResources__Output as _ottoscaler_v1_StageResources__Output } from '../../ottoscaler/v1/StageResources.ts';

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
  /**
   * "success" (or empty): starts when all that it depends on has completed. "failure": starts when its
   * dependencies have ended and something before it failed. "always": starts when they have ended. A stage
   * with "failure" or "always" and no dependencies waits for all ordinary stages: it runs at the end.
   */
  'run_when'?: (string);
  /**
   * A failure of this stage is shown, and what depends on it goes on as if it had completed.
   */
  'allow_failure'?: (boolean);
  /**
   * One set of workers for each combination of these lists, at most 256 combinations. The name of a list is
   * an environment variable of its workers, under the rules of `config`.
   */
  'matrix'?: (_ottoscaler_v1_MatrixAxis)[];
  /**
   * What each worker may use; what is left out is as configured.
   */
  'resources'?: (_ottoscaler_v1_StageResources | null);
  /**
   * Longest wait for capacity, and then for a node, 0–86400 seconds; 0 = as configured.
   */
  'queue_timeout_seconds'?: (number);
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
  /**
   * "success" (or empty): starts when all that it depends on has completed. "failure": starts when its
   * dependencies have ended and something before it failed. "always": starts when they have ended. A stage
   * with "failure" or "always" and no dependencies waits for all ordinary stages: it runs at the end.
   */
  'run_when': (string);
  /**
   * A failure of this stage is shown, and what depends on it goes on as if it had completed.
   */
  'allow_failure': (boolean);
  /**
   * One set of workers for each combination of these lists, at most 256 combinations. The name of a list is
   * an environment variable of its workers, under the rules of `config`.
   */
  'matrix': (_ottoscaler_v1_MatrixAxis__Output)[];
  /**
   * What each worker may use; what is left out is as configured.
   */
  'resources': (_ottoscaler_v1_StageResources__Output | null);
  /**
   * Longest wait for capacity, and then for a node, 0–86400 seconds; 0 = as configured.
   */
  'queue_timeout_seconds': (number);
}
