/**
 * A server that is killed (-9) at chosen writes to the API server and started again each time, and what must
 * hold of a scale-up that lived through it.
 */
import { expect } from 'vitest';
import { OttoscalerClientError } from '../../src/rpc/client.ts';
import type { ScaleRequest } from '../../src/rpc/generated/ottoscaler/v1/ScaleRequest.ts';
import type { ScaleResponse__Output } from '../../src/rpc/generated/ottoscaler/v1/ScaleResponse.ts';
import type { WorkerStatusResponse__Output } from '../../src/rpc/generated/ottoscaler/v1/WorkerStatusResponse.ts';
import { startApiProxy, type ApiProxy, type Write } from './api-proxy.ts';
import { auditOf } from './audit-log.ts';
import type { Namespace } from './kubernetes.ts';
import { startServer, type ServerProcess } from './server-process.ts';
import { until } from './until.ts';

/** Where in the life of a write the process dies. */
export const instants = ['before it is applied', 'applied but unanswered', 'once it is answered'] as const;
export type Instant = (typeof instants)[number];

export interface KillMoment {
  readonly instant: Instant;
  /** At the first write of which this holds. */
  readonly matches: (write: Write) => boolean;
}

export class CrashingServer implements AsyncDisposable {
  readonly namespace: Namespace;
  readonly proxy: ApiProxy;
  readonly #moments: KillMoment[] = [];
  #server: Promise<ServerProcess>;
  #dying = false;
  #kills = 0;

  constructor(namespace: Namespace, proxy: ApiProxy) {
    this.namespace = namespace;
    this.proxy = proxy;
    proxy.interception = {
      before: (write) => this.#look(write, 'before it is applied'),
      after: async (write) => {
        const verdict = await this.#look(write, 'applied but unanswered');
        return verdict === 'drop' ? verdict : await this.#look(write, 'once it is answered');
      },
    };
    this.#server = this.#start();
  }

  get kills(): number {
    return this.#kills;
  }

  /** The process of now; changes with every kill. */
  get server(): Promise<ServerProcess> {
    return this.#server;
  }

  killAt(...moments: readonly KillMoment[]): void {
    this.#moments.push(...moments);
  }

  /** Resolves when the process is dead; the next one is starting then. */
  async kill(): Promise<void> {
    const server = await this.#server;
    this.#dying = true;
    await server[Symbol.asyncDispose]();
    this.#dying = false;
    this.#kills += 1;
    this.#server = this.#start();
  }

  /** As a client that sends its command again until it is answered, whatever becomes of the server. */
  async scaleUp(request: ScaleRequest): Promise<ScaleResponse__Output> {
    return await until('an answer', () =>
      this.#ask(({ client }) => client.scaleUp(request, { timeoutMs: 25_000 })),
    );
  }

  async status(taskId: string): Promise<WorkerStatusResponse__Output | undefined> {
    return await this.#ask(({ client }) => client.getWorkerStatus({ task_id: taskId }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#moments.length = 0;
    const server = await this.#server;
    await server[Symbol.asyncDispose]();
    await this.proxy[Symbol.asyncDispose]();
  }

  /** Only what a client may send again: a crash must never turn into a refusal of another kind. */
  async #ask<T>(call: (server: ServerProcess) => Promise<T>): Promise<T | undefined> {
    const server = await this.#server;
    return await call(server).catch((error: unknown) => {
      const isLost =
        error instanceof OttoscalerClientError &&
        (error.code === 'UNAVAILABLE' || error.code === 'CANCELLED' || error.code === 'DEADLINE_EXCEEDED');
      if (!isLost) throw error;
      return undefined;
    });
  }

  async #look(write: Write, instant: Instant): Promise<'drop' | 'forward'> {
    // What the dying process still sends goes down with it.
    if (this.#dying) return 'drop';
    const at = this.#moments.findIndex((moment) => moment.instant === instant && moment.matches(write));
    if (at < 0) return 'forward';
    this.#moments.splice(at, 1);
    if (instant !== 'once it is answered') {
      await this.kill();
      return 'drop';
    }
    setImmediate(() => void this.kill());
    return 'forward';
  }

  #start(): Promise<ServerProcess> {
    return startServer({ NAMESPACE: this.namespace.name, KUBECONFIG: this.proxy.kubeconfigPath });
  }
}

export async function startCrashingServer(namespace: Namespace): Promise<CrashingServer> {
  return new CrashingServer(namespace, await startApiProxy());
}

/**
 * Sends one scale-up through its kills and holds it to the promise: every Pod created once and deleted once,
 * every worker succeeded, the ledger closed, no Pod left.
 */
export async function survive(
  crashing: CrashingServer,
  request: ScaleRequest & { readonly task_id: string; readonly worker_count: number },
): Promise<void> {
  const { namespace } = crashing;
  const audit = await auditOf(namespace.name);
  const answer = await crashing.scaleUp(request);
  expect(answer.worker_pod_names).toHaveLength(request.worker_count);

  let last: WorkerStatusResponse__Output | undefined;
  await until(
    'the tombstone',
    async () => {
      last = await crashing.status(request.task_id);
      const [ledger] = await namespace.records();
      return ledger?.data?.['state']?.includes('"closedAt":"2');
    },
    { timeoutMs: 120_000, seen: () => JSON.stringify(last) },
  );
  const status = await until('an answer', () => crashing.status(request.task_id));
  expect(status.workers.map((worker) => worker.error_message).filter(Boolean)).toEqual([]);
  expect(status).toMatchObject({
    total_count: request.worker_count,
    succeeded_count: request.worker_count,
  });
  await expectGone(namespace);
  await audit.expectEachCreatedAndDeletedOnce(answer.worker_pod_names);
}

async function expectGone(namespace: Namespace): Promise<void> {
  expect((await namespace.pods()).map((pod) => pod.metadata.name)).toEqual([]);
  expect(await namespace.records()).toHaveLength(1);
}
