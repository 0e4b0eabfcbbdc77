/**
 * Looks at the process it is loaded into, without touching its code or its memory more than it must.
 *
 * `server.ts` strips its types and loads it with `--import`, so it imports nothing of ours. Each question is
 * answered about the time since the one before.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

export interface Reading {
  readonly rssBytes: number;
  readonly heapUsedBytes: number;
  /** What keeps its event loop busy: sockets, timers, requests under way. */
  readonly resources: number;
  /** In memory, as far as its garbage was collected; undefined unless PROBE_XSTATE names the module. */
  readonly actors: number | undefined;
  /** User and system time of all its threads since it started. */
  readonly cpuMs: number;
  /** How late a timer of 1 ms was. */
  readonly loopDelayMs: { readonly p50: number; readonly p99: number; readonly max: number };
  /** Most CPU between two turns of a timer of 1 ms: how late it was by our own doing. Needs PROBE_TURNS. */
  readonly turnCpuMs: number;
}

const timerMs = 1;
const histogram = monitorEventLoopDelay({ resolution: timerMs });
histogram.enable();

let turnCpuMs = 0;

function watchTurns(): void {
  let last = process.threadCpuUsage();
  const look = () => {
    const { user, system } = process.threadCpuUsage(last);
    last = process.threadCpuUsage();
    turnCpuMs = Math.max(turnCpuMs, (user + system) / 1_000);
  };
  setInterval(look, timerMs).unref();
}

if (process.env['PROBE_TURNS']) watchTurns();

function read(): Reading {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  const lateMs = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - timerMs);
  const reading = {
    rssBytes: rss,
    heapUsedBytes: heapUsed,
    resources: process.getActiveResourcesInfo().length,
    actors: actors?.count(),
    cpuMs: (user + system) / 1_000,
    loopDelayMs: {
      p50: lateMs(histogram.percentile(50)),
      p99: lateMs(histogram.percentile(99)),
      max: lateMs(histogram.max),
    },
    turnCpuMs,
  };
  histogram.reset();
  turnCpuMs = 0;
  return reading;
}

/** What is told when something is garbage. */
const collected = new FinalizationRegistry<() => void>((tell) => tell());

/** Every actor that was started, until it is garbage: one that ended and is still held counts. */
async function watchActors(url: string): Promise<{ readonly count: () => number }> {
  const { Actor } = (await import(url)) as { readonly Actor: { readonly prototype: Startable } };
  // oxlint-disable-next-line typescript/unbound-method -- called with the actor that it was called on
  const { start } = Actor.prototype;
  let count = 0;
  const isGone = () => void (count -= 1);
  Actor.prototype.start = function startCounted() {
    count += 1;
    collected.register(this, isGone);
    return start.call(this);
  };
  return { count: () => count };
}

interface Startable {
  start(this: Startable): unknown;
}

async function answer({ id, request }: Question): Promise<void> {
  if (request === 'collect') await collectGarbage();
  process.send?.({ id, answer: read() });
}

interface Question {
  readonly id: number;
  readonly request: 'read' | 'collect';
}

const hearsWithinMs = 2_000;

/** And hears of it, which a busy loop puts off: until it is told of something that was garbage before. */
async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  const { promise: told, resolve: tell } = Promise.withResolvers<void>();
  collected.register({}, tell);
  // Not in the turn that made it, whose stack may still hold it.
  await new Promise((resolve) => setImmediate(resolve));
  gc();
  await Promise.race([told, new Promise((resolve) => setTimeout(resolve, hearsWithinMs))]);
  // That pause is ours.
  histogram.reset();
}

const xstate = process.env['PROBE_XSTATE'];
const actors = xstate ? await watchActors(xstate) : undefined;

process.on('message', (question: Question) => void answer(question));
process.on('disconnect', () => process.exit());
// The process ends when its own work is done, as it would without a probe.
process.channel?.unref();
