/**
 * A complete, consistent list of our Pods, read in pages.
 *
 * An answer that is no list is an error and never an empty list: absence from a list ends workers.
 */
import { ClusterError } from '../port.ts';
import type { ObservedPod } from '../../machines/pod.ts';
import { observePod } from './observe-pod.ts';
import { decodePodList } from './pod-list-message.ts';
import type { Transport } from './transport.ts';
import { field, text } from './untrusted.ts';

export interface PodList {
  readonly pods: readonly ObservedPod[];
  /** Where a watch goes on from this list. */
  readonly resourceVersion: string;
}

/** One page stalls the event loop for some 20 ms at most; 10,000 Pods at once would for a second. */
const pageSize = 500;
/** Far beyond what one namespace holds; ends a server whose pages never end. */
const pagesMax = 1000;

/** Rejects with `expired` where the server forgot the list between two pages: start again. */
export async function listPods(
  transport: Transport,
  path: string,
  labelSelector: string,
  signal: AbortSignal,
): Promise<PodList> {
  const pods: ObservedPod[] = [];
  let token = '';
  for (let page = 0; page < pagesMax; page += 1) {
    const answer = await transport.call(
      {
        method: 'GET',
        path,
        query: { labelSelector, limit: pageSize, ...(token && { continue: token }) },
        what: 'list pods',
        lane: 'watch',
        decode: decodePodList,
      },
      signal,
    );
    const { items, resourceVersion, next } = readPage('list pods', answer);
    for (const item of items) {
      const pod = observePod(item);
      if (pod !== undefined) pods.push(pod);
    }
    if (next === '') return { pods, resourceVersion };
    token = next;
  }
  throw new ClusterError('unavailable', `list pods: the list has more than ${pagesMax} pages`);
}

export interface Page {
  readonly items: readonly unknown[];
  readonly resourceVersion: string;
  /** The continue token; '' on the last page. */
  readonly next: string;
}

/** @throws ClusterError `unavailable` where the answer is no list of Kubernetes. */
export function readPage(what: string, answer: unknown): Page {
  const items = field(answer, 'items');
  const metadata = field(answer, 'metadata');
  const resourceVersion = text(field(metadata, 'resourceVersion'));
  if (!Array.isArray(items) || resourceVersion === '') {
    throw new ClusterError('unavailable', `${what}: the API server's answer is no list`);
  }
  return { items, resourceVersion, next: text(field(metadata, 'continue')) };
}
