/**
 * What Pods use, from metrics.k8s.io: an API beside Kubernetes' own, which not every cluster has.
 *
 * Whatever serves it is trusted with nothing but figures of Pods that carry our label; an entry that cannot
 * be read is left out, since half a Pod's use would be a wrong figure and not a smaller one.
 */
import { ClusterError, type PodUsage } from '../port.ts';
import type { Transport } from './transport.ts';
import { amount } from './quantity.ts';
import { elements, field, text } from './untrusted.ts';

/** Not registered; not allowed to us; registered, and nobody answers. */
const absentStatuses: ReadonlySet<number> = new Set([404, 403, 503]);

/** @returns undefined where the API is not there for us; rejects with every other ClusterError. */
export async function readUsage(
  transport: Transport,
  namespace: string,
  labelSelector: string,
): Promise<readonly PodUsage[] | undefined> {
  const path = `/apis/metrics.k8s.io/v1beta1/namespaces/${encodeURIComponent(namespace)}/pods`;
  try {
    const answer = await transport.call({
      method: 'GET',
      path,
      query: { labelSelector },
      what: 'read the usage of pods',
    });
    return elements(field(answer, 'items')).flatMap((item) => podUsage(item) ?? []);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

export function isAbsent(error: unknown): boolean {
  return error instanceof ClusterError && absentStatuses.has(error.status);
}

/** @returns the sum of its containers; undefined where one of them, or the name, cannot be read. */
export function podUsage(item: unknown): PodUsage | undefined {
  const podName = text(field(field(item, 'metadata'), 'name'));
  const containers = elements(field(item, 'containers'));
  if (podName === '' || containers.length === 0) return undefined;
  let cpuCores = 0;
  let memoryBytes = 0;
  for (const container of containers) {
    const usage = field(container, 'usage');
    const cpu = amount(field(usage, 'cpu'));
    const memory = amount(field(usage, 'memory'));
    if (cpu === undefined || memory === undefined) return undefined;
    cpuCores += cpu;
    memoryBytes += memory;
  }
  return { podName, cpuCores, memoryBytes };
}
