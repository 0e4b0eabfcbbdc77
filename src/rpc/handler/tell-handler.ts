/** A notice as NotifyWorkerStatus. */
import type { Notice, TellNotice } from '../../logs/notices/notice.ts';
import type { HandlerClient } from './handler-client.ts';

const answerWithinMs = 10_000;

export function tellHandler(handler: HandlerClient): TellNotice {
  return ({ workerId, taskId, status, time, reason, metadata }: Notice) =>
    handler.notify(
      { worker_id: workerId, task_id: taskId, status, timestamp: time, reason, metadata },
      answerWithinMs,
    );
}
