/**
 * The Pods of one namespace, as the cluster port asks for them.
 *
 * A 409 on delete means that the UID under the name is another one, which is what the caller waits for.
 */
import { ClusterError, type PodApi, type PodManifest, type PodObserver, type Reflection } from '../port.ts';
import { managedBy } from '../port.ts';
import type { ObservedPod } from '../../machines/pod.ts';
import { followLog } from './log-follow.ts';
import { observePod } from './observe-pod.ts';
import { readUsage } from './pod-usage.ts';
import { reflectPods, type ReflectorOptions } from './reflector.ts';
import type { Transport } from './transport.ts';

export interface PodApiOptions {
  readonly transport: Transport;
  readonly namespace: string;
  readonly reflector: Pick<ReflectorOptions, 'timing' | 'clock' | 'random' | 'warn' | 'listener'>;
}

export function createPodApi(options: PodApiOptions): PodApi {
  const { transport, namespace } = options;
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`;
  const labelSelector = `${managedBy.key}=${managedBy.value}`;
  const read = async (name: string): Promise<ObservedPod | undefined> => {
    const raw = await readRaw(transport, path, name);
    return raw === undefined ? undefined : observed(`read pod ${name}`, raw);
  };
  return {
    create: (manifest: PodManifest) => create(transport, path, manifest),
    read,
    async delete(name, uid) {
      try {
        await deletePod(transport, path, name, uid);
        return 'deleting';
      } catch (error) {
        if (!(error instanceof ClusterError)) throw error;
        if (error.code === 'not-found') return 'gone';
        if (error.code !== 'conflict') throw error;
        if ((await read(name))?.uid !== uid) return 'gone';
        throw error;
      }
    },
    reflect(observer: PodObserver): Reflection {
      return reflectPods({ ...options.reflector, transport, path, labelSelector }, observer);
    },
    followLog: (name, reading) => followLog(transport, podPath(path, name), name, reading),
    usage: () => readUsage(transport, namespace, labelSelector),
  };
}

async function create(transport: Transport, path: string, manifest: PodManifest): Promise<ObservedPod> {
  const what = `create pod ${manifest.metadata.name}`;
  return observed(what, await transport.call({ method: 'POST', path, body: manifest, what }));
}

async function readRaw(transport: Transport, path: string, name: string): Promise<unknown> {
  try {
    return await transport.call({ method: 'GET', path: podPath(path, name), what: `read pod ${name}` });
  } catch (error) {
    if (error instanceof ClusterError && error.code === 'not-found') return undefined;
    throw error;
  }
}

async function deletePod(transport: Transport, path: string, name: string, uid: string): Promise<void> {
  await transport.call({
    method: 'DELETE',
    path: podPath(path, name),
    // No gracePeriodSeconds: the Pod's own applies, and 0 would leave the container to run unseen.
    body: { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid } },
    what: `delete pod ${name}`,
  });
}

function podPath(path: string, name: string): string {
  return `${path}/${encodeURIComponent(name)}`;
}

function observed(what: string, raw: unknown): ObservedPod {
  const pod = observePod(raw);
  if (pod === undefined) throw new ClusterError('unavailable', `${what}: the API server's answer is no Pod`);
  return pod;
}
