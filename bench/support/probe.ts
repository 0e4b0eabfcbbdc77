/**
 * Looks at the process it is loaded into, without touching its code or its memory more than it must.
 *
 * `server.ts` strips its types and loads it with `--import`, so it imports nothing of ours. Each question is
 * answered about the time since the one before.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';

export interface Reading {
  readonly rssBytes: number;
  readonly heapUsedBytes: number;
  /** User and system time of all its threads since it started. */
  readonly cpuMs: number;
  /** How late a timer of 1 ms was. */
  readonly loopDelayMs: { readonly p50: number; readonly p99: number; readonly max: number };
}

const timerMs = 1;
const histogram = monitorEventLoopDelay({ resolution: timerMs });
histogram.enable();

function read(): Reading {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  const lateMs = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - timerMs);
  const reading = {
    rssBytes: rss,
    heapUsedBytes: heapUsed,
    cpuMs: (user + system) / 1_000,
    loopDelayMs: {
      p50: lateMs(histogram.percentile(50)),
      p99: lateMs(histogram.percentile(99)),
      max: lateMs(histogram.max),
    },
  };
  histogram.reset();
  return reading;
}

process.on('message', ({ id }: { readonly id: number }) => process.send?.({ id, answer: read() }));
process.on('disconnect', () => process.exit());
// The process ends when its own work is done, as it would without a probe.
process.channel?.unref();
