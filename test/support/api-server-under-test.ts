/**
 * The conformance suite's set-up on whatever a kubeconfig names: a namespace of its own for every test, and
 * the parts of scheduler, kubelet and strangers played over the same API.
 */
import { randomBytes } from 'node:crypto';
import { ClusterError } from '../../src/cluster/port.ts';
import { clusterOver, openTransport } from '../../src/cluster/kubernetes/connect.ts';
import type { Transport } from '../../src/cluster/kubernetes/transport.ts';
import { elements, field } from '../../src/cluster/kubernetes/untrusted.ts';
import { watchEvents } from '../../src/cluster/kubernetes/watch-stream.ts';
import type { ClusterUnderTest, SetUp } from '../contract/cluster-under-test.ts';
import { podManifest } from './pod-manifest.ts';
import { bytesField, postProtobuf } from './post-protobuf.ts';

/** No kubelet has this name, so nobody but the test writes the status of Pods that are bound to it. */
const playedNode = 'played-node';

/**
 * @param controllers `controller-manager` where one runs: it makes the ServiceAccount without which a
 * namespace admits no Pods, and has to be waited for.
 */
export function onApiServer(kubeconfigPath: string, controllers: 'controller-manager' | 'none'): SetUp {
  return async () => {
    const transport = await openTransport({ kubeconfigPath });
    const namespace = `otto-contract-${randomBytes(5).toString('hex')}`;
    const dispose = async (): Promise<void> => {
      await removeNamespace(transport, namespace);
      await transport.close();
    };
    try {
      await createNamespace(transport, kubeconfigPath, namespace);
      if (controllers === 'controller-manager') await untilAdmitted(transport, namespace);
    } catch (error) {
      await dispose();
      throw error;
    }
    return {
      cluster: clusterOver(transport, { namespace, warn: () => undefined }),
      kubelet: playKubelet(transport, kubeconfigPath, namespace),
      others: playOthers(transport, namespace),
      dispose,
    };
  };
}

function playKubelet(
  transport: Transport,
  kubeconfigPath: string,
  namespace: string,
): ClusterUnderTest['kubelet'] {
  const pod = (name: string): string => `/api/v1/namespaces/${namespace}/pods/${name}`;
  return {
    bind: (name) => bind(transport, kubeconfigPath, pod(name), name),
    async setStatus(name, patch) {
      // A scheduler may write its own condition in between.
      for (let tries = 0; ; tries += 1) {
        const raw = await transport.call({ method: 'GET', path: pod(name), what: 'read' });
        const body = { ...entries(raw), status: { ...entries(field(raw, 'status')), ...patch } };
        try {
          await transport.call({ method: 'PUT', path: `${pod(name)}/status`, body, what: 'set status' });
          return;
        } catch (error) {
          if (!(error instanceof ClusterError) || error.code !== 'conflict' || tries >= 10) throw error;
        }
      }
    },
    async finishDeletion(name) {
      const body = { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0 };
      await transport.call({ method: 'DELETE', path: pod(name), body, what: 'finish deletion' });
    },
  };
}

function playOthers(transport: Transport, namespace: string): ClusterUnderTest['others'] {
  const base = `/api/v1/namespaces/${namespace}`;
  return {
    async createPod(name) {
      const manifest = podManifest(name);
      const body = {
        ...manifest,
        metadata: { ...manifest.metadata, labels: { 'managed-by': 'somebody-else' } },
      };
      await transport.call({ method: 'POST', path: `${base}/pods`, body, what: 'create a foreign pod' });
    },
    async createConfigMap(name) {
      const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { theirs: 'yes' } };
      await transport.call({
        method: 'POST',
        path: `${base}/configmaps`,
        body,
        what: 'create a foreign record',
      });
    },
    async deleteLease(name) {
      const path = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/${name}`;
      await transport.call({ method: 'DELETE', path, what: 'delete a lease' });
    },
  };
}

async function createNamespace(transport: Transport, kubeconfigPath: string, name: string): Promise<void> {
  const path = '/api/v1/namespaces';
  const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
  try {
    await transport.call({ method: 'POST', path, body, what: 'create namespace' });
  } catch (error) {
    if (!isCrash(error)) throw error;
    await postProtobuf(kubeconfigPath, path, 'Namespace', bytesField(1, bytesField(1, name)));
  }
}

async function bind(
  transport: Transport,
  kubeconfigPath: string,
  podPath: string,
  name: string,
): Promise<void> {
  const path = `${podPath}/binding`;
  const target = { apiVersion: 'v1', kind: 'Node', name: playedNode };
  const body = { apiVersion: 'v1', kind: 'Binding', metadata: { name }, target };
  try {
    await transport.call({ method: 'POST', path, body, what: 'bind' });
  } catch (error) {
    if (!isCrash(error)) throw error;
    const node = Buffer.concat([bytesField(1, 'Node'), bytesField(3, playedNode)]);
    await postProtobuf(
      kubeconfigPath,
      path,
      'Binding',
      bytesField(1, bytesField(1, name)),
      bytesField(2, node),
    );
  }
}

function isCrash(error: unknown): boolean {
  return error instanceof ClusterError && error.code === 'unavailable';
}

/** Pods are refused until a controller has made the namespace's default ServiceAccount. */
async function untilAdmitted(transport: Transport, namespace: string): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts`;
  const what = 'wait for the default service account';
  const list = await transport.call({ method: 'GET', path, what });
  if (elements(field(list, 'items')).length > 0) return;
  const resourceVersion = String(field(field(list, 'metadata'), 'resourceVersion'));
  const request = { path, labelSelector: '', resourceVersion, timeoutSeconds: 30, what };
  for await (const events of watchEvents(transport, request, AbortSignal.timeout(30_000), () => undefined)) {
    if (events.some(({ type }) => type === 'ADDED')) return;
  }
  throw new Error(`${namespace} never got a default service account`);
}

/** Without this a namespace would wait for kubelets that no test plays any more. */
async function removeNamespace(transport: Transport, namespace: string): Promise<void> {
  const now = { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0 };
  const what = 'remove the namespace';
  const path = `/api/v1/namespaces/${namespace}`;
  try {
    await transport.call({ method: 'DELETE', path: `${path}/pods`, body: now, what }).catch(ignoreMissing);
  } finally {
    await transport.call({ method: 'DELETE', path, what }).catch(ignoreMissing);
  }
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof ClusterError) || error.code !== 'not-found') throw error;
}

function entries(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
