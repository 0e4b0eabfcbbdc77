/** What a worker's Pod may and may not do on a real node, and what is said of it when it fails there. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kubectl, openNamespace, type Namespace } from '../support/kubernetes.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';
import { until } from '../support/until.ts';
import { image, scaleUp, untilOver, untilRunning, untilStatus } from '../support/workers.ts';

let namespace: Namespace;
let server: ServerProcess;

beforeAll(async () => {
  namespace = await openNamespace();
  server = await startServer({ NAMESPACE: namespace.name });
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await namespace[Symbol.asyncDispose]();
});

async function start(taskId: string, buildConfig: Readonly<Record<string, string>>): Promise<string> {
  const request = { task_id: taskId, worker_count: 1, build_config: { image, ...buildConfig } };
  const [podName] = (await scaleUp(server, request)).worker_pod_names;
  if (podName === undefined) throw new Error('no worker was named');
  return podName;
}

async function endOf(taskId: string) {
  const { workers } = await untilStatus(
    server,
    taskId,
    'its end',
    (status) => status.succeeded_count + status.failed_count === 1,
  );
  return { status: workers[0]?.status, error: workers[0]?.error_message };
}

test('a worker is not root, has no token, no privileges, and both requests and limits', async () => {
  const podName = await start('restricted', {
    command: 'id -u; ls /var/run/secrets/kubernetes.io 2>&1; grep -E "NoNewPrivs|CapEff" /proc/self/status',
  });
  const pod = await until('the Pod', async () =>
    (await namespace.pods()).find(({ metadata }) => metadata.name === podName),
  );
  expect(pod.spec).toMatchObject({
    automountServiceAccountToken: false,
    activeDeadlineSeconds: 3600,
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  });
  expect(pod.spec.volumes ?? []).toEqual([]);
  expect(pod.spec.containers[0]).toMatchObject({
    resources: { requests: { cpu: '50m', memory: '32Mi' }, limits: { cpu: '500m', memory: '128Mi' } },
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
  });
  expect(await endOf('restricted')).toEqual({ status: 'succeeded', error: '' });
  const output = await until('its output', () => {
    const lines = server.outputOf(podName);
    return lines.length > 3 && lines;
  });
  expect(output[0]).toBe('65532');
  expect(output.join('\n')).toMatch(/No such file or directory\nCapEff:\t0+\nNoNewPrivs:\t1$/);
});

describe.concurrent('a failure is named, with its evidence, and cleaned up', () => {
  const failures: ReadonlyArray<readonly [string, Readonly<Record<string, string>>, RegExp]> = [
    ['exit-7', { command: 'exit 7' }, /^exit-code: container worker exited with 7$/],
    [
      'too-much-memory',
      { memory_limit: '16Mi', command: 'hog=$(head -c 100000000 /dev/zero | tr "\\0" x); echo ${#hog}' },
      /^oom-killed: /,
    ],
    [
      'too-slow',
      { timeout_seconds: '2', command: 'trap "exit 0" TERM; sleep 600 & wait' },
      /^deadline: .*(?:deadline|2 s)/,
    ],
    ['no-such-image', { image: 'nobody/has-this:1' }, /^image-pull: .*nobody\/has-this:1/],
    ['no-such-command', { command: 'no-such-command' }, /^exit-code: container worker exited with 127$/],
  ];
  // A kubelet of 1.20 takes up to a minute to remove a Pod that never had a container.
  test.each(failures)('%s', { timeout: 150_000 }, async (taskId, buildConfig, message) => {
    const podName = await start(taskId, buildConfig);
    const { status, error } = await endOf(taskId);
    expect(status).toBe('failed');
    expect(error).toMatch(message);
    await until(
      'its Pod gone',
      async () => (await namespace.pods()).every(({ metadata }) => metadata.name !== podName),
      { timeoutMs: 120_000 },
    );
  });

  test('a Pod that someone else deletes', { tags: ['F28'] }, async () => {
    const podName = await start('deleted', { command: 'trap "exit 3" TERM; sleep 600 & wait' });
    await untilRunning(server, 'deleted', 1);
    await kubectl('delete', 'pod', podName, '--namespace', namespace.name, '--wait=false');
    const { status, error } = await endOf('deleted');
    expect(status).toBe('failed');
    expect(error).toMatch(/^deleted: /);
  });
});

test('none of them left a Pod', async () => {
  await untilOver(server, namespace, 'deleted');
  expect(await namespace.pods()).toEqual([]);
});
