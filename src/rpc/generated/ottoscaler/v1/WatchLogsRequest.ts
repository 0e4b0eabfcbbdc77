// Original file: proto/ottoscaler/v1/watch_logs.proto


/**
 * Asks for what workers wrote lately and, if wished, for what they go on to write. At least one of task, pipeline and
 * worker is needed; all that are given must match.
 */
export interface WatchLogsRequest {
  /**
   * The workers of this task; a pipeline's workers have its id as their task's.
   */
  'task_id'?: (string);
  /**
   * The workers of this run.
   */
  'pipeline_id'?: (string);
  /**
   * Only those of this stage; needs pipeline_id.
   */
  'stage_id'?: (string);
  /**
   * The worker with this id, which is its Pod's name.
   */
  'worker_id'?: (string);
  /**
   * Of each worker that has written before, so many of its newest lines at most; 0 = all that are kept.
   */
  'tail'?: (number);
  /**
   * Goes on until every worker that matches has ended and no more of them can begin: those of a run until it is over.
   */
  'follow'?: (boolean);
}

/**
 * Asks for what workers wrote lately and, if wished, for what they go on to write. At least one of task, pipeline and
 * worker is needed; all that are given must match.
 */
export interface WatchLogsRequest__Output {
  /**
   * The workers of this task; a pipeline's workers have its id as their task's.
   */
  'task_id': (string);
  /**
   * The workers of this run.
   */
  'pipeline_id': (string);
  /**
   * Only those of this stage; needs pipeline_id.
   */
  'stage_id': (string);
  /**
   * The worker with this id, which is its Pod's name.
   */
  'worker_id': (string);
  /**
   * Of each worker that has written before, so many of its newest lines at most; 0 = all that are kept.
   */
  'tail': (number);
  /**
   * Goes on until every worker that matches has ended and no more of them can begin: those of a run until it is over.
   */
  'follow': (boolean);
}
