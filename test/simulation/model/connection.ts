/** The cluster port over a store in memory: no HTTP, no wall clock, and a fault wherever the plan has one. */
import type { KubeObject } from '../../../src/cluster/local/kube-object.ts';
import { configMaps, pods as podType } from '../../../src/cluster/local/resources/registry.ts';
import { isAbsent } from '../../../src/cluster/kubernetes/pod-usage.ts';
import {
  ClusterError,
  managedBy,
  type Cluster,
  type PodApi,
  type RecordApi,
  type StoredRecord,
} from '../../../src/cluster/port.ts';
import { followLog, undisturbedReading, type ReadingPlan } from './follow-log.ts';
import type { Network } from './network.ts';
import { observed } from './observed.ts';
import { leaseApi } from './lease-connection.ts';
import { ModelWatch, type WatchPlan } from './watch.ts';
import type { World } from './world.ts';

/** As the Kubernetes adapter asks for. */
const defaultPageSize = 500;

export interface ConnectionOptions {
  readonly network: Network;
  readonly watch?: WatchPlan;
  /** What becomes of readings of logs. */
  readonly readings?: ReadingPlan;
  /** How many records a list answers at a time. */
  readonly pageSize?: number;
}

export function connect(world: World, options: ConnectionOptions): Cluster {
  const { network, pageSize = defaultPageSize } = options;
  const { namespace } = world;
  return {
    namespace,
    pods: podApi(world, options),
    records: recordApi(world, network, pageSize),
    leases: leaseApi(world, network),
    probe: () => network.call('probe', '', () => ({ version: 'v1.20.0-model' })),
    close: () => Promise.resolve(),
  };
}

function podApi(
  world: World,
  { network, watch, readings: plan = undisturbedReading }: ConnectionOptions,
): PodApi {
  const { store, namespace } = world;
  return {
    create: (manifest) =>
      network.call('pods.create', manifest.metadata.name, () =>
        observed(store.create(podType, namespace, { ...manifest })),
      ),
    read: (name) =>
      network.call('pods.read', name, () => {
        const found = store.find(podType, namespace, name);
        return found && observed(found);
      }),
    delete: (name, uid) => network.call('pods.delete', name, () => deletePod(world, name, uid)),
    reflect: (observer) => new ModelWatch(world, network, observer, watch),
    followLog: (name, read) => followLog({ world, network, plan }, name, read),
    usage: () =>
      network
        .call('pods.usage', '', () =>
          world.pods.flatMap(({ name }) => {
            const usage = world.usageOf(name);
            return usage === undefined ? [] : [{ podName: name, ...usage }];
          }),
        )
        .catch((error: unknown) => {
          if (isAbsent(error)) return undefined;
          throw error;
        }),
  };
}

function deletePod({ store, namespace, audit }: World, name: string, uid: string): 'deleting' | 'gone' {
  const found = store.find(podType, namespace, name);
  if (found?.metadata.uid !== uid) return 'gone';
  if (found.metadata.deletionTimestamp === undefined) audit.deletions.push(uid);
  store.delete(podType, namespace, name, { uid });
  return 'deleting';
}

function recordApi({ store, namespace }: World, network: Network, pageSize: number): RecordApi {
  return {
    create: ({ name, labels, data }) =>
      network.call('records.create', name, () => {
        const metadata = { name, labels: { ...labels, [managedBy.key]: managedBy.value } };
        return stored(
          store.create(configMaps, namespace, { apiVersion: 'v1', kind: 'ConfigMap', metadata, data }),
        );
      }),
    read: (name) =>
      network.call('records.read', name, () => {
        const found = store.find(configMaps, namespace, name);
        return found && stored(found);
      }),
    update: ({ name, uid, resourceVersion, labels, data }) =>
      network.call('records.update', name, () => {
        const metadata = {
          name,
          uid,
          resourceVersion,
          labels: { ...labels, [managedBy.key]: managedBy.value },
        };
        return stored(
          store.update(configMaps, namespace, name, () => ({
            apiVersion: 'v1',
            kind: 'ConfigMap',
            metadata,
            data,
          })),
        );
      }),
    delete: ({ name, uid, resourceVersion }) =>
      network.call('records.delete', name, () => {
        if (store.find(configMaps, namespace, name)?.metadata.uid !== uid) return 'gone' as const;
        store.delete(configMaps, namespace, name, { uid, resourceVersion });
        return 'deleted' as const;
      }),
    async *list() {
      const matches = ({ metadata }: KubeObject) => metadata.labels?.[managedBy.key] === managedBy.value;
      let continueToken = '';
      do {
        const query = { resource: configMaps, namespace, matches, limit: pageSize, continueToken };
        const page = await network.call('records.list', '', () => store.list(query));
        yield page.items.map(stored);
        ({ continueToken } = page);
      } while (continueToken !== '');
    },
  };
}

function stored({ metadata, ...rest }: KubeObject): StoredRecord {
  const { name, uid, resourceVersion, labels = {} } = metadata;
  const data: Record<string, string> = Object.create(null);
  for (const [key, value] of Object.entries(rest['data'] ?? {})) {
    if (typeof value !== 'string') throw new ClusterError('unavailable', `${name}: ${key} is no text`);
    data[key] = value;
  }
  return { name, uid, resourceVersion, labels, data };
}
