/** A namespace of one contender, removed with all that is in it however the benchmark ends. */
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Api, ApiError } from './api.ts';

const now = { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0 };

interface Names {
  readonly items: ReadonlyArray<{ readonly metadata: { readonly name: string; readonly uid: string } }>;
}

export class Namespace implements AsyncDisposable {
  readonly name: string;
  readonly path: string;
  readonly api: Api;

  constructor(name: string, api: Api) {
    this.name = name;
    this.path = `/api/v1/namespaces/${name}`;
    this.api = api;
  }

  /** Owns the Pods of the ceilings, as a ledger owns Ottoscaler's; Pods without one would be collected. */
  async createOwner(): Promise<{ readonly name: string; readonly uid: string }> {
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'bench-owner' } };
    const made = await this.api.call<Names['items'][number]>('POST', `${this.path}/configmaps`, body);
    return { name: made.metadata.name, uid: made.metadata.uid };
  }

  /** Deletes all its Pods and resolves when the API server has none left. */
  async empty(signal?: AbortSignal): Promise<void> {
    for (;;) {
      const { items } = await this.api.call<Names>('GET', `${this.path}/pods?limit=500`);
      if (items.length === 0) return;
      // One by one but many at a time: a DELETE of the collection would do one after the other, in one request.
      const deletions = items.map(({ metadata: { name } }) =>
        this.api.call('DELETE', `${this.path}/pods/${name}`, now).catch(ignoreGone),
      );
      await Promise.all(deletions);
      signal?.throwIfAborted();
    }
  }

  /** Resolves when others have deleted all its Pods. */
  async untilEmpty(signal: AbortSignal, askEveryMs = 200): Promise<void> {
    while ((await this.api.call<Names>('GET', `${this.path}/pods?limit=1`)).items.length > 0) {
      await pause(askEveryMs, undefined, { signal });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Without this the namespace would wait for a kubelet to end Pods that it never had.
    await this.empty().catch(() => {});
    await this.api.call('DELETE', this.path).catch(() => {});
    await this.api[Symbol.asyncDispose]();
  }
}

/** Resolves once Pods are admitted in it. */
export async function openNamespace(kubeconfigPath: string, purpose: string): Promise<Namespace> {
  const name = `otto-bench-${purpose}-${randomBytes(3).toString('hex')}`;
  const namespace = new Namespace(name, await Api.open({ kubeconfigPath }));
  try {
    await namespace.api.apply(namespace.path, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    await untilAdmitted(namespace);
    return namespace;
  } catch (error) {
    await namespace[Symbol.asyncDispose]();
    throw error;
  }
}

/** A controller makes the ServiceAccount without which Pods are refused. */
async function untilAdmitted({ api, path }: Namespace): Promise<void> {
  const deadline = performance.now() + 30_000;
  for (;;) {
    const { items } = await api.call<Names>('GET', `${path}/serviceaccounts`);
    if (items.length > 0) return;
    if (performance.now() > deadline) throw new Error(`${path} never got a default service account`);
    await pause(100);
  }
}

/** Somebody else may delete them too: Ottoscaler, or the garbage collector. */
function ignoreGone(error: unknown): void {
  if (!(error instanceof ApiError && error.status === 404)) throw error;
}
