/**
 * What ten thousand live workers cost: memory and event loop of the real server, the pool's own speed, and
 * the price of a spawn and a stop in each topology.
 */
import { fileURLToPath } from 'node:url';
import type { Benchmark, Findings, Given, Row } from './benchmark.ts';
import { offeredPerSecond, type PoolCosts, type PoolRun } from './actors-pool.ts';
import { measureServer, type ServerCosts } from './actors-server.ts';
import type { TopologyCosts, TopologyRun } from './actors-topology.ts';
import { Child } from './support/child.ts';

const workers = 10_000;
const workersPerCommand = 100;
/** `spawnChild` into `snapshot.children` needs half a minute for ten thousand. */
const workersAsChildren = 2_000;

const topologies: ReadonlyArray<{ readonly title: string; readonly run: TopologyRun }> = [
  { title: 'Map, indexed scheduler (ours)', run: { place: 'map', scheduler: 'indexed', workers } },
  { title: 'Map, stock scheduler', run: { place: 'map', scheduler: 'stock', workers } },
  {
    title: 'spawnChild, stock scheduler',
    run: { place: 'children', scheduler: 'stock', workers: workersAsChildren },
  },
];

export const actors: Benchmark = {
  name: 'actors',
  purpose: 'memory, events per second and event loop at 10,000 live workers',
  needsKubernetes: false,
  run,
};

async function run(given: Given): Promise<Findings> {
  const { repetitions, signal, progress } = given;
  const servers: ServerCosts[] = [];
  const pools: PoolCosts[] = [];
  const trees = topologies.map((): TopologyCosts[] => []);
  for (let repetition = 1; repetition <= repetitions; repetition++) {
    const of = `repetition ${repetition} of ${repetitions}`;
    progress.step(`actors: the real server with ${workers} workers, ${of}`);
    servers.push(await measureServer(given, workers, workersPerCommand));
    progress.step(`actors: the pool over a cluster in memory, ${of}`);
    pools.push(await inChild<PoolCosts>('actors-pool.ts', { workers, workersPerCommand }, signal));
    for (const [index, { title, run: topology }] of topologies.entries()) {
      progress.step(`actors: ${title}, ${of}`);
      trees[index]?.push(await inChild<TopologyCosts>('actors-topology.ts', topology, signal));
    }
  }
  return {
    setup: {
      workers,
      'workers per command': workersPerCommand,
      server:
        'the built program in its own process; the embedded API (another process) in the place of a cluster',
      'status changes at the server': `${Math.round(Math.min(...servers.map((s) => s.changesPerSecond)))}/s or more`,
      'facts at the pool under load': `${offeredPerSecond}/s`,
    },
    rows: [...serverRows(servers), ...poolRows(pools), ...topologies.flatMap(topologyRows(trees))],
  };
}

async function inChild<Answer>(
  file: string,
  request: PoolRun | TopologyRun,
  signal: AbortSignal,
): Promise<Answer> {
  await using child = new Child([fileURLToPath(new URL(file, import.meta.url))]);
  return await child.ask<Answer>(request, signal);
}

function serverRows(all: readonly ServerCosts[]): Row[] {
  const row = (what: string, unit: string, value: (costs: ServerCosts) => number): Row => ({
    what,
    unit,
    values: all.map(value),
  });
  return [
    row('server idle, RSS', 'MB', ({ idle }) => idle.rssBytes / 1e6),
    {
      ...row('server at 10,000 workers, RSS', 'MB', ({ full }) => full.rssBytes / 1e6),
      aim: { atMost: 160 },
    },
    row('  of that the JavaScript heap in use', 'MB', ({ full }) => full.heapUsedBytes / 1e6),
    row('server under status changes, RSS', 'MB', ({ busy }) => busy.rssBytes / 1e6),
    row('server under status changes, loop delay p99', 'ms', ({ busy }) => busy.loopDelayMs.p99),
    row('server under status changes, loop delay max', 'ms', ({ busy }) => busy.loopDelayMs.max),
  ];
}

function poolRows(all: readonly PoolCosts[]): Row[] {
  const row = (what: string, unit: string, value: (costs: PoolCosts) => number): Row => ({
    what,
    unit,
    values: all.map(value),
  });
  return [
    row('pool: facts that make workers run', 'facts/s', (c) => c.runningFactsPerSecond),
    row('pool: newer status of running Pods', 'facts/s', (c) => c.statusFactsPerSecond),
    row('pool: loop delay p99 at 10,000', 'ms', (c) => c.loopDelayMs.p99),
    row('pool: loop delay max at 10,000', 'ms', (c) => c.loopDelayMs.max),
    row('pool: scale up from none', 'µs/worker', (c) => c.scaleUpUsPerWorker),
    row('pool: scale up at 10,000', 'µs/worker', (c) => c.scaleUpAtFullUsPerWorker),
    row('pool: end of a worker at 10,000', 'µs/worker', (c) => c.endAtFullUsPerWorker),
  ];
}

function topologyRows(trees: ReadonlyArray<readonly TopologyCosts[]>) {
  return ({ title, run: { workers: count } }: (typeof topologies)[number], index: number): Row[] => {
    const costs = trees[index] ?? [];
    const at = `at ${count.toLocaleString('en')}`;
    return [
      { what: `${title}: spawn ${at}`, unit: 'µs', values: costs.map((c) => c.spawnUs) },
      { what: `${title}: stop ${at}`, unit: 'µs', values: costs.map((c) => c.stopUs) },
      { what: `${title}: build`, unit: 'ms', values: costs.map((c) => c.buildMs) },
    ];
  };
}
