/** The Kubernetes adapter before a server that only plays one. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connectKubernetes } from '../../src/cluster/kubernetes/connect.ts';
import type { Cluster } from '../../src/cluster/port.ts';

export async function connectTo(origin: string): Promise<Cluster> {
  const directory = await mkdtemp(path.join(tmpdir(), 'otto-bench-'));
  const kubeconfigPath = path.join(directory, 'kubeconfig');
  const named = { cluster: 'bench', user: 'bench' };
  await writeFile(
    kubeconfigPath,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'bench', cluster: { server: origin } }],
      users: [{ name: 'bench', user: { token: 'bench' } }],
      contexts: [{ name: 'bench', context: named }],
      'current-context': 'bench',
    }),
  );
  try {
    return await connectKubernetes({ kubeconfigPath, namespace: 'bench' });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
