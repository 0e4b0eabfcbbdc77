/**
 * From XADD to the worker's Pod, beside the same command over gRPC, and how many events a second become commands.
 *
 * The built server, a real redis-server that syncs every write, and the embedded API server, each a process of its
 * own. A Pod's time is when a watch of this process is told of it: after the create call was sent, served and passed
 * on, so that the call itself came earlier than what is shown.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { connectKubernetes } from '../src/cluster/kubernetes/connect.ts';
import type { Cluster } from '../src/cluster/port.ts';
import { startRedisServer, type RedisServer } from '../test/support/redis-server.ts';
import { column, type Benchmark, type Findings, type Given } from './benchmark.ts';
import { startEmbeddedCluster } from './support/embedded-cluster.ts';
import { inTurns } from './support/in-turns.ts';
import { startServer } from './support/server.ts';
import { percentile, ratios } from './support/statistics.ts';

const stream = 'otto:scale:events';
const warmUpEvents = 50;
const eventsOneByOne = 300;
const restMs = 10;
const eventsAtOnce = 2_000;
/** As many as a consumer has in hand. */
const callsInFlight = 64;
const lookEveryMs = 10;

export const redis: Benchmark = {
  name: 'redis',
  purpose: "from an event in Redis to the worker's Pod, and events per second, against gRPC",
  needsKubernetes: false,
  run,
};

interface Costs {
  readonly xaddMs: readonly number[];
  readonly eventMs: readonly number[];
  readonly callMs: readonly number[];
  readonly eventsPerSecond: number;
  readonly callsPerSecond: number;
}

async function run({ repetitions, signal, progress }: Given): Promise<Findings> {
  const costs: Costs[] = [];
  for (let repetition = 1; repetition <= repetitions; repetition++) {
    progress.step(`redis: repetition ${repetition} of ${repetitions}`);
    costs.push(await measure(signal));
  }
  const of = (key: 'xaddMs' | 'eventMs' | 'callMs', share: number) =>
    costs.map((one) => percentile(one[key], share));
  const [events, calls] = [column(costs, 'eventsPerSecond'), column(costs, 'callsPerSecond')];
  const unit = 'ms';
  return {
    setup: {
      'events one by one': `${eventsOneByOne} of one Pod, ${restMs} ms apart`,
      'events at once': `${eventsAtOnce} of one Pod, until all are acknowledged`,
      'calls in flight': callsInFlight,
      'redis-server': 'appendfsync always',
      cluster: 'the embedded API server without its node',
    },
    rows: [
      {
        what: "XADD to the Pod's event in a watch, p50",
        unit,
        values: of('eventMs', 0.5),
        aim: { atMost: 10 },
      },
      { what: "XADD to the Pod's event in a watch, p99", unit, values: of('eventMs', 0.99) },
      { what: 'XADD alone, p50', unit, values: of('xaddMs', 0.5) },
      { what: "ScaleUp over gRPC to the Pod's event, p50", unit, values: of('callMs', 0.5) },
      { what: "ScaleUp over gRPC to the Pod's event, p99", unit, values: of('callMs', 0.99) },
      { what: 'events', unit: 'events/s', values: events },
      { what: 'ScaleUp over gRPC', unit: 'calls/s', values: calls },
      { what: 'events / calls', unit: '×', values: ratios(events, calls) },
    ],
  };
}

async function measure(signal: AbortSignal): Promise<Costs> {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await startRedisServer());
  const { kubeconfigPath } = stack.use(await startEmbeddedCluster());
  const cluster = await connectKubernetes({ namespace: 'default', kubeconfigPath });
  stack.defer(() => cluster.close());
  const pods = watchPods(cluster);
  stack.defer(() => pods.stop());
  const ottoscaler = stack.use(
    await startServer({
      KUBECONFIG: kubeconfigPath,
      REDIS_HOST: server.place.host,
      REDIS_PORT: String(server.place.port),
      WORKERS_LIVE_MAX: '100000',
      WORKER_PENDING_SECONDS: '86400',
    }),
  );
  const producer = await server.connect();
  stack.defer(() => producer.close());
  const add = (taskId: string) =>
    producer.ask('XADD', stream, '*', 'type', 'scale_up', 'pod_count', '1', 'task_id', taskId);
  const call = (taskId: string) =>
    ottoscaler.client.scaleUp({ task_id: taskId, worker_count: 1 }, { timeoutMs: 60_000, signal });

  const xaddMs: number[] = [];
  const timed = async (taskId: string) => {
    const beganMs = performance.now();
    await add(taskId);
    xaddMs.push(performance.now() - beganMs);
  };
  await oneByOne(warmUpEvents, pods, (at) => add(`warm-event-${at}`), signal);
  await oneByOne(warmUpEvents, pods, (at) => call(`warm-call-${at}`), signal);
  const eventMs = await oneByOne(eventsOneByOne, pods, (at) => timed(`event-${at}`), signal);
  const callMs = await oneByOne(eventsOneByOne, pods, (at) => call(`call-${at}`), signal);
  const eventsPerSecond = await perSecond(async () => {
    await Promise.all(Array.from({ length: eventsAtOnce }, (_, at) => add(`many-events-${at}`)));
    await untilTaken(server, signal);
  });
  const callsPerSecond = await perSecond(() =>
    inTurns(eventsAtOnce, callsInFlight, (at) => call(`many-calls-${at}`)),
  );
  return { xaddMs, eventMs, callMs, eventsPerSecond, callsPerSecond };
}

/** @returns how long each took until its Pod was seen */
async function oneByOne(
  count: number,
  pods: ReturnType<typeof watchPods>,
  ask: (at: number) => Promise<unknown>,
  signal: AbortSignal,
): Promise<readonly number[]> {
  const tookMs: number[] = [];
  for (let at = 0; at < count; at++) {
    const seen = pods.next();
    const beganMs = performance.now();
    const asked = ask(at);
    tookMs.push((await seen) - beganMs);
    await asked;
    await pause(restMs, undefined, { signal });
  }
  return tookMs;
}

async function perSecond(work: () => Promise<unknown>): Promise<number> {
  const beganMs = performance.now();
  await work();
  return (eventsAtOnce / (performance.now() - beganMs)) * 1_000;
}

async function untilTaken(server: RedisServer, signal: AbortSignal): Promise<void> {
  for (;;) {
    const [group = []] = (await server.ask('XINFO', 'GROUPS', stream)) as (string | number)[][];
    const of = (name: string) => group[group.indexOf(name) + 1];
    if (of('lag') === 0 && of('pending') === 0) return;
    await pause(lookEveryMs, undefined, { signal });
  }
}

/** When a Pod that was not known before was seen, in ms of `performance.now()`. */
function watchPods(cluster: Cluster) {
  const known = new Set<string>();
  let next = Promise.withResolvers<number>();
  const take = (uid: string) => {
    if (known.has(uid)) return;
    known.add(uid);
    next.resolve(performance.now());
  };
  const reflection = cluster.pods.reflect({
    listed: (pods) => pods.forEach(({ uid }) => take(uid)),
    changed: (facts) => facts.forEach((fact) => fact.type === 'pod.observed' && take(fact.pod.uid)),
    health: () => {},
  });
  return {
    stop: () => reflection.stop(),
    next: () => {
      next = Promise.withResolvers();
      return next.promise;
    },
  };
}
