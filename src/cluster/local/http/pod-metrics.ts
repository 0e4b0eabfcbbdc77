/**
 * `metrics.k8s.io/v1beta1`, as a metrics server answers it: what the Pods of the node use, without any that are not
 * measured.
 */
import { ApiError } from '../api-error.ts';
import { rfc3339Seconds, type KubeObject } from '../kube-object.ts';
import { podMetrics, pods } from '../resources/registry.ts';
import { apiVersionOf } from '../store/resource-type.ts';
import { selectionOf, type Call } from './object-handlers.ts';
import { sendJson } from './respond.ts';
import type { ContainerUsage, UsageSource } from './usage-source.ts';

const apiVersion = apiVersionOf(podMetrics);

/** @param source absent where there is no node. */
export async function answerPodMetrics(call: Call, source: UsageSource | undefined): Promise<void> {
  const used = await source?.measure();
  const nowMs = call.clock.nowMs();
  const items = call.store.select({ ...selectionOf(call), resource: pods }).flatMap((pod) => {
    const containers = used?.get(pod.metadata.uid) ?? [];
    return containers.length === 0 ? [] : [metricsOf(pod, containers, nowMs)];
  });
  const { namespace = '', name } = call.path;
  if (name === '')
    return sendJson(
      call.response,
      200,
      JSON.stringify({ kind: 'PodMetricsList', apiVersion, metadata: {}, items }),
    );
  const [item] = items;
  if (item === undefined)
    throw new ApiError('NotFound', `podmetrics.metrics.k8s.io "${namespace}/${name}" not found`, {
      name: `${namespace}/${name}`,
      group: podMetrics.group,
      kind: 'podmetrics',
    });
  return sendJson(call.response, 200, JSON.stringify(item));
}

function metricsOf({ metadata }: KubeObject, containers: readonly ContainerUsage[], nowMs: number): object {
  const { name, namespace, labels } = metadata;
  const windowMs = Math.min(...containers.map((container) => container.windowMs));
  return {
    kind: podMetrics.kind,
    apiVersion,
    metadata: { name, namespace, labels, creationTimestamp: rfc3339Seconds(nowMs) },
    timestamp: rfc3339Seconds(nowMs),
    window: `${(windowMs / 1000).toFixed(3)}s`,
    containers: containers.map((container) => ({
      name: container.name,
      usage: { cpu: `${container.cpuNanocores}n`, memory: `${Math.ceil(container.memoryBytes / 1024)}Ki` },
    })),
  };
}
