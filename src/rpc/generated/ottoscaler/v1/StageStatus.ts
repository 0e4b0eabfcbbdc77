// Original file: proto/ottoscaler/v1/pipeline.proto

/**
 * The life of a stage, and of a pipeline as a whole.
 */
export const StageStatus = {
  /**
   * Waits for its dependencies or for room.
   */
  STAGE_PENDING: 'STAGE_PENDING',
  /**
   * Its workers are being created or run.
   */
  STAGE_RUNNING: 'STAGE_RUNNING',
  /**
   * All of its workers succeeded.
   */
  STAGE_COMPLETED: 'STAGE_COMPLETED',
  /**
   * Failed for good.
   */
  STAGE_FAILED: 'STAGE_FAILED',
  /**
   * Was running when the run was cancelled.
   */
  STAGE_CANCELLED: 'STAGE_CANCELLED',
  /**
   * Never started and never will.
   */
  STAGE_SKIPPED: 'STAGE_SKIPPED',
  /**
   * Failed and waits for its next attempt.
   */
  STAGE_RETRYING: 'STAGE_RETRYING',
} as const;

/**
 * The life of a stage, and of a pipeline as a whole.
 */
export type StageStatus =
  /**
   * Waits for its dependencies or for room.
   */
  | 'STAGE_PENDING'
  | 0
  /**
   * Its workers are being created or run.
   */
  | 'STAGE_RUNNING'
  | 1
  /**
   * All of its workers succeeded.
   */
  | 'STAGE_COMPLETED'
  | 2
  /**
   * Failed for good.
   */
  | 'STAGE_FAILED'
  | 3
  /**
   * Was running when the run was cancelled.
   */
  | 'STAGE_CANCELLED'
  | 4
  /**
   * Never started and never will.
   */
  | 'STAGE_SKIPPED'
  | 5
  /**
   * Failed and waits for its next attempt.
   */
  | 'STAGE_RETRYING'
  | 6

/**
 * The life of a stage, and of a pipeline as a whole.
 */
export type StageStatus__Output = typeof StageStatus[keyof typeof StageStatus]
