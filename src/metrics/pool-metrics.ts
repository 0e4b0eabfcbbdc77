/** What the pool's snapshot says: workers, their line, their capacity, commands, crashes. */
import type { Registry } from 'prom-client';
import type { PoolSnapshot } from '../machines/pool/view.ts';
import { gaugeAtScrape } from './read-at-scrape.ts';

export interface PoolSource {
  readonly snapshot: () => PoolSnapshot;
  /** How many workers the pool counts as live too many or too few. */
  readonly drift: (snapshot: PoolSnapshot) => number;
}

/** Of the worker's chart, as far as people tell them apart. */
const workerStates = [
  'pending.queued',
  'pending.admitted',
  'running.active',
  'running.unreachable',
  'succeeded',
  'failed',
  'cleanup.draining',
  'cleanup.deleting',
  'cleanup.backingOff',
  'cleanup.confirming',
  'cleanup.stuck',
  'cleanup.verifying',
] as const;

export function poolMetrics(registry: Registry, { snapshot, drift }: PoolSource): void {
  const gauge = (name: string, help: string, read: (pool: PoolSnapshot) => number) =>
    gaugeAtScrape(registry, { name, help, read: (show) => show({}, read(snapshot())) });
  gaugeAtScrape(registry, {
    name: 'ottoscaler_workers',
    help: "Workers by the state of their chart; those that are over aren't counted.",
    labelNames: ['state'],
    read: (show) => {
      const counts = new Map<string, number>(workerStates.map((state) => [state, 0]));
      for (const ref of snapshot().context.registry.workers.values()) {
        const state = stateOf(ref.getSnapshot().value);
        counts.set(state, (counts.get(state) ?? 0) + 1);
      }
      for (const [state, count] of counts) show({ state }, count);
    },
  });
  gauge(
    'ottoscaler_workers_live',
    'Workers whose Pods may use resources.',
    ({ context }) => context.registry.live.size,
  );
  gauge('ottoscaler_workers_live_max', 'WORKERS_LIVE_MAX.', ({ context }) => context.liveMax);
  gauge(
    'ottoscaler_admission_queue_workers',
    'Workers in line for capacity.',
    ({ context }) => context.registry.waiting.size,
  );
  gauge(
    'ottoscaler_capacity_drift_workers',
    'Live workers that the pool counts too many or too few; repaired within 10 s, and never there without a defect.',
    drift,
  );
  gaugeAtScrape(registry, {
    name: 'ottoscaler_commands',
    help: 'Commands and pipelines that are at hand; those that are over stay for a little while.',
    labelNames: ['kind'],
    read: (show) => {
      const { scaleUps, scaleDowns, pipelines } = snapshot().context.registry;
      show({ kind: 'scale_up' }, scaleUps.size);
      show({ kind: 'scale_down' }, scaleDowns.size);
      show({ kind: 'pipeline' }, pipelines.size);
    },
  });
  gauge('ottoscaler_pool_serving', '1 while commands are taken.', (pool) => (pool.hasTag('serving') ? 1 : 0));
  gauge(
    'ottoscaler_actor_restarts',
    'Actors that were restarted after a crash within the last minute or so.',
    ({ context }) => context.registry.restarts.get('')?.length ?? 0,
  );
  gauge(
    'ottoscaler_actors_quarantined',
    'Actors that crashed too often and were given up; their Pods are left alone.',
    ({ context }) => context.registry.quarantined.size,
  );
}

/** Two levels deep; how a Pod is created is shown by its API calls. */
function stateOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const [[outer, inner] = ['unknown', '']] = Object.entries(value ?? {});
  if (outer === 'succeeded' || outer === 'failed') return outer;
  return `${outer}.${typeof inner === 'string' ? inner : Object.keys(inner ?? {})[0]}`;
}
