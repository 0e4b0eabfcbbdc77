/**
 * Leases of one namespace.
 *
 * They travel in the lane of watches, so that a renewal never waits behind creates. As with records, every
 * update is a compare-and-swap that the API server decides.
 */
import { ClusterError, managedBy, type LeaseApi, type NewLease, type StoredLease } from '../port.ts';
import type { Transport } from './transport.ts';
import { field, text } from './untrusted.ts';

const apiVersion = 'coordination.k8s.io/v1';
const lane = 'watch';
const int32Max = 2 ** 31 - 1;

export function createLeaseApi(transport: Transport, namespace: string): LeaseApi {
  const path = `/apis/${apiVersion}/namespaces/${encodeURIComponent(namespace)}/leases`;
  const pathOf = (name: string) => `${path}/${encodeURIComponent(name)}`;
  const read = async (name: string): Promise<StoredLease | undefined> => {
    const what = `read lease ${name}`;
    try {
      return stored(what, await transport.call({ method: 'GET', path: pathOf(name), what, lane }));
    } catch (error) {
      if (error instanceof ClusterError && error.code === 'not-found') return undefined;
      throw error;
    }
  };
  return {
    read,
    async create(lease) {
      const what = `create lease ${lease.name}`;
      const body = manifest({ name: lease.name }, lease);
      return stored(what, await transport.call({ method: 'POST', path, body, what, lane }));
    },
    async update(lease) {
      const { name, uid, resourceVersion } = lease;
      const what = `update lease ${name}`;
      const body = manifest({ name, uid, resourceVersion }, lease);
      try {
        return stored(what, await transport.call({ method: 'PUT', path: pathOf(name), body, what, lane }));
      } catch (error) {
        // An update may create a lease, so nothing under the name is a UID that differs.
        const isConflict = error instanceof ClusterError && error.code === 'conflict';
        if (!isConflict || (await read(name)) !== undefined) throw error;
        throw new ClusterError('not-found', `${what}: it is gone`, { status: 404 });
      }
    },
  };
}

function manifest(metadata: Readonly<Record<string, string>>, lease: NewLease) {
  const { holder, durationSeconds, acquiredAt, renewedAt, transitions } = lease;
  return {
    apiVersion,
    kind: 'Lease',
    metadata: { ...metadata, labels: { [managedBy.key]: managedBy.value } },
    spec: {
      // An API server may refuse an empty identity; an absent one means nobody everywhere.
      ...(holder === '' ? {} : { holderIdentity: holder }),
      ...(durationSeconds > 0 ? { leaseDurationSeconds: durationSeconds } : {}),
      ...(acquiredAt === '' ? {} : { acquireTime: microTime(acquiredAt) }),
      ...(renewedAt === '' ? {} : { renewTime: microTime(renewedAt) }),
      leaseTransitions: transitions,
    },
  };
}

/** A MicroTime is read only with exactly six digits after the point. */
function microTime(rfc3339: string): string {
  return new Date(rfc3339).toISOString().replace('Z', '000Z');
}

function stored(what: string, raw: unknown): StoredLease {
  const metadata = field(raw, 'metadata');
  const spec = field(raw, 'spec');
  const [name, uid, resourceVersion] = ['name', 'uid', 'resourceVersion'].map((key) =>
    text(field(metadata, key)),
  );
  if (!name || !uid || !resourceVersion)
    throw new ClusterError('unavailable', `${what}: the API server's answer is no Lease`);
  return {
    name,
    uid,
    resourceVersion,
    holder: text(field(spec, 'holderIdentity')),
    durationSeconds: count(field(spec, 'leaseDurationSeconds')),
    acquiredAt: milliTime(field(spec, 'acquireTime')),
    renewedAt: milliTime(field(spec, 'renewTime')),
    transitions: count(field(spec, 'leaseTransitions')),
  };
}

function count(value: unknown): number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= int32Max ? value : 0;
}

function milliTime(value: unknown): string {
  const ms = Date.parse(text(value));
  return Number.isNaN(ms) ? '' : new Date(ms).toISOString();
}
