// Original file: proto/ottoscaler/v1/pipeline.proto

import type { PipelineStage as _ottoscaler_v1_PipelineStage, PipelineStage__Output as _ottoscaler_v1_PipelineStage__Output } from '../../ottoscaler/v1/PipelineStage.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * A graph of stages to run. A stage starts the moment its own dependencies have completed; there is no
 * barrier between levels.
 */
export interface PipelineRequest {
  /**
   * The run's identity and idempotency key: 1–253 bytes, no control or bidirectional characters.
   */
  'pipeline_id'?: (string);
  /**
   * A name for people. May be empty.
   */
  'name'?: (string);
  /**
   * The stages, at most 1000 unless configured; the order carries no meaning. A cycle, an unknown or own
   * dependency and a repeated stage_id are INVALID_ARGUMENT and name the culprit.
   */
  'stages'?: (_ottoscaler_v1_PipelineStage)[];
  /**
   * The source repository, handed to workers as OTTO_REPOSITORY. May be empty.
   */
  'repository'?: (string);
  /**
   * The commit to work on, handed to workers as OTTO_COMMIT_SHA. May be empty.
   */
  'commit_sha'?: (string);
  /**
   * Who asks, handed to workers as OTTO_TRIGGERED_BY. May be empty.
   */
  'triggered_by'?: (string);
  /**
   * Free data. `on_failure` is ours. Without it a stage that fails for good stops the pipeline: what runs
   * finishes and what never started is skipped. With "continue" independent branches go on and only the
   * failure's dependents are skipped.
   */
  'metadata'?: ({[key: string]: string});
  /**
   * Longest run of all stages but those that wait for the others, 0–86400 seconds; 0 = the configured maximum.
   * What still runs then is terminated and fails as `deadline`.
   */
  'timeout_seconds'?: (number);
  /**
   * Where to begin when attaching to a run again: events up to this sequence number are left out.
   */
  'after_sequence'?: (number | string | Long);
}

/**
 * A graph of stages to run. A stage starts the moment its own dependencies have completed; there is no
 * barrier between levels.
 */
export interface PipelineRequest__Output {
  /**
   * The run's identity and idempotency key: 1–253 bytes, no control or bidirectional characters.
   */
  'pipeline_id': (string);
  /**
   * A name for people. May be empty.
   */
  'name': (string);
  /**
   * The stages, at most 1000 unless configured; the order carries no meaning. A cycle, an unknown or own
   * dependency and a repeated stage_id are INVALID_ARGUMENT and name the culprit.
   */
  'stages': (_ottoscaler_v1_PipelineStage__Output)[];
  /**
   * The source repository, handed to workers as OTTO_REPOSITORY. May be empty.
   */
  'repository': (string);
  /**
   * The commit to work on, handed to workers as OTTO_COMMIT_SHA. May be empty.
   */
  'commit_sha': (string);
  /**
   * Who asks, handed to workers as OTTO_TRIGGERED_BY. May be empty.
   */
  'triggered_by': (string);
  /**
   * Free data. `on_failure` is ours. Without it a stage that fails for good stops the pipeline: what runs
   * finishes and what never started is skipped. With "continue" independent branches go on and only the
   * failure's dependents are skipped.
   */
  'metadata': ({[key: string]: string});
  /**
   * Longest run of all stages but those that wait for the others, 0–86400 seconds; 0 = the configured maximum.
   * What still runs then is terminated and fails as `deadline`.
   */
  'timeout_seconds': (number);
  /**
   * Where to begin when attaching to a run again: events up to this sequence number are left out.
   */
  'after_sequence': (number);
}
