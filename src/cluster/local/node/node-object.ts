/**
 * The Node that `kubectl get nodes` and `describe node` show.
 */
import { release, version } from 'node:os';

import { rfc3339Seconds, type JsonObject } from '../kube-object.ts';
import type { NodeCapacity } from './capacity.ts';

export const nodeName = 'local';

export function nodeObject(capacity: NodeCapacity, nowMs: number): JsonObject {
  const now = rfc3339Seconds(nowMs);
  const amounts = {
    cpu: `${capacity.cpuMillis}m`,
    memory: `${Math.floor(capacity.memoryBytes / 1024)}Ki`,
    pods: String(capacity.podsMax),
  };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: nodeName,
      labels: {
        'kubernetes.io/hostname': nodeName,
        'kubernetes.io/os': process.platform,
        'kubernetes.io/arch': process.arch,
      },
    },
    spec: {},
    status: {
      capacity: amounts,
      allocatable: amounts,
      addresses: [
        { type: 'InternalIP', address: '127.0.0.1' },
        { type: 'Hostname', address: nodeName },
      ],
      conditions: [
        {
          type: 'Ready',
          status: 'True',
          reason: 'KubeletReady',
          message: 'containers run as local processes, without isolation',
          lastHeartbeatTime: now,
          lastTransitionTime: now,
        },
      ],
      nodeInfo: {
        kubeletVersion: 'v1.20.2+local',
        osImage: version(),
        kernelVersion: release(),
        containerRuntimeVersion: 'process://1',
        operatingSystem: process.platform,
        architecture: process.arch,
      },
      daemonEndpoints: { kubeletEndpoint: { Port: 0 } },
    },
  };
}
