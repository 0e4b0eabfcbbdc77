/**
 * The embedded Kubernetes: one process that serves the API that Ottoscaler and kubectl use, and one node that
 * runs containers as local processes.
 *
 * It isolates nothing. It binds 127.0.0.1 only, asks for the token that it writes into its kubeconfig, and keeps
 * objects in memory: what was there is gone when it ends, and so are its processes.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';

import { wallClock, type Clock, type Identity } from './clock.ts';
import { ApiServer } from './http/api-server.ts';
import { selfSignedCertificate } from './http/certificate.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { LocalNode } from './node/local-node.ts';
import type { NodeCapacity } from './node/capacity.ts';
import { allResources, namespaces, servedResources, serviceAccounts } from './resources/registry.ts';
import { GarbageCollector } from './store/garbage-collector.ts';
import { ObjectStore } from './store/object-store.ts';

export interface LocalClusterOptions {
  /** 0 or absent: any free port of 127.0.0.1. */
  readonly port?: number;
  /** Where the kubeconfig, the containers' working directories and their logs are. Made if it is not there. */
  readonly directory: string;
  /** False: only the API; the caller binds Pods and writes their status. */
  readonly node?: boolean;
  readonly clock?: Clock;
  /** How many Pods the node runs at once; default 110, as the kubelet. */
  readonly podsMax?: number;
  /** What the node offers to requests; nothing enforces them, so the default is far more than a machine has. */
  readonly cpuMillis?: number;
  readonly memoryBytes?: number;
  /** Image names without tag that can be "pulled", beside busybox, alpine, debian, node and `local/*`. */
  readonly images?: readonly string[];
  /** How far a watch can look back, in events. */
  readonly historyEventsMax?: number;
}

export interface LocalCluster {
  readonly url: string;
  readonly kubeconfigPath: string;
  /** What the kubeconfig holds, for clients that read none. */
  readonly token: string;
  readonly certificateAuthorityPem: string;
  /** Makes every old watch position and continue token answer 410, as etcd's compaction does. */
  compact(): void;
  /** Ends all containers and connections; nothing of the cluster is left but its directory. */
  close(): Promise<void>;
}

const suffixAlphabet = 'bcdfghjklmnpqrstvwxz2456789';

const identity: Identity = {
  uid: () => randomUUID(),
  suffix: () => Array.from(randomBytes(5), (byte) => suffixAlphabet[byte % suffixAlphabet.length]).join(''),
};

export async function startLocalCluster(options: LocalClusterOptions): Promise<LocalCluster> {
  const clock = options.clock ?? wallClock;
  const directory = path.resolve(options.directory);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  // Objects live in memory, so what an earlier cluster left here belongs to no Pod any more.
  rmSync(path.join(directory, 'pods'), { recursive: true, force: true });
  const store = newStore(clock, options.historyEventsMax);
  const collector = new GarbageCollector({
    store,
    resources: allResources,
    schedule: (step) => void setImmediate(step),
  });
  const node =
    options.node === false ? undefined : new LocalNode({ store, clock, directory, ...nodeOptions(options) });
  const token = randomBytes(32).toString('base64url');
  const certificate = selfSignedCertificate(Date.now());
  const server = new ApiServer({
    store,
    resources: servedResources,
    clock,
    token,
    certificate,
    ...(node === undefined ? {} : { logs: node, usage: node }),
    port: options.port ?? 0,
  });
  const url = await server.listen().catch(async (error: unknown) => {
    collector.close();
    await node?.close();
    throw error;
  });
  const kubeconfigPath = path.join(directory, 'kubeconfig');
  const access = { url, token, certificateAuthorityPem: certificate.certPem };
  writeKubeconfig(kubeconfigPath, access);
  const close = async (): Promise<void> => {
    collector.close();
    await node?.close();
    await server.close();
  };
  let closing: Promise<void> | undefined;
  return { ...access, kubeconfigPath, compact: () => store.compact(), close: () => (closing ??= close()) };
}

function newStore(clock: Clock, historyEventsMax: number | undefined): ObjectStore {
  const history = historyEventsMax === undefined ? {} : { historyEventsMax };
  const store = new ObjectStore({ clock, identity, resources: allResources, ...history });
  for (const name of ['default', 'kube-system']) {
    store.create(namespaces, '', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    store.create(serviceAccounts, name, {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'default' },
    });
  }
  return store;
}

function nodeOptions(options: LocalClusterOptions): { capacity: NodeCapacity; images: readonly string[] } {
  return {
    capacity: {
      podsMax: options.podsMax ?? 110,
      cpuMillis: options.cpuMillis ?? 64_000,
      memoryBytes: options.memoryBytes ?? 64 * 2 ** 30,
    },
    images: options.images ?? [],
  };
}
