/** Leases of the model cluster: the store's own, spoken as the Kubernetes adapter speaks them. */
import type { KubeObject } from '../../../src/cluster/local/kube-object.ts';
import { leases } from '../../../src/cluster/local/resources/registry.ts';
import {
  ClusterError,
  managedBy,
  type LeaseApi,
  type NewLease,
  type StoredLease,
} from '../../../src/cluster/port.ts';
import type { Network } from './network.ts';
import type { World } from './world.ts';

export function leaseApi({ store, namespace }: World, network: Network): LeaseApi {
  return {
    read: (name) =>
      network.call('leases.read', name, () => {
        const found = store.find(leases, namespace, name);
        return found && stored(found);
      }),
    create: (lease) =>
      network.call('leases.create', lease.name, () =>
        stored(store.create(leases, namespace, manifest({ name: lease.name }, lease))),
      ),
    update: (lease) =>
      network.call('leases.update', lease.name, () => {
        const { name, uid, resourceVersion } = lease;
        if (!store.find(leases, namespace, name))
          throw new ClusterError('not-found', `update lease ${name}: it is gone`, { status: 404 });
        return stored(
          store.update(leases, namespace, name, () => manifest({ name, uid, resourceVersion }, lease)),
        );
      }),
  };
}

function manifest(
  metadata: { readonly name: string; readonly uid?: string; readonly resourceVersion?: string },
  { holder, durationSeconds, acquiredAt, renewedAt, transitions }: NewLease,
) {
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { ...metadata, labels: { [managedBy.key]: managedBy.value } },
    spec: {
      ...(holder === '' ? {} : { holderIdentity: holder }),
      leaseDurationSeconds: durationSeconds,
      ...(acquiredAt === '' ? {} : { acquireTime: acquiredAt.replace('Z', '000Z') }),
      ...(renewedAt === '' ? {} : { renewTime: renewedAt.replace('Z', '000Z') }),
      leaseTransitions: transitions,
    },
  };
}

function stored({ metadata, ...rest }: KubeObject): StoredLease {
  const spec = (rest['spec'] ?? {}) as ReturnType<typeof manifest>['spec'];
  const { name, uid, resourceVersion } = metadata;
  return {
    name,
    uid,
    resourceVersion,
    holder: spec.holderIdentity ?? '',
    durationSeconds: spec.leaseDurationSeconds,
    acquiredAt: spec.acquireTime?.replace('000Z', 'Z') ?? '',
    renewedAt: spec.renewTime?.replace('000Z', 'Z') ?? '',
    transitions: spec.leaseTransitions,
  };
}
