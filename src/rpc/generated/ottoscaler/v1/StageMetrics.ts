// Original file: proto/ottoscaler/v1/pipeline.proto


/**
 * Figures of one stage.
 */
export interface StageMetrics {
  /**
   * How long it has run, in seconds.
   */
  'duration_seconds'?: (number);
  /**
   * Workers of the current attempt that ended well.
   */
  'successful_workers'?: (number);
  /**
   * Workers of the current attempt that ended badly.
   */
  'failed_workers'?: (number);
  /**
   * Workers of the current attempt in all.
   */
  'total_workers'?: (number);
  /**
   * Mean CPU use of the workers, in cores; 0 where it was not measured.
   */
  'avg_cpu_usage'?: (number | string);
  /**
   * Mean memory use of the workers, in MB; 0 where it was not measured.
   */
  'avg_memory_mb'?: (number | string);
}

/**
 * Figures of one stage.
 */
export interface StageMetrics__Output {
  /**
   * How long it has run, in seconds.
   */
  'duration_seconds': (number);
  /**
   * Workers of the current attempt that ended well.
   */
  'successful_workers': (number);
  /**
   * Workers of the current attempt that ended badly.
   */
  'failed_workers': (number);
  /**
   * Workers of the current attempt in all.
   */
  'total_workers': (number);
  /**
   * Mean CPU use of the workers, in cores; 0 where it was not measured.
   */
  'avg_cpu_usage': (number);
  /**
   * Mean memory use of the workers, in MB; 0 where it was not measured.
   */
  'avg_memory_mb': (number);
}
