/**
 * Where the API server is and how to prove who we are: a given kubeconfig, else the credentials of the Pod
 * we run in, else `KUBECONFIG`, else `~/.kube/config`; of a kubeconfig that was not given, the context that
 * `KUBE_CONTEXT` names, else its current one.
 */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { messageOf } from '../../error-message.ts';
import { ClusterError } from '../port.ts';
import { serverUrl, type ApiServer } from './api-server.ts';
import { tokenFileCredentials } from './credentials.ts';

export interface ApiServerQuery {
  readonly kubeconfigPath?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly nowMs: () => number;
}

const serviceAccount = '/var/run/secrets/kubernetes.io/serviceaccount';

/** @throws ClusterError `unauthorized` with one sentence that names the file and what is wrong with it. */
export async function findApiServer(query: ApiServerQuery): Promise<ApiServer> {
  const { kubeconfigPath, env, nowMs } = query;
  if (kubeconfigPath === undefined && env['KUBERNETES_SERVICE_HOST'] && env['KUBERNETES_SERVICE_PORT']) {
    return inCluster(env['KUBERNETES_SERVICE_HOST'], env['KUBERNETES_SERVICE_PORT'], nowMs);
  }
  // Its parser and its plugins are of no use inside a cluster, where memory is counted.
  const { loadKubeconfig } = await import('./kubeconfig.ts');
  const context = kubeconfigPath === undefined ? env['KUBE_CONTEXT'] : undefined;
  return loadKubeconfig(kubeconfigPaths(kubeconfigPath, env), nowMs, context);
}

async function inCluster(host: string, port: string, nowMs: () => number): Promise<ApiServer> {
  const address = host.includes(':') ? `[${host}]` : host;
  const ca = await readFile(join(serviceAccount, 'ca.crt')).catch((error: unknown) => {
    throw new ClusterError(
      'unauthorized',
      `running in a cluster, but its CA certificate cannot be read: ${messageOf(error)}`,
    );
  });
  return {
    ...serverUrl(`https://${address}:${port}`, 'KUBERNETES_SERVICE_HOST'),
    tls: { ca },
    credentials: tokenFileCredentials(join(serviceAccount, 'token'), nowMs),
  };
}

function kubeconfigPaths(given: string | undefined, env: ApiServerQuery['env']): readonly string[] {
  if (given !== undefined) return [given];
  const listed = (env['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '');
  return listed.length > 0 ? listed : [join(env['HOME'] || homedir(), '.kube', 'config')];
}
