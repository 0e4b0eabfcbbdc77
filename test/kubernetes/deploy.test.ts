/**
 * From the checkout to a pipeline's end: the image is built and pushed, `kubectl apply -k k8s/overlays/kind`, and then
 * everything is asked from outside, through a port-forward. Also what the image and the Role do not let it do.
 */
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createOttoscalerClient, type ClientCredentials } from '../../src/rpc/client.ts';
import { auditOf } from '../support/audit-log.ts';
import { cliProgram } from '../support/cli-program.ts';
import { Deployment, requireKustomize, type ServerPod } from '../support/deployment.ts';
import { openHostDoor } from '../support/host-door.ts';
import { ImageStore, obstacleToImages } from '../support/image-store.ts';
import { openNamespace, type Namespace } from '../support/kubernetes.ts';
import { restrictedViolations, type JudgedPodSpec } from '../support/pod-security.ts';
import { everyLineOnce, untilCounted } from '../support/line-troubles.ts';
import { NumberedLines } from '../support/numbered-lines.ts';
import { ScriptedHandler } from '../support/scripted-handler.ts';
import { forwardPort } from '../support/port-forward.ts';
import { applyProduction } from '../support/production-overlay.ts';
import { until } from '../support/until.ts';
import { failureOf } from '../support/workers.ts';

const overlay = fileURLToPath(new URL('../../k8s/overlays/kind', import.meta.url));
const image = 'ottoscaler:latest';
const agentImage = 'otto-agent:latest';
/** LINES says how many; 1000000 is the promise. */
const lines = Number(process.env['LINES'] ?? 20_000);

const obstacle = await obstacleToImages();
if (obstacle !== undefined) console.warn(`The image is neither built nor deployed: ${obstacle}.`);
// Where CI runs nothing may be left out unnoticed.
const isLeftOut = obstacle !== undefined && process.env['CI'] === undefined;

describe.skipIf(isLeftOut)('the image, deployed', () => {
  const undo = new AsyncDisposableStack();
  let images: ImageStore;
  let namespace: Namespace;
  let deployment: Deployment;
  let pod: ServerPod;
  /** By its digest. */
  let exactly: string;
  const handler = new ScriptedHandler();
  undo.defer(() => handler.kill());

  beforeAll(async () => {
    if (obstacle !== undefined) throw new Error(obstacle);
    await requireKustomize();
    images = undo.use(await ImageStore.open());
    await images.build(image, 'server');
    const digest = await images.push(image);
    exactly = `docker.io/library/ottoscaler@${digest}`;
    namespace = undo.use(await openNamespace());
    deployment = new Deployment(namespace);
    await deployment.apply(overlay);
    pod = await deployment.ready();
    const isOfThisImage = ({ status }: ServerPod) =>
      status.containerStatuses?.[0]?.imageID.endsWith(digest) ?? false;
    if (!isOfThisImage(pod)) {
      // A node that has an image of this name already does not ask for another.
      await deployment.kubectl('set', 'image', 'deployment/ottoscaler', `ottoscaler=${exactly}`);
      pod = await deployment.ready(isOfThisImage);
    }
  }, 1_200_000);

  afterAll(async () => await undo.disposeAsync(), 120_000);

  test('the image holds one Node, only what runs, and a user that is not root', async () => {
    const config = await images.configOf(image);
    expect(config).toMatchObject({ User: '1000:1000', Entrypoint: ['ottoscaler'] });
    expect(config.Healthcheck?.Test).toEqual(['CMD', 'ottoscaler', 'healthcheck']);
    const found = await images.lookInto(image, async (root) => {
      const app = path.join(root, 'app');
      return { app: await readdir(app), modules: await readdir(path.join(app, 'node_modules')) };
    });
    expect(found.app.toSorted()).toEqual(['LICENSE', 'bin', 'dist', 'node_modules', 'package.json', 'proto']);
    for (const development of ['node', 'typescript', 'vite', 'vitest', 'oxlint', 'prettier'])
      expect(found.modules).not.toContain(development);
  });

  test('in its Pod it is nobody, can write to its spool alone, and has no privilege', async () => {
    const script = `id -u; cat /proc/self/status
      for place in /app /tmp /etc /var/lib/ottoscaler; do (: >$place/probe) 2>/dev/null && echo "wrote to $place"; done
      true`;
    const said = await deployment.exec('sh', '-c', script);
    expect(said).toMatch(/^1000\n/);
    expect(said).toMatch(/^CapEff:\t0+$/m);
    expect(said).toMatch(/^NoNewPrivs:\t1$/m);
    expect(said.match(/^wrote to .*$/gm)).toEqual(['wrote to /var/lib/ottoscaler']);
    expect(restrictedViolations(pod.spec)).toEqual([]);
  });

  test('a pipeline from outside runs to its end with the rights of the Role, in Pods that are restricted', async () => {
    const audit = await auditOf(namespace.name);
    const ending = new AbortController();
    const specs = new Map<string, JudgedPodSpec>();
    const watching = (async () => {
      for await (const { pod: worker } of namespace.podChanges(ending.signal))
        specs.set(worker.metadata.name, worker.spec as object as JudgedPodSpec);
    })();
    await using grpc = await deployment.forward(9090);
    const run = await cliProgram('test-pipeline').run('-type', 'simple', '-server', grpc.address);
    expect(run, run.stderr).toMatchObject({ code: 0 });
    await namespace.untilNoPods();
    ending.abort();
    await watching;

    expect(specs.size).toBe(3);
    for (const spec of specs.values()) expect(restrictedViolations(spec)).toEqual([]);
    await audit.expectAllowed(`system:serviceaccount:${namespace.name}:ottoscaler`);
    // The audit log holds writes; what was read, Ottoscaler counts itself.
    await using http = await deployment.forward(8080);
    const metrics = await (await fetch(`http://${http.address}/metrics`)).text();
    const requests = metrics.split('\n').filter((line) => line.startsWith('ottoscaler_api_requests_total{'));
    expect(requests.some((line) => line.includes('resource="pods"'))).toBe(true);
    expect(requests.filter((line) => /code="40[13]"/.test(line))).toEqual([]);
  });

  const api = (where: string) => where.replaceAll('HERE', namespace.name);
  test('its token is refused whatever the Role does not name', async () => {
    const here = `/api/v1/namespaces/HERE`;
    const asked = [
      ['GET', `${here}/pods`, 200],
      ['GET', `${here}/secrets`, 403],
      ['POST', `${here}/pods/any/exec`, 403],
      ['GET', `${here}/serviceaccounts`, 403],
      ['POST', `${here}/serviceaccounts/ottoscaler/token`, 403],
      ['DELETE', `${here}/pods`, 403],
      ['GET', '/api/v1/namespaces/kube-system/pods', 403],
      ['GET', '/api/v1/nodes', 403],
      ['GET', '/apis/apps/v1/namespaces/HERE/deployments', 403],
      ['PUT', '/apis/rbac.authorization.k8s.io/v1/namespaces/HERE/roles/ottoscaler', 403],
      ['GET', '/apis/rbac.authorization.k8s.io/v1/clusterroles', 403],
    ] as const;
    const answers = await deployment.exec(
      'node',
      '--eval',
      askAsItself,
      JSON.stringify(asked.map(([method, where]) => [method, api(where)])),
    );
    expect(JSON.parse(answers)).toEqual(asked.map(([, , status]) => status));
  });

  test('gRPC health is what the image asks for, and it serves', async () => {
    expect(await deployment.exec('ottoscaler', 'healthcheck')).toBe('Ottoscaler at 127.0.0.1:9090 serves.\n');
  });

  test('SIGTERM reaches it as process 1: it ends in order, and the next one knows what there was', async () => {
    const ended = deployment.kubectl('logs', '--follow', pod.metadata.name);
    const former = pod;
    await handler.start();
    const door = undo.use(await openHostDoor(pod.status.podIP ?? '', Number(handler.address.split(':')[1])));
    await deployment.setEnvironment([
      { name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
      { name: 'WORKER_LOG_ENDPOINT', value: '$(POD_IP):9090' },
      { name: 'OTTO_HANDLER_HOST', value: door.address },
      { name: 'LOG_RATE_LIMIT', value: '1000000' },
      { name: 'LOG_BUFFER_SIZE', value: '10000' },
    ]);
    expect(await ended).toContain('"msg":"Ottoscaler has ended"');
    pod = await deployment.ready(({ metadata }) => metadata.name !== former.metadata.name);
    expect(pod.status.containerStatuses?.[0]?.restartCount).toBe(0);
    await using grpc = await deployment.forward(9090);
    const client = createOttoscalerClient(grpc.address);
    const { pipelines } = await client.listPipelines({}).finally(() => client.close());
    expect(pipelines).toHaveLength(1);
  });

  // Needs the settings that the test before has made.
  test(
    'every line that otto-agent pushes from a worker reaches otto-handler once',
    { tags: ['G5', 'I9'], timeout: 120_000 + lines },
    async () => {
      const heard = new NumberedLines(lines);
      handler.take = heard.take;
      const print = `awk 'BEGIN { for (i = 1; i <= ${lines}; i++) print "line " i }'`;
      const command = `exec otto-agent --buffer 256 --flush-timeout 20m -- sh -c '${print.replaceAll("'", String.raw`'\''`)}'`;
      await images.build(agentImage, 'agent');
      expect(await images.configOf(agentImage)).toMatchObject({
        User: '65532:65532',
        Entrypoint: ['otto-agent', '--'],
      });
      const agent = `docker.io/library/otto-agent@${await images.push(agentImage)}`;
      // A Node, where the default is for a shell; what is requested is its share where the machine is busy.
      const limits = { cpu_request: '1', cpu_limit: '2', memory_request: '64Mi', memory_limit: '1Gi' };
      await using grpc = await deployment.forward(9090);
      const client = createOttoscalerClient(grpc.address);
      const startedMs = performance.now();
      await client
        .scaleUp({ task_id: 'pusher', worker_count: 1, build_config: { image: agent, command, ...limits } })
        .finally(() => client.close());
      await namespace.untilNoPods(60_000 + lines);
      const seconds = Math.round((performance.now() - startedMs) / 100) / 10;
      const figures = await untilCounted({ handler, heard }, () => ({ seconds }));
      expect(figures).toMatchObject(everyLineOnce(lines));
    },
  );

  test('deleted, nothing of it is left but the ledgers', async () => {
    await deployment.kubectl('delete', '--kustomize', overlay, '--wait=true', '--timeout=50s');
    const kinds = 'deployments,replicasets,pods,services,networkpolicies,roles,rolebindings';
    await until('all of it to be gone', async () => {
      return (await deployment.kubectl('get', kinds, '--output', 'name')).trim() === '';
    });
    expect(await namespace.records()).not.toEqual([]);
  });

  test('in production of two one leads, asks for certificate and token, and the other takes over', async () => {
    await using workers = await openNamespace();
    await using server = await openNamespace();
    await using production = await applyProduction({
      server,
      workers,
      image: exactly,
      workerImage: 'busybox:1.36',
      credentials: [
        { name: 'ci', role: 'handler', tokenSha256: sha256('secret') },
        { name: 'kim', role: 'operator', tokenSha256: sha256('her-own') },
      ],
    });
    const deployed = new Deployment(server);
    const leader = await deployed.ready();
    const { tls } = production;
    const asked = { task_id: 'echo', worker_count: 1, build_config: { command: 'echo ran' } };
    await using door = await forwardPort(server.name, `pod/${leader.metadata.name}`, 9090);
    const codeOf = async (shown: ClientCredentials) => {
      const client = createOttoscalerClient(door.address, shown);
      return (await failureOf(client.scaleUp(asked).finally(() => client.close()))).code;
    };
    expect(await codeOf({ tls: { ca: tls.ca }, token: 'secret' })).toBe('UNAVAILABLE');
    expect(await codeOf({ tls })).toBe('UNAUTHENTICATED');
    const client = createOttoscalerClient(door.address, { tls, token: 'secret' });
    const { worker_pod_names } = await client.scaleUp(asked).finally(() => client.close());
    expect(worker_pod_names).toHaveLength(1);
    await workers.untilNoPods();

    await using page = await forwardPort(server.name, `pod/${leader.metadata.name}`, 8080);
    const visit = async (headers: Readonly<Record<string, string>>) => {
      const response = await fetch(`http://${page.address}/api/session`, { headers });
      return [response.status, response.ok ? await response.json() : undefined];
    };
    expect(await visit({})).toEqual([401, undefined]);
    const kim = { name: 'kim', role: 'operator' };
    expect(await visit({ authorization: 'Bearer her-own' })).toEqual([200, kim]);

    await deployed.kubectl('delete', 'pod', leader.metadata.name, '--wait=false');
    const next = await deployed.ready(({ metadata }) => metadata.name !== leader.metadata.name);
    await using nextDoor = await forwardPort(server.name, `pod/${next.metadata.name}`, 9090);
    const again = createOttoscalerClient(nextDoor.address, { tls, token: 'secret' });
    expect(await again.scaleUp(asked).finally(() => again.close())).toMatchObject({
      status: 'ALREADY_PROCESSED',
      worker_pod_names,
    });
  });
});

const sha256 = (token: string) => createHash('sha256').update(token).digest('hex');

/** Runs in the container: asks the API server as its ServiceAccount, and prints the status of each answer. */
const askAsItself = `
  const { readFileSync } = require('node:fs');
  const { request } = require('node:https');
  const mine = (file) => readFileSync('/var/run/secrets/kubernetes.io/serviceaccount/' + file);
  const ask = ([method, path]) => new Promise((resolve, reject) => {
    request({
      host: process.env.KUBERNETES_SERVICE_HOST, port: process.env.KUBERNETES_SERVICE_PORT, method, path,
      ca: mine('ca.crt'), agent: false, headers: { authorization: 'Bearer ' + mine('token') },
    }, (answer) => resolve(answer.resume().statusCode)).on('error', reject).end();
  });
  Promise.all(JSON.parse(process.argv[1]).map(ask)).then((all) => console.log(JSON.stringify(all)));
`;

describe('the check for Pod Security, checked', () => {
  const fine: JudgedPodSpec = {
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        name: 'worker',
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
      },
    ],
  };
  const [container] = fine.containers;
  const withContext = (more: object): JudgedPodSpec => ({
    ...fine,
    containers: [{ name: 'worker', securityContext: { ...container?.securityContext, ...more } }],
  });
  test.each<readonly [string, JudgedPodSpec, readonly string[]]>([
    ['nothing', fine, []],
    ['the host', { ...fine, hostNetwork: true, hostPID: true }, ['hostNetwork', 'hostPID']],
    ['its files', { ...fine, volumes: [{ name: 'v', hostPath: {} }] }, ['volume v is a hostPath']],
    ['privileges', withContext({ privileged: true }), ['worker: privileged']],
    ['more of them', withContext({ allowPrivilegeEscalation: true }), ['worker: allowPrivilegeEscalation']],
    ['root', withContext({ runAsUser: 0 }), ['worker: runAsUser is root']],
    ['perhaps root', withContext({ runAsNonRoot: false }), ['worker: runAsNonRoot is not said']],
    ['capabilities', withContext({ capabilities: {} }), ['worker: capabilities are not all dropped']],
    ['system calls', withContext({ seccompProfile: { type: 'Unconfined' } }), ['worker: seccompProfile']],
  ])('a Pod that asks for %s', (_what, spec, violations) => {
    expect(restrictedViolations(spec)).toEqual(violations);
  });
});
