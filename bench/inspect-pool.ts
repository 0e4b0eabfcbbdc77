/**
 * The real pool over a cluster in memory, with the inspector in front of it, under a steady load of facts.
 *
 * A process of its own; `inspect.ts` asks it to begin, and then to measure as often as it likes. Facts come only while
 * it measures, so that two such processes can take turns.
 */
import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';
import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises';
import { createActor } from 'xstate';
import { unfenced } from '../src/actors/ledger/fence.ts';
import { providePool } from '../src/actors/provide.ts';
import { readSettings } from '../src/config/read-settings.ts';
import { startHttpServer } from '../src/http/server.ts';
import { createLogger } from '../src/log.ts';
import { RecentLines } from '../src/logs/recent/recent-lines.ts';
import { summarize } from '../src/machines/pipeline/summary.ts';
import * as outputView from '../src/machines/pool/output-view.ts';
import * as pipelineView from '../src/machines/pool/pipeline-view.ts';
import * as view from '../src/machines/pool/view.ts';
import { admitVisitors } from '../src/programs/admit-visitors.ts';
import { systemClock, systemRandom } from '../src/programs/clock.ts';
import { limitsOf, policyOf } from '../src/programs/compose.ts';
import { inspect, scheduleTimers } from '../src/programs/inspect.ts';
import { noWitness } from '../test/support/no-witness.ts';
import { answerParent } from './support/answer-parent.ts';
import { MemoryCluster } from './support/memory-cluster.ts';

/** Newer status of Pods that changes nothing, or nodes that fall silent and answer again. */
export type Load = 'status' | 'rows';

export type InspectAsked =
  | { readonly kind: 'begin'; readonly workers: number; readonly load: Load }
  | { readonly kind: 'measure'; readonly ms: number };

export interface InspectCosts {
  readonly loopDelayP50Ms: number;
  readonly loopDelayP99Ms: number;
  readonly loopDelayMaxMs: number;
  /** Of all threads, in percent of a core. */
  readonly cpuPercent: number;
  /** How long the loop stood still for garbage collections, ms a second. */
  readonly garbageMsPerSecond: number;
  readonly eventsPerSecond: number;
}

export const eventsPerSecond = 5_000;
const factsPerChunk = 16;
const workersPerCommand = 100;
const warmUpMs = 4_000;
const settleMs = 300;

const cluster = new MemoryCluster();
let taken = 0;
let at = 0;
let load: Load = 'status';
let names: readonly string[] = [];

answerParent((asked: InspectAsked) => (asked.kind === 'begin' ? begin(asked) : measure(asked.ms)));

/** @returns the HTTP port */
async function begin({ workers, load: asked }: Extract<InspectAsked, { kind: 'begin' }>): Promise<number> {
  const settings = readSettings({ WORKERS_LIVE_MAX: '100000' });
  const log = createLogger({ level: 'warn', format: 'json' });
  const ports = { cluster, clock: systemClock, random: systemRandom, log, witness: noWitness };
  const { machine, input } = providePool({ ...ports, fence: unfenced }, policyOf(settings));
  const root = createActor(machine, { input, id: 'pool' });
  const inspected = scheduleTimers(root, systemClock);
  root.start();
  const pool = { ref: root, view: { ...view, ...outputView, ...pipelineView, summarize } };
  const lines = new RecentLines(0);
  const server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    ...inspect(settings, {
      admit: admitVisitors(
        '127.0.0.1',
        () => undefined,
        () => Date.now(),
        () => {},
      ),
      ...inspected,
      pool,
      limits: limitsOf(settings),
      lines,
    }),
    reportUnexpected: (error) => console.error(error),
  });
  while (!root.getSnapshot().hasTag('serving')) await turn();
  const { registry } = root.getSnapshot().context;
  for (let index = 0; index < workers / workersPerCommand; index++) {
    const template = { image: '', command: 'echo', timeoutSeconds: 0, env: [], resources: {} };
    const words = { repository: 'https://example.com/r.git', commitSha: 'c0ffee', triggeredBy: 'bench' };
    const rest = { requestId: '', workerCount: workersPerCommand, template, reason: '', metadata: [] };
    root.send({
      type: 'scale.up',
      command: { kind: 'scale-up', taskId: `bench-${index}`, ...words, ...rest },
    });
    while (registry.workers.size < (index + 1) * workersPerCommand) await turn();
  }
  names = [...cluster.podsByName.keys()];
  load = asked;
  cluster.run(names);
  const ending = new AbortController();
  void feed(ending.signal);
  await pause(warmUpMs);
  ending.abort();
  return server.port;
}

async function feed(ending: AbortSignal): Promise<void> {
  const startMs = performance.now();
  const first = at;
  for (; !ending.aborted; at += factsPerChunk) {
    const start = at % names.length;
    const chunk = names.slice(start, start + factsPerChunk);
    const isSilent = load === 'rows' && Math.floor(at / names.length) % 2 === 1;
    if (isSilent) cluster.silence(chunk);
    else cluster.run(chunk);
    taken += chunk.length;
    const dueMs = startMs + ((at + factsPerChunk - first) / eventsPerSecond) * 1_000;
    // oxlint-disable-next-line no-await-in-loop -- that is the pace
    await pause(Math.max(1, dueMs - performance.now()));
  }
}

async function measure(ms: number): Promise<InspectCosts> {
  const ending = new AbortController();
  void feed(ending.signal);
  await pause(settleMs);
  const garbage = garbageTime();
  const before = { cpu: process.cpuUsage(), ms: performance.now(), taken };
  const all = loopDelay();
  await pause(ms);
  const { user, system } = process.cpuUsage(before.cpu);
  const tookMs = performance.now() - before.ms;
  const { p50, p99, max } = all();
  ending.abort();
  return {
    loopDelayP50Ms: p50,
    loopDelayP99Ms: p99,
    loopDelayMaxMs: max,
    cpuPercent: (user + system) / 10 / tookMs,
    garbageMsPerSecond: ((await garbage()) / tookMs) * 1_000,
    eventsPerSecond: ((taken - before.taken) / tookMs) * 1_000,
  };
}

/** Begins to measure. @returns how to end; ms */
function garbageTime() {
  let sumMs = 0;
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) sumMs += duration;
  });
  observer.observe({ entryTypes: ['gc'] });
  return async () => {
    // Entries come a turn later.
    await turn();
    observer.disconnect();
    return sumMs;
  };
}

/** Begins to measure. @returns how to end */
function loopDelay() {
  const timerMs = 1;
  const histogram = monitorEventLoopDelay({ resolution: timerMs });
  histogram.enable();
  const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - timerMs);
  return () => {
    histogram.disable();
    return {
      p50: late(histogram.percentile(50)),
      p99: late(histogram.percentile(99)),
      max: late(histogram.max),
    };
  };
}
