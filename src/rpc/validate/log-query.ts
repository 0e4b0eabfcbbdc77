/** Requests for workers' lines, from the wire to a query the core may trust. */
import type { LineFilter } from '../../logs/recent/line-filter.ts';
import type { WatchLogsRequest__Output } from '../generated/ottoscaler/v1/WatchLogsRequest.ts';
import type { Limits } from './limits.ts';
import { reject } from './reject.ts';
import { optionalId } from './text.ts';
import { wholeNumber } from './whole-number.ts';

export interface LogQuery {
  readonly filter: LineFilter;
  /** Of each worker; 0 = all that are kept. */
  readonly tail: number;
  readonly follow: boolean;
}

const tailMax = 1_000_000;

/** @throws RpcError INVALID_ARGUMENT, naming the first field that breaks a rule. */
export function validateLogQuery(request: Readonly<WatchLogsRequest__Output>, limits: Limits): LogQuery {
  const filter = {
    taskId: optionalId('task_id', request.task_id, limits),
    pipelineId: optionalId('pipeline_id', request.pipeline_id, limits),
    stageId: optionalId('stage_id', request.stage_id, limits),
    workerId: optionalId('worker_id', request.worker_id, limits),
  };
  if (filter.stageId !== '' && filter.pipelineId === '')
    reject('stage_id', 'says nothing without pipeline_id; a stage is one of a run');
  if (filter.taskId === '' && filter.pipelineId === '' && filter.workerId === '')
    reject('task_id', 'is required, unless pipeline_id or worker_id is given');
  const tail = wholeNumber('tail', request.tail, 0, tailMax, 'number of lines');
  return { filter, tail, follow: request.follow };
}
