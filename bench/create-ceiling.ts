/**
 * How fast Pods can be created at all: the two ceilings that ScaleUp is held against.
 *
 * `raw` is a bare loop of POSTs over one pool of kept-alive connections, the best that a client in this
 * language can do; `watched` is the same beside an open watch of these Pods, which an API server has to
 * serve as well; `stock` is the official client as its examples use it. All POST the manifest that
 * Ottoscaler makes, and none remembers or promises anything. A process of its own, which
 * `create.ts` asks for rounds; CPU is that process's, the API server's is not in it.
 */
import type { PodManifest } from '../src/cluster/port.ts';
import { answerParent } from './support/answer-parent.ts';
import { Api } from './support/api.ts';
import { inTurns } from './support/in-turns.ts';
import { podOf, unschedulable } from './support/workloads.ts';

export interface Round {
  readonly kind: 'raw' | 'watched' | 'stock';
  readonly kubeconfigPath: string;
  readonly namespace: string;
  /** Owns the Pods, so that none is collected as an orphan. */
  readonly owner: { readonly name: string; readonly uid: string };
  /** Of the Pods' names; a number follows it. */
  readonly prefix: string;
  readonly pods: number;
  /** Requests in flight at once. */
  readonly concurrency: number;
}

export interface RoundResult {
  readonly seconds: number;
  /** User and system time of this process. */
  readonly cpuMs: number;
}

type Create = (manifest: PodManifest) => Promise<unknown>;

/** Kept from round to round: the warm-up opens the connections. */
let create: Create | undefined;

answerParent(async (round: Round): Promise<RoundResult> => {
  create ??= round.kind === 'stock' ? await stockCreate(round) : await rawCreate(round);
  return await timed(round, create);
});

async function timed({ owner, prefix, pods, concurrency }: Round, post: Create): Promise<RoundResult> {
  const template = podOf(unschedulable, '', owner);
  const cpu = process.cpuUsage();
  const startMs = performance.now();
  await inTurns(pods, concurrency, (index) =>
    post({ ...template, metadata: { ...template.metadata, name: `${prefix}-${index}` } }),
  );
  const seconds = (performance.now() - startMs) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  return { seconds, cpuMs: (user + system) / 1_000 };
}

/** Answers are checked for 201 and thrown away. */
async function rawCreate({ kind, kubeconfigPath, namespace, concurrency }: Round): Promise<Create> {
  const { pool, headers } = await Api.open({ kubeconfigPath, connections: concurrency });
  const path = `/api/v1/namespaces/${namespace}/pods`;
  if (kind === 'watched') await watchAndForget(kubeconfigPath, path);
  const json = { ...headers, 'content-type': 'application/json' };
  return async (manifest) => {
    const body = JSON.stringify(manifest);
    const response = await pool.request({ method: 'POST', path, headers: json, body });
    await response.body.dump();
    if (response.statusCode !== 201) throw new Error(`POST ${path}: HTTP ${response.statusCode}`);
  };
}

/** Reads every event, on a connection of its own, and does nothing with it. */
async function watchAndForget(kubeconfigPath: string, path: string): Promise<void> {
  const { pool, headers } = await Api.open({ kubeconfigPath, connections: 1 });
  const { body } = await pool.request({ method: 'GET', path: `${path}?watch=true`, headers });
  body.on('error', () => {}).resume();
}

async function stockCreate({ kubeconfigPath, namespace }: Round): Promise<Create> {
  // Only here: its models cost 50 MB that the other ceiling must not pay for.
  const { CoreV1Api, KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  config.loadFromFile(kubeconfigPath);
  const core = config.makeApiClient(CoreV1Api);
  // Its models are mutable; the JSON is the same.
  return (manifest) => core.createNamespacedPod({ namespace, body: structuredClone<object>(manifest) });
}
