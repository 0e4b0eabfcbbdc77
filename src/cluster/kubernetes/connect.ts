/**
 * The cluster port on a real API server.
 *
 * {@link openTransport} is apart from {@link connectKubernetes}, so that what else speaks to the same server
 * (logs, leases) can share its connections and credentials.
 */
import { readFile } from 'node:fs/promises';
import { ClusterError, managedBy, type Cluster, type MayWrite } from '../port.ts';
import type { ApiListener } from './api-listener.ts';
import { createEventApi } from './events.ts';
import { findApiServer } from './find-api-server.ts';
import { systemClock, type Clock } from './clock.ts';
import { createLeaseApi } from './leases.ts';
import { createPodApi } from './pods.ts';
import { createRecordApi } from './records.ts';
import { reflectAhead } from './reflect-ahead.ts';
import { defaultTiming, type ReflectorTiming } from './reflector.ts';
import { Transport } from './transport.ts';
import { field, text } from './untrusted.ts';

export interface TransportPorts {
  /** Default: in-cluster credentials, else `KUBECONFIG`, else `~/.kube/config`. */
  readonly kubeconfigPath?: string;
  /** From sending a request to the end of its answer; default 30 000. */
  readonly requestTimeoutMs?: number;
  /** Requests in flight at once; default 64. */
  readonly connectionsMax?: number;
  /** Watches and other long answers at once, on connections of their own; default 256. */
  readonly streamsMax?: number;
  /** Logs that are read at once, on connections of their own; default 512. */
  readonly logsMax?: number;
  /** Default `ottoscaler/<version>`. */
  readonly userAgent?: string;
  readonly clock?: Clock;
  /** Default: always. */
  readonly mayWrite?: MayWrite;
  readonly listener?: ApiListener | undefined;
}

export interface KubernetesOptions extends TransportPorts {
  readonly namespace: string;
  /** Uniform in [0, 1), for jitter. */
  readonly random?: () => number;
  readonly timing?: Partial<ReflectorTiming>;
  /** Told where a Pod observer throws; default `process.emitWarning`. */
  readonly warn?: (problem: string) => void;
  /** Lists and watches Pods at once, for the first who asks; default false. */
  readonly reflectAhead?: boolean;
}

/**
 * Connects nowhere yet: {@link Cluster.probe} is the first call.
 * Rejects with a ClusterError `unauthorized` where there are no usable credentials.
 */
export async function connectKubernetes(options: KubernetesOptions): Promise<Cluster> {
  return clusterOver(await openTransport(options), options);
}

export async function openTransport(options: TransportPorts): Promise<Transport> {
  const clock = options.clock ?? systemClock;
  const server = await findApiServer({
    kubeconfigPath: options.kubeconfigPath,
    env: process.env,
    nowMs: clock.nowMs,
  });
  return new Transport(server, {
    requestTimeoutMs: options.requestTimeoutMs ?? 30_000,
    connectionsMax: options.connectionsMax ?? 64,
    streamsMax: options.streamsMax ?? 256,
    logsMax: options.logsMax,
    userAgent: options.userAgent ?? `ottoscaler/${await ownVersion()}`,
    clock,
    mayWrite: options.mayWrite,
    listener: options.listener,
  });
}

/** The port over a transport that is open already; closing it closes the transport. */
export function clusterOver(transport: Transport, options: KubernetesOptions): Cluster {
  const { namespace, warn = (problem: string) => process.emitWarning(problem) } = options;
  const pods = createPodApi({
    transport,
    namespace,
    reflector: {
      timing: { ...defaultTiming, ...options.timing },
      clock: options.clock ?? systemClock,
      random: options.random ?? Math.random,
      warn,
      listener: options.listener,
    },
  });
  const ahead = options.reflectAhead ? reflectAhead(pods, warn) : undefined;
  return {
    namespace,
    pods: ahead?.pods ?? pods,
    records: createRecordApi(transport, namespace),
    leases: createLeaseApi(transport, namespace),
    events: createEventApi(transport, namespace),
    probe: () => probe(transport, namespace),
    close: async () => {
      await Promise.all([ahead?.stop(), transport.close()]);
    },
  };
}

/** The version is public on most servers, so a list shows whether they know us; both go out together. */
async function probe(transport: Transport, namespace: string): Promise<{ readonly version: string }> {
  const what = 'reach the cluster';
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`;
  const query = { limit: 1, labelSelector: `${managedBy.key}=${managedBy.value}` };
  const [answer] = await Promise.all([
    transport.call({ method: 'GET', path: '/version', what, lane: 'watch' }),
    transport.call({ method: 'GET', path, query, what, lane: 'watch' }),
  ]);
  const version = text(field(answer, 'gitVersion'));
  if (version === '')
    throw new ClusterError('unavailable', `${what}: the server names no Kubernetes version`);
  return { version };
}

/** The path holds both for `src` and for the built `dist`. */
async function ownVersion(): Promise<string> {
  const source = await readFile(new URL('../../../package.json', import.meta.url), 'utf8').catch(() => '{}');
  return text(field(JSON.parse(source) as unknown, 'version')) || 'unknown';
}
