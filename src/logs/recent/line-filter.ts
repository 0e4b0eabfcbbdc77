/** Whose lines somebody wants to read; '' matches every worker, and all that are given must match. */
import type { LineOrigin } from '../line.ts';

export interface LineFilter {
  /** A run's workers have the run's id as their task's. */
  readonly taskId: string;
  readonly pipelineId: string;
  readonly stageId: string;
  readonly workerId: string;
}

export function matches(
  { taskId, pipelineId, stageId, workerId }: LineFilter,
  of: Pick<LineOrigin, keyof LineFilter>,
): boolean {
  return (
    (taskId === '' || of.taskId === taskId) &&
    (pipelineId === '' || of.pipelineId === pipelineId) &&
    (stageId === '' || of.stageId === stageId) &&
    (workerId === '' || of.workerId === workerId)
  );
}
