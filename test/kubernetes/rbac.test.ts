/** The rights that Ottoscaler needs, and no more: those of one namespace, used by a ServiceAccount's token. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { auditOf } from '../support/audit-log.ts';
import { kubeconfig } from '../support/kubeconfig.ts';
import { kubectl, openNamespace, type Namespace } from '../support/kubernetes.ts';
import { chain, expectWhole, follow, read, service as forGood, shell } from '../support/pipeline-runs.ts';
import { startServer } from '../support/server-process.ts';
import { until } from '../support/until.ts';
import {
  failureOf,
  scaleUp,
  scaleUpRequest,
  untilEnded,
  untilOver,
  untilRunning,
} from '../support/workers.ts';

/** Resource and verbs: all that an administrator is asked to grant. */
const role: ReadonlyArray<readonly [string, string]> = [
  ['pods', 'get,list,watch,create,delete,patch'],
  ['pods/log', 'get'],
  ['configmaps', 'get,list,watch,create,update,delete'],
  ['pods.metrics.k8s.io', 'list'],
  ['events', 'create'],
  ['leases.coordination.k8s.io', 'get,create,update'],
];

interface Account extends AsyncDisposable {
  readonly kubeconfigPath: string;
}

/** A manifest, because `kubectl create role` refuses resources that this cluster does not serve. */
function roleManifest(granted: typeof role): object {
  const rules = granted.map(([qualified, verbs]) => {
    const [resource, ...group] = qualified.split('.');
    return { apiGroups: [group.join('.')], resources: [resource], verbs: verbs.split(',') };
  });
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: { name: 'ottoscaler' },
    rules,
  };
}

/** What an administrator applies. */
const documented = ['server/service-account.yaml', 'workers/role.yaml'].map((file) =>
  fileURLToPath(new URL(`../../k8s/base/${file}`, import.meta.url)),
);

/** @param granted rights to grant; absent: what the documented files grant */
async function openAccount(namespace: Namespace, granted?: typeof role): Promise<Account> {
  const here = ['--namespace', namespace.name];
  const folder = await mkdtemp(path.join(tmpdir(), 'otto-rbac-'));
  if (granted === undefined) {
    await kubectl('apply', ...documented.map((file) => `--filename=${file}`), ...here);
  } else {
    const roleFile = path.join(folder, 'role.json');
    await writeFile(roleFile, JSON.stringify(roleManifest(granted)));
    await kubectl('create', 'serviceaccount', 'ottoscaler', ...here);
    await kubectl('create', '--filename', roleFile, ...here);
    const subject = `--serviceaccount=${namespace.name}:ottoscaler`;
    await kubectl('create', 'rolebinding', 'ottoscaler', '--role=ottoscaler', subject, ...here);
  }
  const token = await until('its token', async () => {
    const names = `{.items[?(@.metadata.annotations.kubernetes\\.io/service-account\\.name=="ottoscaler")].data.token}`;
    return await kubectl('get', 'secrets', ...here, '--output', `jsonpath=${names}`);
  });
  const cluster = await kubectl(
    'config',
    'view',
    '--raw',
    '--minify',
    '--output',
    'jsonpath={.clusters[0].cluster}',
  );
  const kubeconfigPath = path.join(folder, 'kubeconfig');
  const user = { token: Buffer.from(token, 'base64').toString('utf8') };
  await writeFile(kubeconfigPath, JSON.stringify(kubeconfig(JSON.parse(cluster) as object, user)), {
    mode: 0o600,
  });
  return {
    kubeconfigPath,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

test.concurrent(
  'with exactly the rights of the documented Role workers are scaled up and down, and nothing is forbidden',
  async () => {
    await using namespace = await openNamespace();
    const audit = await auditOf(namespace.name);
    await using account = await openAccount(namespace, role);
    await using server = await startServer({ NAMESPACE: namespace.name, KUBECONFIG: account.kubeconfigPath });
    const echo = await scaleUp(server, scaleUpRequest('echo', 2, 'echo "I ran"'));
    expect((await untilEnded(server, 'echo')).succeeded_count).toBe(2);
    for (const name of echo.worker_pod_names) expect(server.outputOf(name)).toEqual(['I ran']);

    const service = await scaleUp(
      server,
      scaleUpRequest('service', 1, 'trap "exit 0" TERM; sleep 600 & wait'),
    );
    await untilRunning(server, 'service', 1);
    const down = await server.client.scaleDown({ task_id: 'service', metadata: { request_id: 'down' } });
    expect(down).toMatchObject({ status: 'SUCCESS', worker_pod_names: service.worker_pod_names });
    await untilOver(server, namespace, 'service');

    expect(server.lines.filter(({ level }) => level >= 40)).toEqual([]);
    await audit.expectAllowed(`system:serviceaccount:${namespace.name}:ottoscaler`);
  },
);

test.concurrent(
  'with the Role of k8s/base as it is applied a pipeline runs, retries, is cancelled and read, and nothing is forbidden',
  async () => {
    await using namespace = await openNamespace();
    const audit = await auditOf(namespace.name);
    await using account = await openAccount(namespace);
    await using server = await startServer({ NAMESPACE: namespace.name, KUBECONFIG: account.kubeconfigPath });
    await until('a server that serves', () => server.lines.some(({ msg }) => msg === 'watching Pods'));
    const retry_policy = { max_attempts: 1 };
    const stages = chain([
      shell('build', 'echo built'),
      shell('test', 'test "$OTTO_ATTEMPT" = 2', { retry_policy }),
    ]);
    const events = await read(server.client.executePipeline({ pipeline_id: 'granted', stages }));
    expectWhole(events, 'STAGE_COMPLETED');

    const followed = follow(server, { pipeline_id: 'ended', stages: [shell('long', forGood)] });
    await followed.seen('its stage run', (e) => e.stage_id === 'long' && e.status === 'STAGE_RUNNING');
    await server.client.cancelPipeline({ pipeline_id: 'ended' });
    expectWhole(await followed.ended, 'STAGE_CANCELLED');
    expect((await server.client.listPipelines({})).pipelines).toHaveLength(2);
    await namespace.untilNoPods();

    expect(server.lines.filter(({ level }) => level >= 40)).toEqual([]);
    await audit.expectAllowed(`system:serviceaccount:${namespace.name}:ottoscaler`);
  },
);

test.concurrent(
  'without the right to create Pods a command is refused in words, and leaves nothing',
  async () => {
    await using namespace = await openNamespace();
    const [, ...rest] = role;
    await using account = await openAccount(namespace, [['pods', 'get,list,watch,delete'], ...rest]);
    await using server = await startServer({ NAMESPACE: namespace.name, KUBECONFIG: account.kubeconfigPath });
    const failure = await failureOf(scaleUp(server, scaleUpRequest('forbidden', 2)));
    expect(failure.code).toBe('FAILED_PRECONDITION');
    expect(failure.message).toMatch(/cannot create resource "pods"/);
    expect(await namespace.records()).toEqual([]);
    expect(await namespace.pods('')).toEqual([]);
  },
);
