import { expect, test } from 'vitest';
import { Connection } from '../../../../src/logs/relay/connection.ts';
import type { HandlerEvents } from '../../../../src/logs/relay/handler-link.ts';
import { quietLog, VirtualClock } from '../../../support/log-lines.ts';

test('why there is no stream is said once for as long as it is the same, and again when it is another thing', async () => {
  const clock = new VirtualClock();
  const told: unknown[] = [];
  let events: HandlerEvents | undefined;
  let openings = 0;
  const connection = new Connection(
    {
      link: {
        open(_mode, heard) {
          openings++;
          events = heard;
          return { send: () => true, end: () => {}, cancel: () => {} };
        },
      },
      clock,
      random: () => 0,
      log: { ...quietLog, warn: (fields) => void told.push(fields) },
      answerWithinMs: 30_000,
    },
    {
      answered: () => {},
      writable: () => {},
      disconnected: () => {},
      waitingMessages: () => 1,
    },
  );
  for (const reason of ['nobody', 'nobody', 'expired', 'expired', 'nobody']) {
    connection.send([]);
    events?.ended({ isUnimplemented: false, reason });
    // oxlint-disable-next-line no-await-in-loop -- the longest rest between two
    await clock.advance(30_000);
  }
  expect(openings).toBe(5);
  expect(told).toEqual([{ reason: 'nobody' }, { reason: 'expired' }, { reason: 'nobody' }]);
});
