/**
 * The real pool with every slot filled, over a cluster in memory: what the actors alone cost at full size.
 *
 * A process of its own; `actors.ts` asks it once.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises';
import { createActor, type ActorRefFrom } from 'xstate';
import { providePool } from '../src/actors/provide.ts';
import { readSettings } from '../src/config/read-settings.ts';
import { createLogger } from '../src/log.ts';
import type { ScaleUpCommand } from '../src/machines/command.ts';
import { installIndexedScheduler } from '../src/machines/indexed-scheduler.ts';
import type { poolMachine } from '../src/machines/pool/pool.machine.ts';
import { systemClock, systemRandom } from '../src/programs/clock.ts';
import { policyOf } from '../src/programs/compose.ts';
import { answerParent } from './support/answer-parent.ts';
import { MemoryCluster } from './support/memory-cluster.ts';
import { noWitness } from '../test/support/no-witness.ts';

export interface PoolRun {
  readonly workers: number;
  readonly workersPerCommand: number;
}

export interface PoolCosts {
  /** From the command to the answer: ledger, actor, create effect, Pod observed. */
  readonly scaleUpUsPerWorker: number;
  /** The same for ten more commands once `workers` are live. */
  readonly scaleUpAtFullUsPerWorker: number;
  /** From a Pod's loss to the actor's end: outcome recorded, absence confirmed, buried. */
  readonly endAtFullUsPerWorker: number;
  /** The fact that moves each worker from starting to running. */
  readonly runningFactsPerSecond: number;
  /** A newer status of a Pod that runs already. */
  readonly statusFactsPerSecond: number;
  /** At `offeredPerSecond` status facts, over more than one round of the pool's own reconciliation. */
  readonly loopDelayMs: { readonly p99: number; readonly max: number };
}

export const offeredPerSecond = 2_000;
/** About what one read of a watch's socket holds. */
const factsPerChunk = 16;
const commandsOnTop = 10;
/** The pool compares its books with its workers every 10 s. */
const underLoadMs = 12_000;
const statusRounds = 5;

answerParent(measure);

async function measure({ workers, workersPerCommand }: PoolRun): Promise<PoolCosts> {
  const cluster = new MemoryCluster();
  const pool = await startPool(cluster);
  const commands = workers / workersPerCommand;
  const scaleUp = (first: number, count: number) => scaleUps(pool, first, count, workersPerCommand);

  const buildMs = await timed(() => scaleUp(0, commands));
  const names = [...cluster.podsByName.keys()];
  const runningMs = await timed(() => feed(cluster, names));
  const statusMs = await timed(async () => {
    for (let round = 0; round < statusRounds; round++) await feed(cluster, names);
  });
  const loopDelayMs = await loopUnderLoad(cluster, names);
  const moreMs = await timed(() => scaleUp(commands, commandsOnTop));
  const more = [...cluster.podsByName.keys()].slice(names.length);
  const endMs = await timed(async () => {
    cluster.lose(more);
    while (pool.getSnapshot().context.registry.workers.size > workers) await turn();
  });

  return {
    scaleUpUsPerWorker: (buildMs * 1_000) / workers,
    scaleUpAtFullUsPerWorker: (moreMs * 1_000) / more.length,
    endAtFullUsPerWorker: (endMs * 1_000) / more.length,
    runningFactsPerSecond: (names.length / runningMs) * 1_000,
    statusFactsPerSecond: ((names.length * statusRounds) / statusMs) * 1_000,
    loopDelayMs,
  };
}

type PoolRef = ActorRefFrom<typeof poolMachine>;

async function startPool(cluster: MemoryCluster): Promise<PoolRef> {
  const policy = policyOf(readSettings({ WORKERS_LIVE_MAX: '100000' }));
  const log = createLogger({ level: 'warn', format: 'json' });
  const ports = { cluster, clock: systemClock, random: systemRandom, log, witness: noWitness };
  const { machine, input } = providePool(ports, policy);
  const pool = createActor(machine, { input, id: 'pool' });
  installIndexedScheduler(pool, systemClock);
  pool.start();
  while (!pool.getSnapshot().hasTag('serving')) await turn();
  return pool;
}

/** One command after the other, each until it is answered. */
async function scaleUps(pool: PoolRef, first: number, count: number, workerCount: number): Promise<void> {
  for (let index = first; index < first + count; index++) {
    const command = commandOf(index, workerCount);
    const { registry } = pool.getSnapshot().context;
    const created = registry.workers.size + workerCount;
    pool.send({ type: 'scale.up', command });
    const answered = () => [...registry.scaleUps.values()].at(-1)?.getSnapshot().hasTag('answered') === true;
    while (registry.workers.size < created || !answered()) await turn();
  }
}

function commandOf(index: number, workerCount: number): ScaleUpCommand {
  return {
    kind: 'scale-up',
    taskId: `bench-${index}`,
    requestId: '',
    repository: 'https://example.com/repository.git',
    commitSha: '0123456789abcdef0123456789abcdef01234567',
    workerCount,
    template: { image: '', command: 'echo', timeoutSeconds: 0, env: [], resources: {} },
    triggeredBy: 'bench',
    reason: '',
    metadata: [],
  };
}

/** Every Pod once, in chunks as a watch brings them; the loop turns between two chunks. */
async function feed(cluster: MemoryCluster, names: readonly string[]): Promise<void> {
  for (let start = 0; start < names.length; start += factsPerChunk) {
    cluster.run(names.slice(start, start + factsPerChunk));
    await turn();
  }
}

async function loopUnderLoad(
  cluster: MemoryCluster,
  names: readonly string[],
): Promise<PoolCosts['loopDelayMs']> {
  const timerMs = 1;
  const histogram = monitorEventLoopDelay({ resolution: timerMs });
  histogram.enable();
  const startMs = performance.now();
  for (let fed = 0; performance.now() - startMs < underLoadMs; fed += factsPerChunk) {
    const start = fed % (names.length - factsPerChunk);
    cluster.run(names.slice(start, start + factsPerChunk));
    await pause(
      Math.max(1, startMs + ((fed + factsPerChunk) / offeredPerSecond) * 1_000 - performance.now()),
    );
  }
  histogram.disable();
  return {
    p99: histogram.percentile(99) / 1e6 - timerMs,
    max: histogram.max / 1e6 - timerMs,
  };
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}
