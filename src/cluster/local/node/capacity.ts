/**
 * What a Pod asks of a node and whether it fits, as the scheduler's NodeResourcesFit counts: the sum of the
 * containers, or the largest init container where that is more.
 */
import type { Container, Pod } from '../pod.ts';
import { parseQuantity } from '../resources/quantity.ts';

export interface NodeCapacity {
  readonly podsMax: number;
  readonly cpuMillis: number;
  readonly memoryBytes: number;
}

export interface Demand {
  readonly cpuMillis: number;
  readonly memoryBytes: number;
}

const requested = (container: Container, name: string): number =>
  parseQuantity(container.resources.requests?.[name]) ?? 0;

export function demandOf(pod: Pod): Demand {
  const amount = (name: string): number => {
    const together = pod.spec.containers.reduce((sum, container) => sum + requested(container, name), 0);
    const init = (pod.spec.initContainers ?? []).map((container) => requested(container, name));
    return Math.max(together, ...init);
  };
  return { cpuMillis: Math.ceil(amount('cpu') * 1000 - 1e-6), memoryBytes: amount('memory') };
}

/** Why the Pod does not fit, in the scheduler's words; empty where it does. */
export function misfits(
  demand: Demand,
  used: Demand & { readonly pods: number },
  capacity: NodeCapacity,
): string[] {
  const reasons: string[] = [];
  if (used.pods + 1 > capacity.podsMax) reasons.push('Too many pods');
  if (demand.cpuMillis > 0 && used.cpuMillis + demand.cpuMillis > capacity.cpuMillis)
    reasons.push('Insufficient cpu');
  if (demand.memoryBytes > 0 && used.memoryBytes + demand.memoryBytes > capacity.memoryBytes)
    reasons.push('Insufficient memory');
  return reasons;
}
