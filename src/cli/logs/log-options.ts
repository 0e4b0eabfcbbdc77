/** What `-action logs` asks for. */
import type { WatchLogsRequest } from '../../rpc/generated/ottoscaler/v1/WatchLogsRequest.ts';
import type { GivenOptions } from '../command-line.ts';
import { UsageError } from '../usage-error.ts';

/** @throws UsageError */
export function logRequest({ task, pipeline, stage, worker, tail, follow }: GivenOptions): WatchLogsRequest {
  for (const [flag, id] of Object.entries({ pipeline, stage, worker }))
    if (id === '') throw new UsageError(`-${flag} is empty; give it an id or leave it out`);
  if (stage !== undefined && pipeline === undefined)
    throw new UsageError('-stage needs -pipeline: a stage is one of a run');
  if (task === undefined && pipeline === undefined && worker === undefined)
    throw new UsageError('-action logs needs -task, -pipeline or -worker');
  return {
    ...(task === undefined ? {} : { task_id: task }),
    ...(pipeline === undefined ? {} : { pipeline_id: pipeline }),
    ...(stage === undefined ? {} : { stage_id: stage }),
    ...(worker === undefined ? {} : { worker_id: worker }),
    ...(tail === undefined ? {} : { tail: lineCount(tail) }),
    follow: follow ?? false,
  };
}

function lineCount(text: string): number {
  if (!/^\d{1,9}$/.test(text) || Number(text) < 1)
    throw new UsageError(`-tail: "${text}" is not a number of lines; write an integer from 1`);
  return Number(text);
}
