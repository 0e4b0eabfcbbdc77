/** A notice as NotifyWorkerStatus. */
import { messageOf } from '../../error-message.ts';
import type { Notice, TellNotice } from '../../logs/notices/notice.ts';
import type { HandlerClient } from './handler-client.ts';

const answerWithinMs = 10_000;

/** @param failed hears why notices are not answered: once for as long as it is the same */
export function tellHandler(handler: HandlerClient, failed: (reason: string) => void): TellNotice {
  let told = '';
  return async ({ workerId, taskId, status, time, reason, metadata }: Notice) => {
    try {
      const answer = await handler.notify(
        { worker_id: workerId, task_id: taskId, status, timestamp: time, reason, metadata },
        answerWithinMs,
      );
      told = '';
      return answer;
    } catch (error) {
      const why = messageOf(error);
      if (why !== told) failed(why);
      told = why;
      throw error;
    }
  };
}
