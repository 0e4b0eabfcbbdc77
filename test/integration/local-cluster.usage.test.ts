/** What containers use, as a metrics server tells it: from the processes of each, and of nobody else. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectKubernetes } from '../../src/cluster/kubernetes/connect.ts';
import type { Cluster } from '../../src/cluster/port.ts';
import { until } from '../support/until.ts';
import {
  podsUrl,
  scriptPod,
  startTestCluster,
  type Answer,
  type TestCluster,
} from './local-cluster.client.ts';

const metricsUrl = '/apis/metrics.k8s.io/v1beta1/namespaces/default/pods';
const canMeasure = process.platform === 'linux';
if (!canMeasure) console.warn('NOT TESTED: only on Linux the embedded cluster knows what containers use');

/** Keeps a core busy from another process than the container's first one. */
const busyChild = 'sh -c "while :; do :; done" & wait';

let cluster: TestCluster;
let port: Cluster;
beforeAll(async () => {
  cluster = await startTestCluster();
  port = await connectKubernetes({ namespace: 'default', kubeconfigPath: cluster.kubeconfigPath });
});
afterAll(async () => {
  await port.close();
  await cluster.close();
});

async function run(name: string, script: string, labels: object): Promise<void> {
  const pod: Answer['json'] = scriptPod(name, script, { terminationGracePeriodSeconds: 0 });
  expect(await cluster.call('POST', podsUrl, { ...pod, metadata: { name, labels } })).toMatchObject({
    code: 201,
  });
  await cluster.pod(name, (seen) => seen?.status.phase === 'Running');
}

const measured = async (query = ''): Promise<readonly Answer['json'][]> =>
  (await cluster.call('GET', `${metricsUrl}?${query}`)).json.items;
const nameOf = (item: Answer['json']): string => item.metadata.name;

test('a busy Pod, an idle one and a foreign one are measured, and the port tells of ours alone', async () => {
  if (!canMeasure) return;
  const ours = { 'managed-by': 'ottoscaler' };
  await run('busy', busyChild, ours);
  await run('idle', 'exec sleep 600', ours);
  await run('foreign', 'exec sleep 600', { 'managed-by': 'somebody-else' });
  const all = await until('all three', async () => {
    const items = await measured();
    return items.length === 3 && items;
  });
  expect(all.map(nameOf)).toEqual(['busy', 'foreign', 'idle']);
  expect(all[0]).toMatchObject({
    kind: 'PodMetrics',
    apiVersion: 'metrics.k8s.io/v1beta1',
    metadata: { namespace: 'default', labels: ours },
    window: expect.stringMatching(/^\d+\.\d{3}s$/),
    containers: [
      {
        name: 'main',
        usage: { cpu: expect.stringMatching(/^\d+n$/), memory: expect.stringMatching(/^\d+Ki$/) },
      },
    ],
  });
  expect((await measured('labelSelector=managed-by%3Dsomebody-else')).map(nameOf)).toEqual(['foreign']);

  const used = new Map((await port.pods.usage())?.map((usage) => [usage.podName, usage]));
  expect([...used.keys()]).toEqual(['busy', 'idle']);
  const busyCores = used.get('busy')?.cpuCores ?? 0;
  expect(busyCores).toBeGreaterThan(0.2);
  expect(busyCores).toBeLessThan(2);
  expect(used.get('idle')?.cpuCores).toBeLessThan(0.2);
  for (const { memoryBytes } of used.values()) expect(memoryBytes).toBeGreaterThan(100_000);
});

test('one Pod is asked for by its name, and is not found once it has ended', async () => {
  if (!canMeasure) return;
  await run('one', 'trap "exit 0" TERM; while :; do sleep 0.05; done', {});
  const one = await until('its figures', async () => {
    const answer = await cluster.call('GET', `${metricsUrl}/one`);
    return answer.code === 200 && answer.json;
  });
  expect(one).toMatchObject({ kind: 'PodMetrics', metadata: { name: 'one' } });
  await cluster.call('DELETE', `${podsUrl}/one`);
  const absent = await until('its absence', async () => {
    const answer = await cluster.call('GET', `${metricsUrl}/one`);
    return answer.code !== 200 && answer.json;
  });
  expect(absent).toMatchObject({
    code: 404,
    message: 'podmetrics.metrics.k8s.io "default/one" not found',
  });
});

test('the API is found, and can only be read', async () => {
  const { groups } = (await cluster.call('GET', '/apis')).json;
  expect(groups).toContainEqual(
    expect.objectContaining({
      name: 'metrics.k8s.io',
      versions: [{ groupVersion: 'metrics.k8s.io/v1beta1', version: 'v1beta1' }],
    }),
  );
  const { resources } = (await cluster.call('GET', '/apis/metrics.k8s.io/v1beta1')).json;
  expect(resources).toEqual([
    expect.objectContaining({ name: 'pods', kind: 'PodMetrics', verbs: ['get', 'list'] }),
  ]);
  for (const [method, url] of [
    ['POST', metricsUrl],
    ['DELETE', `${metricsUrl}/a`],
    ['GET', `${metricsUrl}?watch=true`],
  ] as const)
    expect((await cluster.call(method, url)).code).toBe(405);
  for (const below of ['log', 'status', 'binding'])
    expect((await cluster.call('GET', `${metricsUrl}/a/${below}`)).code).toBe(404);
});

test('without a node there is nothing to measure', async () => {
  const alone = await startTestCluster({ node: false });
  try {
    await alone.call('POST', podsUrl, scriptPod('a', 'true'));
    expect((await alone.call('GET', metricsUrl)).json).toMatchObject({ kind: 'PodMetricsList', items: [] });
  } finally {
    await alone.close();
  }
});
