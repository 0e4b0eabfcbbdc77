/**
 * k8s/overlays/production in two namespaces of a test: all of it but what an administrator is asked to bring (image, images
 * of workers, the two Secrets, storage that several nodes can mount), and what an old API server does not know.
 */
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadAll } from 'js-yaml';
import { Certificates, contents } from './certificates.ts';
import { kubectl, type Namespace } from './kubernetes.ts';

const overlay = fileURLToPath(new URL('../../k8s/overlays/production', import.meta.url));

export interface ProductionOverlay extends AsyncDisposable {
  /** What a caller shows for mTLS. */
  readonly tls: { readonly ca: Buffer; readonly certificate: Buffer; readonly key: Buffer };
}

export interface ProductionOptions {
  readonly server: Namespace;
  readonly workers: Namespace;
  readonly image: string;
  /** Of workers that name none, and what callers may name. */
  readonly workerImage: string;
  /** Content of GRPC_CREDENTIALS. */
  readonly credentials: readonly object[];
}

export async function applyProduction(options: ProductionOptions): Promise<ProductionOverlay> {
  const { server, credentials } = options;
  await using undo = new AsyncDisposableStack();
  const folder = await mkdtemp(path.join(tmpdir(), 'otto-production-'));
  undo.defer(() => rm(folder, { recursive: true, force: true }));
  const certificates = new Certificates(folder);
  const authority = certificates.authority('authority');
  const service = `ottoscaler.${server.name}.svc`;
  const ours = certificates.signed('ottoscaler', authority, `DNS:localhost,IP:127.0.0.1,DNS:${service}`);
  const caller = contents(certificates.signed('caller', authority));
  const file = async (name: string, content: unknown) => {
    const place = path.join(folder, name);
    await writeFile(place, JSON.stringify(content));
    return place;
  };
  const secret = (name: string, files: Readonly<Record<string, string>>) => {
    const sources = Object.entries(files).map(([key, from]) => `--from-file=${key}=${from}`);
    return kubectl('--namespace', server.name, 'create', 'secret', 'generic', name, ...sources);
  };
  await secret('ottoscaler-tls', {
    'tls.crt': ours.certificate,
    'tls.key': ours.key,
    'ca.crt': authority.certificate,
  });
  await secret('ottoscaler-credentials', {
    'credentials.json': await file('credentials.json', credentials),
  });
  // The node is this machine; what is mounted from a host's folder keeps its owner.
  const storage = await mkdtemp(path.join(folder, 'spool-'));
  await chown(storage, 1_000, 1_000);
  await kubectl('create', '--filename', await file('volume.json', volumeAt(storage, server.name)));
  undo.defer(async () => void (await kubectl('delete', 'persistentvolume', server.name, '--wait=false')));
  const items = await manifestsOf(options);
  await kubectl('apply', '--filename', await file('all.json', { apiVersion: 'v1', kind: 'List', items }));
  undo.defer(async () => {
    // A Pod that is still there, or about to be, writes into the folder that is removed next; the namespace goes in any case.
    const whole = ['--cascade=foreground', '--timeout=50s'];
    await kubectl('--namespace', server.name, 'delete', 'deployment', 'ottoscaler', ...whole).catch(() => {});
  });
  const all = undo.move();
  return {
    tls: { ca: contents(authority).certificate, certificate: caller.certificate, key: caller.key },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

async function manifestsOf({ server, workers, image, workerImage }: ProductionOptions): Promise<unknown[]> {
  const built = (await kubectl('kustomize', overlay))
    .replaceAll('namespace: ottoscaler-workers', `namespace: ${workers.name}`)
    .replaceAll(/namespace: ottoscaler$/gm, `namespace: ${server.name}`)
    .replaceAll('ottoscaler.ottoscaler.svc', `ottoscaler.${server.name}.svc`)
    .replaceAll(/value: ottoscaler-workers$/gm, `value: ${workers.name}`)
    .replaceAll(/image: registry\.example\.com\/otto\/ottoscaler\S+/g, `image: ${image}`)
    .replaceAll(/value: registry\.example\.com\/\S+/g, `value: ${workerImage}`)
    .replaceAll('apiVersion: policy/v1\n', 'apiVersion: policy/v1beta1\n');
  const manifests = loadAll(built) as ReadonlyArray<{ kind: string }>;
  return manifests.filter(({ kind }) => kind !== 'Namespace' && kind !== 'ServiceMonitor');
}

function volumeAt(folder: string, namespace: string): object {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: namespace },
    spec: {
      capacity: { storage: '2Gi' },
      accessModes: ['ReadWriteMany'],
      hostPath: { path: folder },
      claimRef: { namespace, name: 'ottoscaler-spool' },
    },
  };
}
