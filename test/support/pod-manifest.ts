/** Pod manifests for tests: what the orchestrator would create, as small as it may be. */
import {
  managedBy,
  specHashAnnotation,
  type OwnerReference,
  type PodManifest,
} from '../../src/cluster/port.ts';

export interface PodManifestOptions {
  readonly owner?: { readonly name: string; readonly uid: string };
  readonly specHash?: string;
  /** Default: more than any node has, so that no scheduler takes a Pod that the test plays. */
  readonly cpu?: string;
  readonly command?: readonly string[];
  readonly image?: string;
}

export function podManifest(name: string, options: PodManifestOptions = {}): PodManifest {
  const { owner, specHash, cpu = '5000', command = ['sh', '-c', 'true'], image = 'busybox' } = options;
  const ownerReferences: readonly OwnerReference[] = owner
    ? [{ apiVersion: 'v1', kind: 'ConfigMap', ...owner, controller: true, blockOwnerDeletion: false }]
    : [];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      labels: { [managedBy.key]: managedBy.value },
      annotations: specHash === undefined ? {} : { [specHashAnnotation]: specHash },
      ownerReferences,
    },
    spec: {
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 30,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      containers: [
        {
          name: 'worker',
          image,
          command,
          env: [],
          resources: { requests: { cpu, memory: '16Mi' }, limits: { cpu, memory: '16Mi' } },
        },
      ],
    },
  };
}
