/**
 * From a Pod's change in the API server to the new snapshot in a subscriber of its worker's actor.
 *
 * The real adapter, reflector and pool run in this process beside a bare watch of the same Pods, and the
 * benchmark plays the kubelet: it patches the status of one Pod at a time. The added delay is the time of
 * the subscriber's snapshot minus the time at which the bare watch received the same version. A second bare
 * watch shows what two connections differ by of themselves: that is the noise of the measurement.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { createActor, type ActorRefFrom } from 'xstate';
import { providePool } from '../src/actors/provide.ts';
import { connectKubernetes } from '../src/cluster/kubernetes/connect.ts';
import type { Cluster } from '../src/cluster/port.ts';
import { readSettings } from '../src/config/read-settings.ts';
import { createLogger } from '../src/log.ts';
import { installIndexedScheduler } from '../src/machines/indexed-scheduler.ts';
import type { poolMachine } from '../src/machines/pool/pool.machine.ts';
import { podOf } from '../src/machines/worker/context.ts';
import { systemClock, systemRandom } from '../src/programs/clock.ts';
import { policyOf } from '../src/programs/compose.ts';
import { validateScaleUp } from '../src/rpc/validate/scale.ts';
import { defaultLimits } from '../src/rpc/validate/limits.ts';
import type { Benchmark, Findings, Given } from './benchmark.ts';
import { openNamespace, type Namespace } from './support/namespace.ts';
import { RawWatch } from './support/raw-watch.ts';
import { percentile } from './support/statistics.ts';
import { scaleUpRequest, unschedulable } from './support/workloads.ts';
import { noWitness } from '../test/support/no-witness.ts';

const workers = 20;
const changesPerRepetition = 1_000;
const changeEveryMs = 8;
const warmUpChanges = 300;
const selector = 'labelSelector=managed-by%3Dottoscaler';

interface Delays {
  readonly snapshot: readonly number[];
  readonly secondWatch: readonly number[];
  readonly whole: readonly number[];
}

export const latency: Benchmark = {
  name: 'latency',
  purpose: "from a Pod's change to a subscriber's snapshot, against a bare watch",
  needsKubernetes: true,
  run,
};

async function run({ repetitions, kubeconfigPath, signal, progress }: Given): Promise<Findings> {
  await using stack = new AsyncDisposableStack();
  progress.step('latency: a namespace, a pool, two bare watches');
  const namespace = stack.use(await openNamespace(kubeconfigPath, 'latency'));
  const cluster = await connectKubernetes({ namespace: namespace.name, kubeconfigPath });
  stack.defer(() => cluster.close());
  const { version } = await cluster.probe();
  const openWatch = () => RawWatch.open(namespace.api, `${namespace.path}/pods`, selector);
  // Opened before ours: a server that serves its watches in order serves the ceiling first.
  const watch = stack.use(await openWatch());
  const pool = await startPool(cluster);
  stack.defer(() => drain(pool));
  const podNames = await scaleUp(pool);
  const snapshots = followSnapshots(pool);
  const second = stack.use(await openWatch());

  const sent: Array<ReadonlyMap<string, number>> = [];
  progress.step('latency: warm-up');
  await changePods(namespace, podNames, warmUpChanges, signal);
  for (let repetition = 1; repetition <= repetitions; repetition++) {
    progress.step(`latency: ${changesPerRepetition} changes, repetition ${repetition} of ${repetitions}`);
    sent.push(await changePods(namespace, podNames, changesPerRepetition, signal));
  }
  // The last events are on their way.
  await pause(1_000, undefined, { signal });
  const [first, other] = [watch.arrivals(), second.arrivals()];
  return findings(
    version,
    sent.map((changes) => delaysOf(changes, first, other, snapshots)),
  );
}

type PoolRef = ActorRefFrom<typeof poolMachine>;

async function startPool(cluster: Cluster): Promise<PoolRef> {
  const policy = policyOf(readSettings({ WORKER_PENDING_SECONDS: '86400' }));
  const log = createLogger({ level: 'silent', format: 'json' });
  const ports = { cluster, clock: systemClock, random: systemRandom, log, witness: noWitness };
  const { machine, input } = providePool(ports, policy);
  const pool = createActor(machine, { input, id: 'pool' });
  installIndexedScheduler(pool, systemClock);
  pool.start();
  while (!pool.getSnapshot().hasTag('serving')) await pause(20);
  return pool;
}

function drain(pool: PoolRef): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  pool.subscribe({ complete: resolve, error: () => resolve() });
  pool.send({ type: 'pool.drain' });
  return promise;
}

async function scaleUp(pool: PoolRef): Promise<readonly string[]> {
  const request = scaleUpRequest('latency', workers, unschedulable);
  const command = validateScaleUp({ ...request }, defaultLimits);
  pool.send({ type: 'scale.up', command });
  const { registry } = pool.getSnapshot().context;
  const created = () =>
    [...registry.workers.values()].filter((ref) => ref.getSnapshot().context.presence.kind === 'seen');
  while (created().length < workers) await pause(20);
  return [...registry.workers.keys()];
}

/** When a subscriber first had a snapshot with each version of its Pod. */
function followSnapshots(pool: PoolRef): ReadonlyMap<string, number> {
  const seen = new Map<string, number>();
  for (const ref of pool.getSnapshot().context.registry.workers.values()) {
    ref.subscribe({
      next: ({ context }) => {
        const version = podOf(context)?.resourceVersion;
        if (version !== undefined && !seen.has(version)) seen.set(version, performance.now());
      },
      error: () => {},
    });
  }
  return seen;
}

/** @returns when each change was asked for, by the resourceVersion that it made. */
async function changePods(
  { api, path }: Namespace,
  podNames: readonly string[],
  count: number,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const sent = new Map<string, number>();
  for (let index = 0; index < count; index++) {
    const name = podNames[index % podNames.length];
    const atMs = performance.now();
    const status = { phase: 'Running', message: `change ${index}` };
    const pod = await api.call<{ metadata: { resourceVersion: string } }>(
      'PATCH',
      `${path}/pods/${name}/status`,
      { status },
    );
    sent.set(pod.metadata.resourceVersion, atMs);
    await pause(changeEveryMs, undefined, { signal });
  }
  return sent;
}

function delaysOf(
  sent: ReadonlyMap<string, number>,
  watch: ReadonlyMap<string, number>,
  second: ReadonlyMap<string, number>,
  snapshots: ReadonlyMap<string, number>,
): Delays {
  const versions = [...sent.keys()];
  const missing = versions.filter((version) => !snapshots.has(version) || !watch.has(version));
  if (missing.length > 0) throw new Error(`${missing.length} of ${versions.length} changes were never seen`);
  const between = (from: ReadonlyMap<string, number>, to: ReadonlyMap<string, number>) =>
    versions.map((version) => (to.get(version) ?? Number.NaN) - (from.get(version) ?? Number.NaN));
  return {
    snapshot: between(watch, snapshots),
    secondWatch: between(watch, second),
    whole: between(sent, snapshots),
  };
}

function findings(kubernetes: string, all: readonly Delays[]): Findings {
  const of = (key: keyof Delays, share: number) => all.map((delays) => percentile(delays[key], share));
  const unit = 'ms';
  return {
    setup: {
      kubernetes,
      'changes per repetition': changesPerRepetition,
      'warm-up': `${warmUpChanges} changes`,
      'between two changes': `${changeEveryMs} ms and the PATCH itself`,
      workers,
    },
    rows: [
      { what: 'snapshot after the bare watch, p50', unit, values: of('snapshot', 0.5), aim: { atMost: 1 } },
      { what: 'snapshot after the bare watch, p99', unit, values: of('snapshot', 0.99), aim: { atMost: 10 } },
      { what: 'a second bare watch after the first, p50 (noise)', unit, values: of('secondWatch', 0.5) },
      { what: 'a second bare watch after the first, p99 (noise)', unit, values: of('secondWatch', 0.99) },
      { what: 'snapshot after the PATCH was sent, p50', unit, values: of('whole', 0.5) },
      { what: 'snapshot after the PATCH was sent, p99', unit, values: of('whole', 0.99) },
    ],
  };
}
