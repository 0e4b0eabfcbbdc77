/**
 * Every Pod that there ever was in the namespace, from the API server's watch: by UID, so that two under one name
 * are two.
 *
 * The watch goes on from where it broke off. An API server that was started again may know only what is there now;
 * then the Pods are listed, and what came and went in between is known from the audit log alone.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { openTransport } from '../../src/cluster/kubernetes/connect.ts';
import type { Transport } from '../../src/cluster/kubernetes/transport.ts';
import { watchEvents } from '../../src/cluster/kubernetes/watch-stream.ts';
import { ClusterError } from '../../src/cluster/port.ts';
import type { RawPod } from '../support/kubernetes.ts';

const againMs = 100;

export interface SeenPod {
  readonly name: string;
  readonly uid: string;
  /** Run, stage and index, whatever the attempt; '' of a Pod that is no stage's. */
  readonly slot: string;
  ended: boolean;
  gone: boolean;
}

export class PodHistory implements AsyncDisposable {
  readonly problems: string[] = [];
  /** How often the watch could not be continued. */
  gaps = 0;
  /** Most Pods at a time that had not ended. */
  liveMax = 0;
  readonly #pods = new Map<string, SeenPod>();
  readonly #transport: Transport;
  readonly #path: string;
  readonly #stop = new AbortController();
  readonly #watching: Promise<void>;
  #resourceVersion = '';

  constructor(transport: Transport, namespace: string) {
    this.#transport = transport;
    this.#path = `namespaces/${namespace}/pods`;
    this.#watching = this.#go();
  }

  get pods(): readonly SeenPod[] {
    return [...this.#pods.values()];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#watching;
    await this.#transport.close();
  }

  async #go(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        if (this.#resourceVersion === '') await this.#list();
        await this.#watch(signal);
      } catch (error) {
        if (error instanceof ClusterError && error.code === 'expired') {
          this.#resourceVersion = '';
          this.gaps += 1;
        }
        await pause(againMs, undefined, { signal }).catch(() => {});
      }
    }
  }

  async #list(): Promise<void> {
    const path = `/api/v1/${this.#path}`;
    const answer = await this.#transport.call({ method: 'GET', path, what: 'list Pods' });
    const { items, metadata } = answer as { items: RawPod[]; metadata: { resourceVersion: string } };
    const there = new Set(items.map((pod) => pod.metadata.uid));
    for (const seen of this.#pods.values()) seen.gone ||= !there.has(seen.uid);
    // What ended meanwhile first, so that it is not counted beside what came for it.
    const isNew = (pod: RawPod) => Number(!this.#pods.has(pod.metadata.uid));
    for (const pod of items.toSorted((a, b) => isNew(a) - isNew(b))) this.#take(pod, false);
    this.#resourceVersion = metadata.resourceVersion;
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const request = {
      path: `/api/v1/${this.#path}`,
      labelSelector: '',
      resourceVersion: this.#resourceVersion,
      timeoutSeconds: 300,
      what: 'watch Pods',
    };
    for await (const events of watchEvents(this.#transport, request, signal, () => {})) {
      for (const { type, object, resourceVersion } of events) {
        if (type !== 'BOOKMARK') this.#take(object as RawPod, type === 'DELETED');
        this.#resourceVersion = resourceVersion;
      }
    }
  }

  #take(pod: RawPod, gone: boolean): void {
    const { uid, name } = pod.metadata;
    const known = this.#pods.get(uid);
    const seen = known ?? { uid, name, slot: slotOf(pod), ended: false, gone };
    seen.ended ||= pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed';
    seen.gone ||= gone;
    if (known) return;
    const rivals = this.pods.filter(
      ({ slot, ended, gone: isGone }) => slot === seen.slot && !ended && !isGone,
    );
    if (seen.slot !== '' && rivals.length > 0)
      this.problems.push(`${name} was created while ${rivals[0]?.name} of the same slot had not ended`);
    this.#pods.set(uid, seen);
    this.liveMax = Math.max(this.liveMax, this.pods.filter((one) => !one.ended && !one.gone).length);
  }
}

function slotOf({ metadata: { labels = {}, annotations = {} } }: RawPod): string {
  const run = annotations['ottoscaler.io/pipeline-id'];
  if (run === undefined) return '';
  return `${run}/${annotations['ottoscaler.io/stage-id']}/${labels['ottoscaler.io/index']}`;
}

export async function recordPods(kubeconfigPath: string, namespace: string): Promise<PodHistory> {
  const transport = await openTransport({ kubeconfigPath, userAgent: 'chaos-observer' });
  return new PodHistory(transport, namespace);
}
