/**
 * What a stage costs in real time: the real pool with every slot filled over a cluster in memory, whose Pods
 * succeed at once, so that there is nothing to wait for.
 *
 * A process of its own; `pipeline.ts` asks it once for each graph.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { createActor, type ActorRefFrom } from 'xstate';
import { providePool } from '../src/actors/provide.ts';
import { readSettings } from '../src/config/read-settings.ts';
import { createLogger } from '../src/log.ts';
import { installIndexedScheduler } from '../src/machines/indexed-scheduler.ts';
import { findPipeline, readPipeline } from '../src/machines/pool/pipeline-view.ts';
import type { poolMachine } from '../src/machines/pool/pool.machine.ts';
import { systemClock, systemRandom } from '../src/programs/clock.ts';
import { policyOf } from '../src/programs/compose.ts';
import { seeded } from '../test/simulation/model/seeded.ts';
import { commandOf, graphOf, type Graph, type Shape } from './pipeline-graphs.ts';
import { answerParent } from './support/answer-parent.ts';
import { MemoryCluster } from './support/memory-cluster.ts';
import { noWitness } from '../test/support/no-witness.ts';

export interface OverheadRun {
  readonly shape: Shape;
  readonly stages: number;
  /** Runs one after the other, of which the mean is taken. */
  readonly runs: number;
  readonly seed: number;
}

/** Of one stage. */
export interface Overhead {
  readonly wallMs: number;
  /** User and system time of all threads, the garbage collector's among them. */
  readonly cpuMs: number;
}

const warmUpStages = 50;
const warmUpRuns = 10;

answerParent(measure);

async function measure({ shape, stages, runs, seed }: OverheadRun): Promise<Overhead> {
  const random = seeded(seed);
  const pool = await startPool(new MemoryCluster({ endsAtOnce: true }));
  for (let run = 0; run < warmUpRuns; run++)
    await runToItsEnd(pool, `warm-up-${run}`, graphOf('random', warmUpStages, random));
  const graphs = Array.from({ length: runs }, () => graphOf(shape, stages, random));
  const cpu = process.cpuUsage();
  const beganMs = performance.now();
  for (const [run, graph] of graphs.entries()) await runToItsEnd(pool, `run-${run}`, graph);
  const wallMs = performance.now() - beganMs;
  const { user, system } = process.cpuUsage(cpu);
  return { wallMs: wallMs / (runs * stages), cpuMs: (user + system) / 1_000 / (runs * stages) };
}

type PoolRef = ActorRefFrom<typeof poolMachine>;

async function startPool(cluster: MemoryCluster): Promise<PoolRef> {
  const policy = policyOf(readSettings({ WORKERS_LIVE_MAX: '100000' }));
  const log = createLogger({ level: 'silent', format: 'json' });
  const ports = { cluster, clock: systemClock, random: systemRandom, log, witness: noWitness };
  const { machine, input } = providePool(ports, policy);
  const pool = createActor(machine, { input, id: 'pool' });
  installIndexedScheduler(pool, systemClock);
  pool.start();
  while (!pool.getSnapshot().hasTag('serving')) await turn();
  return pool;
}

/** Until its ledger is closed and no worker is left. */
async function runToItsEnd(pool: PoolRef, pipelineId: string, graph: Graph): Promise<void> {
  const command = commandOf(pipelineId, graph);
  pool.send({ type: 'pipeline.open', opening: { kind: 'submit', pipelineId, command } });
  const run = findPipeline(pool.getSnapshot(), pipelineId);
  if (!run) throw new Error('the pool takes no runs');
  while (!run.getSnapshot().matches('closed')) await turn();
  const last = readPipeline(run).progress.at(-1);
  if (last?.status !== 'completed')
    throw new Error(`the run ended as ${last?.status}: ${last?.errorMessage}`);
  // Those who come right after the end would find it; here nobody comes.
  run.send({ type: 'pipeline.forget' });
}
