/**
 * Pods created per second: ScaleUp against a bare loop of POSTs and against the stock client.
 *
 * ScaleUp is all of it: a gRPC client, the real server in its own process, ledgers, actors, the watch, the
 * log. The ceilings POST the same manifest to the same API server with as many requests in flight. Every
 * contender has its own namespace, is warmed up, takes its turn, and leaves no Pod to the next one's turn.
 */
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';
import { column, type Benchmark, type Findings, type Given } from './benchmark.ts';
import type { Round, RoundResult } from './create-ceiling.ts';
import { Child } from './support/child.ts';
import { openNamespace, type Namespace } from './support/namespace.ts';
import { startServer, type Server } from './support/server.ts';
import { ratios } from './support/statistics.ts';
import { scaleUpRequest, unschedulable } from './support/workloads.ts';

const commands = 10;
const workersPerCommand = 100;
const pods = commands * workersPerCommand;
const warmUpPods = 200;
/** The number of connections that the server's transport opens for calls. */
const concurrency = 64;
/** The scheduler goes on with the last Pods' deletion for a moment. */
const restMs = 1_500;

interface Contender {
  readonly name: string;
  readonly namespace: Namespace;
  create(pods: number, signal: AbortSignal): Promise<RoundResult>;
}

export const create: Benchmark = {
  name: 'create',
  purpose: 'Pods per second through ScaleUp, against raw POSTs and the stock client',
  needsKubernetes: true,
  run,
};

async function run({ repetitions, kubeconfigPath, signal, progress }: Given): Promise<Findings> {
  await using stack = new AsyncDisposableStack();
  progress.step('create: namespaces, a server, two ceilings');
  const namespace = async (purpose: string) => stack.use(await openNamespace(kubeconfigPath, purpose));
  const scaledIn = await namespace('scale-up');
  const server = stack.use(
    await startServer({ ...serverEnv, KUBECONFIG: kubeconfigPath, NAMESPACE: scaledIn.name }),
  );
  const contenders = [
    scaleUp(server, scaledIn),
    await ceiling('raw', kubeconfigPath, await namespace('raw'), stack),
    await ceiling('watched', kubeconfigPath, await namespace('watched'), stack),
    await ceiling('stock', kubeconfigPath, await namespace('stock'), stack),
  ] as const;
  const results = contenders.map((): RoundResult[] => []);
  for (let repetition = 0; repetition <= repetitions; repetition++) {
    for (const [index, contender] of contenders.entries()) {
      const isWarmUp = repetition === 0;
      progress.step(
        `create: ${contender.name}, ${isWarmUp ? 'warm-up' : `repetition ${repetition} of ${repetitions}`}`,
      );
      const result = await contender.create(isWarmUp ? warmUpPods : pods, signal);
      if (!isWarmUp) results[index]?.push(result);
      progress.detail('deleting its Pods');
      await contender.namespace.empty(signal);
      await pause(restMs, undefined, { signal });
    }
  }
  return findings(server.kubernetes, results);
}

const serverEnv = {
  WORKERS_LIVE_MAX: '100000',
  WORKER_PENDING_SECONDS: '86400',
  LOG_LEVEL: 'info',
};

function scaleUp(server: Server, namespace: Namespace): Contender {
  return {
    name: 'ScaleUp',
    namespace,
    async create(count, signal) {
      const task = randomBytes(3).toString('hex');
      const before = await server.read(signal);
      const startMs = performance.now();
      const answers = await Promise.all(
        Array.from({ length: count / workersPerCommand }, (_, index) => {
          const request = scaleUpRequest(`${task}-${index}`, workersPerCommand, unschedulable);
          return server.client.scaleUp(request, { timeoutMs: 120_000, signal });
        }),
      );
      const seconds = (performance.now() - startMs) / 1_000;
      const after = await server.read(signal);
      const allCreated = `${workersPerCommand} of ${workersPerCommand} created`;
      const other = answers.find(({ message }) => message !== allCreated);
      if (other) throw new Error(`a ScaleUp was answered before its Pods were created: ${other.message}`);
      return { seconds, cpuMs: after.cpuMs - before.cpuMs };
    },
  };
}

const ceilingNames = {
  raw: 'raw POSTs',
  watched: 'raw POSTs beside a bare watch',
  stock: 'stock client',
} as const;
const ceilingProgram = fileURLToPath(new URL('create-ceiling.ts', import.meta.url));

async function ceiling(
  kind: Round['kind'],
  kubeconfigPath: string,
  namespace: Namespace,
  stack: AsyncDisposableStack,
): Promise<Contender> {
  const owner = await namespace.createOwner();
  const child = stack.use(new Child([ceilingProgram]));
  return {
    name: ceilingNames[kind],
    namespace,
    create: (count, signal) => {
      const prefix = `otto-bench-${randomBytes(10).toString('hex')}`;
      const round: Round = {
        kind,
        kubeconfigPath,
        namespace: namespace.name,
        owner,
        prefix,
        pods: count,
        concurrency,
      };
      return child.ask<RoundResult>(round, signal);
    },
  };
}

function findings(
  kubernetes: string,
  [ours = [], raw = [], watched = [], stock = []]: RoundResult[][],
): Findings {
  const rate = (results: RoundResult[]) => column(results, 'seconds').map((seconds) => pods / seconds);
  const cpu = (results: RoundResult[]) => column(results, 'cpuMs').map((ms) => ms / pods);
  return {
    setup: {
      kubernetes,
      'Pods per repetition': `${commands} commands of ${workersPerCommand}`,
      'requests in flight': concurrency,
      'warm-up': `${warmUpPods} Pods`,
      Pods: 'unschedulable, no node runs them',
    },
    rows: [
      { what: 'ScaleUp', unit: 'Pods/s', values: rate(ours) },
      { what: 'raw POSTs (ceiling)', unit: 'Pods/s', values: rate(raw) },
      { what: 'raw POSTs beside a bare watch', unit: 'Pods/s', values: rate(watched) },
      { what: 'stock client', unit: 'Pods/s', values: rate(stock) },
      {
        what: 'ScaleUp / raw POSTs',
        unit: '×',
        values: ratios(rate(ours), rate(raw)),
        aim: { atLeast: 0.9 },
      },
      {
        what: 'ScaleUp / raw POSTs beside a bare watch',
        unit: '×',
        values: ratios(rate(ours), rate(watched)),
      },
      {
        what: 'ScaleUp / stock client',
        unit: '×',
        values: ratios(rate(ours), rate(stock)),
        aim: { atLeast: 4 },
      },
      { what: 'ScaleUp, CPU of the server', unit: 'ms/Pod', values: cpu(ours) },
      { what: 'raw POSTs, CPU of the process', unit: 'ms/Pod', values: cpu(raw) },
      { what: 'stock client, CPU of the process', unit: 'ms/Pod', values: cpu(stock) },
    ],
  };
}
