/**
 * The built program under load for as long as it is given, measured every ten seconds.
 *
 * What it remembers of finished workers is bounded by time; here that time is short, so that what still grows is
 * not that. Runs are remembered for a day whatever is set, and that growth is by design.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { startEmbeddedCluster } from '../../bench/support/embedded-cluster.ts';
import { startServer, type Server } from '../../bench/support/server.ts';
import { Caller } from '../chaos/caller.ts';
import { Load } from '../chaos/load.ts';
import { startApiProxy } from '../support/api-proxy.ts';
import { diceFrom } from '../support/dice.ts';
import { openNamespace } from '../support/kubernetes.ts';
import { Churn } from './churn.ts';
import { takeSample, type Sample } from './sample.ts';
import { growsWithoutBound, secondHalf, trendOf, type Trend } from './trend.ts';

const sampleEveryMs = 10_000;
/** Every so many samples all garbage is collected first, so that what is left is what is held. */
const collectEvery = 3;
const historySeconds = 20;
const restsWithinMs = 180_000;
const hourMs = 3_600_000;

export interface SoakOptions {
  readonly minutes: number;
  readonly clients: number;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly sampled: (sample: Sample, commands: number) => void;
}

export interface SoakFindings {
  readonly passed: boolean;
  readonly minutes: number;
  readonly cluster: string;
  readonly commands: number;
  readonly visits: number;
  readonly watchesCut: number;
  /** Of the second half. */
  readonly rssMbPerHour: Trend;
  readonly liveHeapMbPerHour: Trend;
  readonly fdsPerHour: Trend;
  readonly actorsPerHour: Trend;
  readonly loopP99Ms: { readonly median: number; readonly max: number };
  readonly actorsAtRest: { readonly before: number; readonly after: number };
  readonly problems: readonly string[];
  readonly samples: readonly Sample[];
}

export async function soak(options: SoakOptions): Promise<SoakFindings> {
  const { minutes, clients, seed } = options;
  await using stack = new AsyncDisposableStack();
  const over = new AbortController();
  stack.defer(() => over.abort(new Error('the soak is over')));
  const signal = AbortSignal.any([options.signal, over.signal]);

  const given = process.env['KUBECONFIG'];
  // The proxy takes its cluster from there.
  if (!given) process.env['KUBECONFIG'] = stack.use(await startEmbeddedCluster('with a node')).kubeconfigPath;
  const namespace = given ? stack.use(await openNamespace()).name : 'default';
  const proxy = stack.use(await startApiProxy());
  const server = stack.use(
    await startServer({
      KUBECONFIG: proxy.kubeconfigPath,
      NAMESPACE: namespace,
      WORKERS_LIVE_MAX: '12',
      WORKER_CPU_REQUEST: '5m',
      WORKER_MEMORY_REQUEST: '8Mi',
      PROBE_XSTATE: import.meta.resolve('xstate'),
      WORKER_HISTORY_SECONDS: String(historySeconds),
    }),
  );
  const caller = new Caller(() => Promise.resolve(server.client), diceFrom(seed), signal);
  const load = new Load(caller, diceFrom(seed + 1), signal);
  const leaving = new AbortController();
  const churn = new Churn(
    server.address,
    proxy,
    diceFrom(seed + 2),
    AbortSignal.any([signal, leaving.signal]),
  );

  const { actors: before = 0 } = await server.readCollected(signal);
  load.start(clients);
  const churning = churn.go();
  const sample = async (hours: number, nth: number) => {
    const taken = await takeSample(server, hours, signal, nth % collectEvery === 0);
    options.sampled(taken, load.ended);
    return taken;
  };
  const samples = await Promise.race([measure(minutes, sample, signal), server.failed()]);
  leaving.abort();
  await churning;
  await load.stop();
  signal.throwIfAborted();
  const actorsAtRest = { before, after: await untilAtRest(server, before, signal) };
  return judge(samples, {
    minutes,
    cluster: given ? `Kubernetes ${server.kubernetes}` : 'the embedded cluster',
    commands: load.deeds.length,
    visits: churn.visits,
    watchesCut: churn.cuts,
    actorsAtRest,
    problems: [...load.problems, ...new Set(churn.failures)],
  });
}

async function measure(
  minutes: number,
  take: (hours: number, nth: number) => Promise<Sample>,
  signal: AbortSignal,
): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  const beganMs = performance.now();
  for (let nth = 1; ; nth += 1) {
    const dueMs = beganMs + nth * sampleEveryMs;
    if (dueMs > beganMs + minutes * 60_000) return samples;
    await pause(Math.max(0, dueMs - performance.now()), undefined, { signal });
    samples.push(await take((performance.now() - beganMs) / hourMs, nth));
  }
}

/** Timers of what is over may hold an actor for a minute; for good, nothing may. @returns how many are left */
async function untilAtRest(server: Server, before: number, signal: AbortSignal): Promise<number> {
  const deadlineMs = performance.now() + restsWithinMs;
  for (;;) {
    const { actors = 0 } = await server.readCollected(signal);
    if (actors <= before || performance.now() > deadlineMs) return actors;
    await pause(sampleEveryMs, undefined, { signal });
  }
}

type Counts = Pick<
  SoakFindings,
  'minutes' | 'cluster' | 'commands' | 'visits' | 'watchesCut' | 'actorsAtRest' | 'problems'
>;

function judge(samples: readonly Sample[], counts: Counts): SoakFindings {
  const trend = (of: (sample: Sample) => number | undefined) =>
    trendOf(
      secondHalf(
        samples.flatMap((sample) => {
          const value = of(sample);
          return value === undefined ? [] : [{ hours: sample.hours, value }];
        }),
      ),
    );
  const fdsPerHour = trend(({ fds }) => fds);
  const actorsPerHour = trend(({ actors }) => actors);
  const p99 = samples.map(({ loopP99Ms }) => loopP99Ms).toSorted((a, b) => a - b);
  const grows = [
    ...(growsWithoutBound(fdsPerHour, 10) ? ['file descriptors grow without bound'] : []),
    ...(growsWithoutBound(actorsPerHour, 20) ? ['actors grow without bound'] : []),
  ];
  const { before, after } = counts.actorsAtRest;
  const held = after > before ? [`${after - before} actors are held though all is over`] : [];
  const problems = [...counts.problems, ...grows, ...held];
  return {
    ...counts,
    passed: problems.length === 0,
    problems,
    rssMbPerHour: trend(({ rssMb }) => rssMb),
    liveHeapMbPerHour: trend(({ liveHeapMb }) => liveHeapMb),
    fdsPerHour,
    actorsPerHour,
    loopP99Ms: { median: p99[Math.floor(p99.length / 2)] ?? Number.NaN, max: p99.at(-1) ?? Number.NaN },
    samples,
  };
}
