/** Where no otto-handler is configured: lines become records of the log, each taken at once. */
import type { Log } from '../../actors/ports.ts';
import type { HandlerLink } from './handler-link.ts';

export function stdoutLink(log: Log): HandlerLink {
  return {
    open: (_mode, events) => {
      let messages = 0;
      return {
        send(lines) {
          messages++;
          for (const { origin, stream, seq, time, source, text, gap } of lines) {
            const { workerId, taskId, podName } = origin;
            const fields = { workerId, taskId, podName, stream, seq, writtenAt: time, source };
            if (gap) log.warn({ ...fields, gap }, text);
            else log.info(fields, text);
          }
          events.answered({ status: 'ACK', sequence: messages, throttleMs: 0 });
          return true;
        },
        end() {},
        cancel() {},
      };
    },
  };
}
