import { expect, it } from 'vitest';
import type { HandlerEvents, HandlerLink } from '../../../../src/logs/relay/handler-link.ts';
import { Relay } from '../../../../src/logs/relay/relay.ts';
import { SpoolFiles } from '../../../../src/logs/spool/spool-files.ts';
import { Spool } from '../../../../src/logs/spool/spool.ts';
import { linesOf, originOf, quietLog, VirtualClock } from '../../../support/log-lines.ts';
import { ModelDisk, Platter } from '../../../support/model-disk.ts';

/** As real time does, it goes on between two looks, by a ms every `everyLooks`; and timers come a ms early. */
function creeping(clock: VirtualClock, everyLooks: number) {
  let looks = 0;
  let aheadMs = 0;
  return {
    now: () => {
      if (++looks % everyLooks === 0) aheadMs += 1;
      return clock.now() + aheadMs;
    },
    setTimeout: (fn: () => void, timeoutMs: number) => clock.setTimeout(fn, timeoutMs - 1),
    clearTimeout: clock.clearTimeout,
  };
}

/** Wants the first message again so many times. */
function wantingAgain(times: number): HandlerLink {
  let left = times;
  return {
    open: (_mode, events: HandlerEvents) => {
      let sequence = 0;
      return {
        send() {
          sequence++;
          const status = left-- > 0 ? 'RETRY' : 'ACK';
          queueMicrotask(() => events.answered({ status, sequence, throttleMs: 0 }));
          return true;
        },
        end() {},
        cancel() {},
      };
    },
  };
}

it.each([1, 2, 3, 5, 7, 11])(
  'a rest that ends while it is looked at is not slept through, with time going on every %d looks',
  async (everyLooks) => {
    const clock = new VirtualClock();
    const files = await SpoolFiles.open(new ModelDisk(new Platter()), 2 ** 20);
    const bounds = { memoryBytesMax: 2 ** 20, spillAfterMs: 1_000, checkpointEveryMs: 1_000 };
    const store = Spool.open(files, { ...bounds, clock, log: quietLog });
    const relay = new Relay({
      store,
      link: wantingAgain(8),
      clock: creeping(clock, everyLooks),
      random: () => 0,
      log: quietLog,
    });
    await store.append(linesOf(originOf('a'), 1, 10));
    await clock.advance(120_000);
    expect(store.cursor).toBe(10);
    await relay.close(0);
  },
);
