/** What a scale command's answer says to a person. Pure. */
import type { ScaleResponse__Output } from '../rpc/generated/ottoscaler/v1/ScaleResponse.ts';
import { printable } from './printable.ts';
import type { ScaleOptions } from './scaling-options.ts';

/** Whether everything asked for is done, now or by the same command before. */
export function isDone({ status }: ScaleResponse__Output): boolean {
  return status === 'SUCCESS' || status === 'ALREADY_PROCESSED';
}

/** The status and the message, then the Pods' names, one a line. */
export function scaleReport(
  { action, taskId, taskGenerated }: ScaleOptions,
  response: ScaleResponse__Output,
): string[] {
  const task = taskName(taskId);
  const names = response.worker_pod_names.map((name) => `  ${printable(name)}`);
  return [
    ...(taskGenerated ? [`${task} (made up; name one with -task)`] : []),
    `${response.status}: ${sentence(action, task, response)}${names.length > 0 ? ':' : ''}`,
    ...names,
  ];
}

/** How a task is spoken of; '' means all of them. */
export function taskName(taskId: string): string {
  return taskId === '' ? 'all tasks' : `task ${printable(taskId)}`;
}

function sentence(action: ScaleOptions['action'], task: string, response: ScaleResponse__Output): string {
  const done = action === 'scale-up' ? 'created' : 'terminated';
  if (response.status !== 'ALREADY_PROCESSED')
    return `${task}: ${printable(response.message) || `${response.processed_count} ${done}`}`;
  const at = response.started_at === '' ? '' : ` at ${printable(response.started_at)}`;
  return `${task}: this very command was accepted before${at}; nothing more was ${done}. It had ${done}`;
}
