/**
 * The real pool over a cluster in memory, recorded into a file or not: what recording costs it.
 *
 * A process of its own; `record.ts` asks it once.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises';
import { createActor } from 'xstate';
import { providePool } from '../src/actors/provide.ts';
import { unfenced } from '../src/actors/ledger/fence.ts';
import { readSettings } from '../src/config/read-settings.ts';
import { createLogger } from '../src/log.ts';
import { installIndexedScheduler } from '../src/machines/indexed-scheduler.ts';
import { systemClock, systemRandom } from '../src/programs/clock.ts';
import { policyOf } from '../src/programs/compose.ts';
import { RecordFile } from '../src/recording/record-file.ts';
import { Recorder, type PoolFace } from '../src/recording/recorder.ts';
import { redactor } from '../src/recording/redact.ts';
import { answerParent } from './support/answer-parent.ts';
import { MemoryCluster } from './support/memory-cluster.ts';
import { noWitness } from '../test/support/no-witness.ts';

export interface RecordRun {
  readonly isRecorded: boolean;
  readonly workers: number;
}

export interface RecordCosts {
  /** From commands to answers. */
  readonly scaleUpUsPerWorker: number;
  /** The fact that moves each worker from starting to running. */
  readonly runningFactsPerSecond: number;
  /** A newer status of a Pod that runs already. */
  readonly statusFactsPerSecond: number;
  /** CPU of the whole process at `offeredPerSecond` status facts, in percent of a core. */
  readonly cpuPercent: number;
  readonly loopDelayP99Ms: number;
  /** 0 where nothing is recorded. */
  readonly bytesPerFact: number;
}

export const offeredPerSecond = 2_000;
const factsPerChunk = 16;
const workersPerCommand = 100;
const statusRounds = 5;
const underLoadMs = 6_000;

answerParent(measure);

async function measure({ isRecorded, workers }: RecordRun): Promise<RecordCosts> {
  const folder = await mkdtemp(path.join(tmpdir(), 'otto-bench-record-'));
  const file = path.join(folder, 'incident.jsonl');
  const stopped = (why: string): never => {
    throw new Error(`the recording ended: ${why}`);
  };
  const tape = isRecorded
    ? await RecordFile.open({ path: file, bytesMax: 4_000_000_000, onEnd: stopped })
    : undefined;
  try {
    const cluster = new MemoryCluster();
    const pool = startPool(cluster, tape);
    while (!pool.getSnapshot().hasTag('serving')) await turn();
    const buildMs = await timed(() => scaleUps(pool, workers / workersPerCommand));
    const names = [...cluster.podsByName.keys()];
    const runningMs = await timed(() => feed(cluster, names));
    const bytesBefore = isRecorded ? await written(file) : 0;
    const statusMs = await timed(async () => {
      for (let round = 0; round < statusRounds; round++) await feed(cluster, names);
    });
    const bytes = isRecorded ? (await written(file)) - bytesBefore : 0;
    return {
      scaleUpUsPerWorker: (buildMs * 1_000) / workers,
      runningFactsPerSecond: (names.length / runningMs) * 1_000,
      statusFactsPerSecond: ((names.length * statusRounds) / statusMs) * 1_000,
      bytesPerFact: bytes / (names.length * statusRounds),
      ...(await underLoad(cluster, names)),
    };
  } finally {
    await tape?.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function startPool(cluster: MemoryCluster, tape: RecordFile | undefined): PoolFace {
  const policy = policyOf(readSettings({ WORKERS_LIVE_MAX: '100000' }));
  const log = createLogger({ level: 'warn', format: 'json' });
  const ports = { cluster, clock: systemClock, random: systemRandom, log, witness: noWitness };
  const provided = providePool({ ...ports, fence: unfenced }, policy);
  const recorder =
    tape &&
    new Recorder({
      tape,
      redactor: redactor(randomBytes(32)),
      now: () => Date.now(),
      versions: {},
      namespace: 'default',
    });
  const { machine, input } = recorder?.tap(provided) ?? provided;
  const actor = createActor(machine, { input, id: 'pool' });
  installIndexedScheduler(actor, recorder?.clock(systemClock) ?? systemClock);
  const pool = recorder?.face(actor) ?? actor;
  pool.start();
  return pool;
}

/** One command after the other, each until its workers' Pods are there. */
async function scaleUps(pool: PoolFace, count: number): Promise<void> {
  const { registry } = pool.getSnapshot().context;
  for (let index = 0; index < count; index++) {
    const template = { image: '', command: 'echo', timeoutSeconds: 0, env: [], resources: {} };
    const words = {
      repository: 'https://example.com/repository.git',
      commitSha: 'c0ffee',
      triggeredBy: 'bench',
    };
    const rest = { requestId: '', workerCount: workersPerCommand, template, reason: '', metadata: [] };
    pool.send({
      type: 'scale.up',
      command: { kind: 'scale-up', taskId: `bench-${index}`, ...words, ...rest },
    });
    const answered = () => [...registry.scaleUps.values()].at(-1)?.getSnapshot().hasTag('answered') === true;
    while (registry.workers.size < (index + 1) * workersPerCommand || !answered()) await turn();
  }
}

/** Every Pod once, in chunks as a watch brings them; the loop turns between two chunks. */
async function feed(cluster: MemoryCluster, names: readonly string[]): Promise<void> {
  for (let start = 0; start < names.length; start += factsPerChunk) {
    cluster.run(names.slice(start, start + factsPerChunk));
    await turn();
  }
}

async function underLoad(cluster: MemoryCluster, names: readonly string[]) {
  const timerMs = 1;
  const histogram = monitorEventLoopDelay({ resolution: timerMs });
  histogram.enable();
  const before = process.cpuUsage();
  const startMs = performance.now();
  for (let fed = 0; performance.now() - startMs < underLoadMs; fed += factsPerChunk) {
    const start = fed % (names.length - factsPerChunk);
    cluster.run(names.slice(start, start + factsPerChunk));
    const dueMs = startMs + ((fed + factsPerChunk) / offeredPerSecond) * 1_000;
    await pause(Math.max(1, dueMs - performance.now()));
  }
  histogram.disable();
  const { user, system } = process.cpuUsage(before);
  return {
    cpuPercent: (user + system) / 10 / (performance.now() - startMs),
    loopDelayP99Ms: histogram.percentile(99) / 1e6 - timerMs,
  };
}

/** Bytes of the file once nothing waits for the disk any more. */
async function written(file: string): Promise<number> {
  for (let size = -1; ;) {
    await pause(300);
    const now = (await stat(file)).size;
    if (now === size) return now;
    size = now;
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}
