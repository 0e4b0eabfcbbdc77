/**
 * The API server that KUBECONFIG names, in the hands of someone who is not Ottoscaler: a namespace of its own
 * for every test, and raw requests. Its user agent tells its writes from Ottoscaler's in the audit log.
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { openTransport } from '../../src/cluster/kubernetes/connect.ts';
import type { Transport } from '../../src/cluster/kubernetes/transport.ts';
import { watchEvents } from '../../src/cluster/kubernetes/watch-stream.ts';
import { ClusterError } from '../../src/cluster/port.ts';
import { until } from './until.ts';

/** The fields of an object that tests look at; a Pod has a spec and a status, a ConfigMap has data. */
export interface RawObject {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly creationTimestamp: string;
    readonly deletionTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

export interface RawPod extends RawObject {
  readonly spec: PodSpec;
  readonly status: { readonly phase: string };
}

export interface PodChange {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly pod: RawPod;
}

export interface RawConfigMap extends RawObject {
  readonly data?: Readonly<Record<string, string>>;
}

interface PodSpec {
  readonly nodeName?: string;
  readonly automountServiceAccountToken?: boolean;
  readonly activeDeadlineSeconds?: number;
  readonly securityContext?: Readonly<Record<string, unknown>>;
  readonly volumes?: readonly unknown[];
  readonly containers: ReadonlyArray<{
    readonly resources: Readonly<Record<'requests' | 'limits', Readonly<Record<string, string>>>>;
    readonly securityContext?: Readonly<Record<string, unknown>>;
  }>;
}

export function requireKubeconfig(): string {
  const path = process.env['KUBECONFIG'];
  if (!path) throw new Error('these tests need a Kubernetes with a node: set KUBECONFIG');
  return path;
}

/** kubectl sends protobuf, which also an API server takes that fails on some objects in JSON. */
export async function kubectl(...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('kubectl', [...args], { timeout: 60_000 });
  return stdout;
}

export class Namespace implements AsyncDisposable {
  readonly name: string;
  readonly #transport: Transport;

  constructor(name: string, transport: Transport) {
    this.name = name;
    this.#transport = transport;
  }

  async pods(labelSelector = 'managed-by=ottoscaler'): Promise<readonly RawPod[]> {
    const answer = await this.call('GET', 'pods', { query: { labelSelector } });
    return (answer as { items: RawPod[] }).items;
  }

  /** Ottoscaler's own; every namespace also has one with the cluster's certificate. */
  async records(): Promise<readonly RawConfigMap[]> {
    const query = { labelSelector: 'managed-by=ottoscaler' };
    const answer = await this.call('GET', 'configmaps', { query });
    return (answer as { items: RawConfigMap[] }).items;
  }

  /** Every state of every worker Pod in order, from now until the signal aborts. */
  async *podChanges(signal: AbortSignal): AsyncGenerator<PodChange> {
    const list = await this.call('GET', 'pods', { query: { limit: '1' } });
    const request = {
      path: `/api/v1/namespaces/${this.name}/pods`,
      labelSelector: 'managed-by=ottoscaler',
      resourceVersion: (list as { metadata: { resourceVersion: string } }).metadata.resourceVersion,
      timeoutSeconds: 300,
      what: 'watch pods',
    };
    const batches = watchEvents(this.#transport, request, signal, () => {});
    try {
      for await (const events of batches) {
        for (const { type, object } of events) {
          if (type !== 'BOOKMARK') yield { type, pod: object as RawPod };
        }
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async untilNoPods(timeoutMs = 60_000): Promise<void> {
    let names: readonly string[] = [];
    await until(
      `no Pod in ${this.name}`,
      async () => {
        names = (await this.pods()).map((pod) => pod.metadata.name);
        return names.length === 0;
      },
      { timeoutMs, seen: () => `left are ${names.join(', ')}` },
    );
  }

  /** @param path below the namespace: `pods`, `pods/NAME`, `configmaps`. */
  async call(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    rest: { body?: unknown; query?: Readonly<Record<string, string>> } = {},
  ): Promise<unknown> {
    const what = `${method} ${path}`;
    return this.#transport.call({ method, path: `/api/v1/namespaces/${this.name}/${path}`, what, ...rest });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const now = { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0 };
    await this.call('DELETE', 'pods', { body: now }).catch(() => {});
    await this.#transport.close();
    await kubectl('delete', 'namespace', this.name, '--wait=false');
  }
}

/** Resolves once Pods can be created in it. */
export async function openNamespace(): Promise<Namespace> {
  const transport = await openTransport({
    kubeconfigPath: requireKubeconfig(),
    userAgent: 'acceptance-tests',
  });
  const namespace = new Namespace(`otto-test-${randomBytes(4).toString('hex')}`, transport);
  await kubectl('create', 'namespace', namespace.name);
  try {
    await until('the default service account', () => find(namespace, 'serviceaccounts/default'));
  } catch (error) {
    await namespace[Symbol.asyncDispose]();
    throw error;
  }
  return namespace;
}

/** @returns undefined where there is none. */
async function find(namespace: Namespace, path: string): Promise<unknown> {
  try {
    return await namespace.call('GET', path);
  } catch (error) {
    if (error instanceof ClusterError && error.code === 'not-found') return undefined;
    throw error;
  }
}
