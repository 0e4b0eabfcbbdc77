/**
 * The kubeconfig that lets kubectl and every Kubernetes client reach the local cluster. It holds a secret, so
 * only its owner may read it.
 */
import { writeFileSync, rmSync } from 'node:fs';

export interface ClusterAccess {
  readonly url: string;
  readonly token: string;
  readonly certificateAuthorityPem: string;
}

/** JSON is YAML, and needs no quoting rules of its own. */
export function writeKubeconfig(path: string, access: ClusterAccess): void {
  const name = 'ottoscaler-local';
  const authority = Buffer.from(access.certificateAuthorityPem).toString('base64');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server: access.url, 'certificate-authority-data': authority } }],
    users: [{ name, user: { token: access.token } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace: 'default' } }],
    'current-context': name,
  };
  // A file that is already there would keep its mode.
  rmSync(path, { force: true });
  writeFileSync(path, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
}
