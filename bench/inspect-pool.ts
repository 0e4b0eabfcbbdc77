/**
 * The real pool over a cluster in memory, with the inspector in front of it, under a steady load of facts.
 *
 * A process of its own; `inspect.ts` asks it to begin, and then to measure as often as it likes.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
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
import { systemClock, systemRandom } from '../src/programs/clock.ts';
import { limitsOf, policyOf } from '../src/programs/compose.ts';
import { inspect, scheduleTimers } from '../src/programs/inspect.ts';
import { noWitness } from '../test/support/no-witness.ts';
import { answerParent } from './support/answer-parent.ts';
import { MemoryCluster } from './support/memory-cluster.ts';
import { percentile } from './support/statistics.ts';

/** Newer status of Pods that changes nothing, or nodes that fall silent and answer again. */
export type Load = 'status' | 'rows';

export type InspectAsked =
  | { readonly kind: 'begin'; readonly workers: number; readonly load: Load }
  | { readonly kind: 'measure'; readonly ms: number };

export interface InspectCosts {
  /** The p99 that one in ten windows of half a second stays below: what is left where others leave it alone. */
  readonly quietP99Ms: number;
  readonly loopDelayP50Ms: number;
  readonly loopDelayP99Ms: number;
  readonly loopDelayMaxMs: number;
  /** Of all threads, in percent of a core. */
  readonly cpuPercent: number;
  readonly eventsPerSecond: number;
}

export const eventsPerSecond = 5_000;
const factsPerChunk = 16;
const workersPerCommand = 100;
const warmUpMs = 5_000;
const windowMs = 500;
const quietShare = 0.1;

const cluster = new MemoryCluster();
let taken = 0;

answerParent((asked: InspectAsked) => (asked.kind === 'begin' ? begin(asked) : measure(asked.ms)));

/** @returns the HTTP port */
async function begin({ workers, load }: Extract<InspectAsked, { kind: 'begin' }>): Promise<number> {
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
    ...inspect(settings, { ...inspected, pool, limits: limitsOf(settings), lines }),
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
  const names = [...cluster.podsByName.keys()];
  cluster.run(names);
  void feed(names, load);
  await pause(warmUpMs);
  return server.port;
}

/** For as long as the process lives. */
async function feed(names: readonly string[], load: Load): Promise<void> {
  const startMs = performance.now();
  for (let at = 0; ; at += factsPerChunk) {
    const start = at % names.length;
    const chunk = names.slice(start, start + factsPerChunk);
    const isSilent = load === 'rows' && Math.floor(at / names.length) % 2 === 1;
    if (isSilent) cluster.silence(chunk);
    else cluster.run(chunk);
    taken += chunk.length;
    const dueMs = startMs + ((at + factsPerChunk) / eventsPerSecond) * 1_000;
    // oxlint-disable-next-line no-await-in-loop -- that is the pace
    await pause(Math.max(1, dueMs - performance.now()));
  }
}

async function measure(ms: number): Promise<InspectCosts> {
  const before = { cpu: process.cpuUsage(), ms: performance.now(), taken };
  const all = loopDelay();
  const quiet: number[] = [];
  while (performance.now() - before.ms < ms) {
    const window = loopDelay();
    // oxlint-disable-next-line no-await-in-loop -- one window after the other
    await pause(windowMs);
    quiet.push(window().p99);
  }
  const { user, system } = process.cpuUsage(before.cpu);
  const tookMs = performance.now() - before.ms;
  const { p50, p99, max } = all();
  return {
    loopDelayP50Ms: p50,
    loopDelayP99Ms: p99,
    loopDelayMaxMs: max,
    quietP99Ms: percentile(quiet, quietShare),
    cpuPercent: (user + system) / 10 / tookMs,
    eventsPerSecond: ((taken - before.taken) / tookMs) * 1_000,
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
