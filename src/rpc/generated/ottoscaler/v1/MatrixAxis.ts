// Original file: proto/ottoscaler/v1/pipeline.proto


/**
 * One named list of a matrix.
 */
export interface MatrixAxis {
  /**
   * An environment name: [A-Za-z_][A-Za-z0-9_]*, none that is reserved, no key of `config`.
   */
  'name'?: (string);
  /**
   * The values, each different; at least one.
   */
  'values'?: (string)[];
}

/**
 * One named list of a matrix.
 */
export interface MatrixAxis__Output {
  /**
   * An environment name: [A-Za-z_][A-Za-z0-9_]*, none that is reserved, no key of `config`.
   */
  'name': (string);
  /**
   * The values, each different; at least one.
   */
  'values': (string)[];
}
