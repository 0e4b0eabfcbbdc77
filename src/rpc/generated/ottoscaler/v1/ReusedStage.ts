// Original file: proto/ottoscaler/v1/pipeline_control.proto


/**
 * A stage whose result is taken from an earlier run.
 */
export interface ReusedStage {
  /**
   * The stage.
   */
  'stage_id'?: (string);
  /**
   * What the stage is and all that it depends on, as a hash.
   */
  'digest'?: (string);
}

/**
 * A stage whose result is taken from an earlier run.
 */
export interface ReusedStage__Output {
  /**
   * The stage.
   */
  'stage_id': (string);
  /**
   * What the stage is and all that it depends on, as a hash.
   */
  'digest': (string);
}
