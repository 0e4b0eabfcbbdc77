/**
 * The overlays of k8s, put to a real API server, which checks every field of them and keeps nothing.
 *
 * This one is older than policy/v1 and knows no ServiceMonitor: the disruption budget is shown to it as policy/v1beta1, whose
 * fields are the same, and the ServiceMonitor is held against what it selects.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadAll } from 'js-yaml';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { readSettings } from '../../src/config/read-settings.ts';
import { requireKustomize } from '../support/deployment.ts';
import { kubectl } from '../support/kubernetes.ts';
import { restrictedViolations, type JudgedPodSpec } from '../support/pod-security.ts';

interface Manifest {
  apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: object };
  readonly spec?: unknown;
  readonly subjects?: ReadonlyArray<{ readonly namespace?: string }>;
}

beforeAll(requireKustomize);

async function build(overlay: string): Promise<readonly Manifest[]> {
  const folder = fileURLToPath(new URL(`../../k8s/${overlay}`, import.meta.url));
  return loadAll(await kubectl('kustomize', folder)) as Manifest[];
}

function one(manifests: readonly Manifest[], kind: string, name = 'ottoscaler'): Manifest {
  const found = manifests.filter((each) => each.kind === kind && each.metadata.name === name);
  if (!found[0] || found.length > 1) throw new Error(`there are ${found.length} ${kind} ${name}`);
  return found[0];
}

interface DeploymentSpec {
  readonly replicas: number;
  readonly strategy: { readonly type: string };
  readonly template: {
    readonly spec: JudgedPodSpec & {
      readonly terminationGracePeriodSeconds: number;
      readonly containers: ReadonlyArray<{ readonly env: ReadonlyArray<{ name: string; value?: string }> }>;
    };
  };
}
const deploymentOf = (manifests: readonly Manifest[]) => one(manifests, 'Deployment').spec as DeploymentSpec;

const environmentOf = ({ template }: DeploymentSpec) =>
  Object.fromEntries(template.spec.containers[0]?.env.map(({ name, value }) => [name, value ?? 'set']) ?? []);

test.each(['overlays/kind', 'overlays/developer', 'overlays/production', 'monitoring'])(
  'k8s/%s is taken by an API server',
  async (overlay) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'otto-manifests-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const manifests = (await build(overlay)).filter(({ kind }) => kind !== 'ServiceMonitor');
    for (const manifest of manifests) if (manifest.apiVersion === 'policy/v1') manifest.apiVersion += 'beta1';
    // A namespace that is only about to be made holds nothing, so each is asked for in one that is there.
    const items = manifests.map(({ metadata: { namespace: _, ...metadata }, ...rest }) => ({
      ...rest,
      metadata,
    }));
    const file = path.join(folder, 'all.json');
    await writeFile(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
    const taken = await kubectl('create', '--dry-run=server', '--validate=true', '--filename', file);
    expect(taken.trim().split('\n')).toHaveLength(items.length);
  },
);

test.each(['overlays/kind', 'overlays/developer', 'overlays/production'])(
  'Ottoscaler of k8s/%s passes Pod Security "restricted", starts with its settings, and has time to end',
  async (overlay) => {
    const deployment = deploymentOf(await build(overlay));
    expect(restrictedViolations(deployment.template.spec)).toEqual([]);
    expect(deployment.strategy.type).toBe('Recreate');
    const { NAMESPACE: _, ...environment } = environmentOf(deployment);
    // As in the image.
    const settings = readSettings({ GRPC_HOST: '0.0.0.0', HTTP_HOST: '0.0.0.0', ...environment });
    expect(settings.SHUTDOWN_SECONDS).toBeLessThan(
      deployment.template.spec.terminationGracePeriodSeconds - 5,
    );
  },
);

test('in production there are two behind mTLS, apart from their workers, and nothing else speaks for them', async () => {
  const manifests = await build('overlays/production');
  const deployment = deploymentOf(manifests);
  expect(deployment.replicas).toBe(2);
  const environment = environmentOf(deployment);
  expect(Object.keys(environment)).toEqual(
    expect.arrayContaining(['GRPC_TLS_CERT', 'GRPC_TLS_KEY', 'GRPC_TLS_CLIENT_CA', 'GRPC_CREDENTIALS']),
  );
  expect(environment['GRPC_PLAINTEXT']).toBeUndefined();
  expect(environment['NAMESPACE']).toBe('ottoscaler-workers');
  for (const kind of ['Role', 'RoleBinding'])
    expect(one(manifests, kind).metadata.namespace).toBe('ottoscaler-workers');
  expect(one(manifests, 'RoleBinding').subjects).toMatchObject([{ namespace: 'ottoscaler' }]);
  expect(manifests.filter(({ kind }) => kind.startsWith('Cluster'))).toEqual([]);

  const monitor = one(manifests, 'ServiceMonitor').spec as {
    selector: { matchLabels: object };
    endpoints: [{ port: string }];
  };
  const service = one(manifests, 'Service');
  expect(service.metadata.labels).toMatchObject(monitor.selector.matchLabels);
  expect(service.spec).toMatchObject({
    ports: expect.arrayContaining([expect.objectContaining({ name: monitor.endpoints[0].port })]),
  });
});

test('in production workers reach a port of their own over TLS, and not that of the callers', async () => {
  const manifests = await build('overlays/production');
  const environment = environmentOf(deploymentOf(manifests));
  expect(environment).toMatchObject({ WORKER_LOG_PORT: '9091', WORKER_LOG_CA: '/etc/ottoscaler/tls/ca.crt' });
  const service = one(manifests, 'Service');
  const [host, port] = environment['WORKER_LOG_ENDPOINT']?.split(':') ?? [];
  expect(host).toBe(`${service.metadata.name}.${service.metadata.namespace}.svc`);
  expect(service.spec).toMatchObject({
    ports: expect.arrayContaining([expect.objectContaining({ name: 'worker-logs', port: Number(port) })]),
  });
  const workers = { podSelector: { matchLabels: { 'managed-by': 'ottoscaler', app: 'otto-agent' } } };
  const { ingress } = one(manifests, 'NetworkPolicy').spec as {
    ingress: ReadonlyArray<{ ports: readonly [{ port: string }]; from: readonly object[] }>;
  };
  const asked = ingress.filter(({ from }) =>
    from.some((peer) => JSON.stringify(peer).includes('otto-agent')),
  );
  expect(asked).toEqual([{ ports: [{ port: 'worker-logs' }], from: [expect.objectContaining(workers)] }]);
  const { egress } = one(manifests, 'NetworkPolicy', 'ottoscaler-workers').spec as {
    egress: ReadonlyArray<{ ports?: ReadonlyArray<{ port: number }>; to: readonly object[] }>;
  };
  const ours = egress.filter(({ to }) =>
    to.some((peer) => JSON.stringify(peer).includes('"app":"ottoscaler"')),
  );
  expect(ours.map(({ ports }) => ports)).toEqual([[{ port: 9091 }]]);
});

test('a worker is kept from private addresses and from metadata', async () => {
  const policy = one(await build('base'), 'NetworkPolicy', 'ottoscaler-workers').spec as {
    podSelector: { matchLabels: object };
    egress: ReadonlyArray<{ to: ReadonlyArray<{ ipBlock?: { cidr: string; except?: string[] } }> }>;
  };
  expect(policy.podSelector.matchLabels).toEqual({ 'managed-by': 'ottoscaler', app: 'otto-agent' });
  const blocks = policy.egress.flatMap(({ to }) => to.flatMap(({ ipBlock }) => ipBlock ?? []));
  const open = blocks.find(({ cidr }) => cidr === '0.0.0.0/0');
  expect(open?.except).toEqual(
    expect.arrayContaining(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16']),
  );
});
