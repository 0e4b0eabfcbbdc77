// Original file: proto/ottoscaler/v1/pipeline_control.proto

/**
 * How a run is cancelled. In each way what never started is skipped.
 */
export const CancelMode = {
  /**
   * What runs is terminated.
   */
  CANCEL_NOW: 'CANCEL_NOW',
  /**
   * What runs may finish.
   */
  CANCEL_FINISH_RUNNING: 'CANCEL_FINISH_RUNNING',
  /**
   * What runs is terminated, then the stages that run "always" do.
   */
  CANCEL_RUN_FINALLY: 'CANCEL_RUN_FINALLY',
} as const;

/**
 * How a run is cancelled. In each way what never started is skipped.
 */
export type CancelMode =
  /**
   * What runs is terminated.
   */
  | 'CANCEL_NOW'
  | 0
  /**
   * What runs may finish.
   */
  | 'CANCEL_FINISH_RUNNING'
  | 1
  /**
   * What runs is terminated, then the stages that run "always" do.
   */
  | 'CANCEL_RUN_FINALLY'
  | 2

/**
 * How a run is cancelled. In each way what never started is skipped.
 */
export type CancelMode__Output = typeof CancelMode[keyof typeof CancelMode]
