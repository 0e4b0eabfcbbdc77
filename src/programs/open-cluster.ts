/** The cluster that OTTO_CLUSTER names: a real Kubernetes, or the embedded one started for this process. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ApiListener } from '../cluster/kubernetes/api-listener.ts';
import { connectKubernetes } from '../cluster/kubernetes/connect.ts';
import { startLocalCluster } from '../cluster/local/local-cluster.ts';
import type { Cluster, MayWrite } from '../cluster/port.ts';
import type { Settings } from '../config/settings.ts';
import type { Logger } from '../log.ts';

/** Rejects with a ClusterError or Error whose message says what cannot be reached and why. */
export async function openCluster(
  settings: Settings,
  log: Logger,
  hooks: { readonly mayWrite: MayWrite; readonly listener: ApiListener },
): Promise<Cluster> {
  return settings.OTTO_CLUSTER === 'local'
    ? await openLocal(settings, log, hooks.listener)
    : await openKubernetes(settings, log, hooks);
}

async function openKubernetes(
  { NAMESPACE: namespace }: Settings,
  log: Logger,
  hooks: { readonly mayWrite: MayWrite; readonly listener: ApiListener },
): Promise<Cluster> {
  return await connectKubernetes({ namespace, ...hooks, ...ahead(log) });
}

async function openLocal(settings: Settings, log: Logger, listener: ApiListener): Promise<Cluster> {
  const given = settings.LOCAL_CLUSTER_DIR;
  const directory = given || (await mkdtemp(path.join(tmpdir(), 'ottoscaler-')));
  const local = await startLocalCluster({
    directory,
    images: [settings.OTTO_AGENT_IMAGE.replace(/[:@][^/]*$/, '')],
  });
  log.warn(
    { kubeconfig: local.kubeconfigPath },
    'the embedded cluster runs workers as processes of this machine and isolates nothing',
  );
  const cluster = await connectKubernetes({
    namespace: settings.NAMESPACE,
    kubeconfigPath: local.kubeconfigPath,
    listener,
    ...ahead(log),
  });
  return {
    ...cluster,
    close: async () => {
      await cluster.close();
      await local.close();
      if (!given) await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Nobody who leads waits for a list that could have been read before. */
const ahead = (log: Logger) => ({ reflectAhead: true, warn: (problem: string) => log.warn({}, problem) });
