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
            const fields = { workerId, taskId, podName, stream, seq, writtenAt: time };
            // A gap is part of the log, no alarm: of a worker that was ended while it ran nobody knows its last words.
            log.info({ ...fields, ...(gap ? { gap } : {}), source }, text);
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
