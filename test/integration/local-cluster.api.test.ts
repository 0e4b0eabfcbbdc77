import { statSync } from 'node:fs';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { podsUrl, scriptPod, startTestCluster, type TestCluster } from './local-cluster.client.ts';

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await startTestCluster({ node: false, historyEventsMax: 50 });
});
afterAll(() => cluster.close());

const configMapsUrl = '/api/v1/namespaces/default/configmaps';
const configMap = (name: string): object => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data: { a: '1' },
});

describe('the door', () => {
  test('opens only to the token of the kubeconfig, which only its owner can read', async () => {
    const answer = await cluster.call('GET', podsUrl, undefined, { authorization: 'Bearer wrong' });
    expect([answer.code, answer.json.reason]).toEqual([401, 'Unauthorized']);
    expect(statSync(cluster.kubeconfigPath).mode & 0o777).toBe(0o600);
  });

  test('stays shut for a name that is not loopback', async () => {
    expect((await cluster.call('GET', podsUrl, undefined, { host: 'evil.example.com' })).code).toBe(403);
  });
});

describe('a request that is wrong is answered with a Status', () => {
  test.each([
    ['malformed JSON', 'POST', podsUrl, '{bad', {}, 400],
    ['a body that is no object', 'POST', podsUrl, '[]', {}, 400],
    ['another media type', 'POST', podsUrl, 'x', { 'content-type': 'text/plain' }, 415],
    ['a patch without a format', 'PATCH', `${configMapsUrl}/a`, '{}', {}, 415],
    ['a body above 3 MiB', 'POST', podsUrl, 'x'.repeat(3 * 1024 * 1024 + 1), {}, 413],
    ['an unknown resource', 'GET', '/api/v1/foo', undefined, {}, 404],
    ['an unknown Pod', 'GET', `${podsUrl}/none`, undefined, {}, 404],
    ['a method that is not allowed', 'PUT', podsUrl, '{}', {}, 405],
    ['a limit that is no number', 'GET', `${podsUrl}?limit=abc`, undefined, {}, 400],
    ['a selector that cannot be read', 'GET', `${podsUrl}?labelSelector=a%3D%3D%3Db`, undefined, {}, 400],
    ['broken percent-encoding', 'GET', `${podsUrl}/%zz`, undefined, {}, 400],
  ])('%s', async (_what, method, url, body, headers, code) => {
    const answer = await cluster.call(method, url, body, headers);
    expect(answer.json).toMatchObject({ kind: 'Status', status: 'Failure', code });
    expect(answer.code).toBe(code);
  });
});

describe('a watch', () => {
  test('from a forgotten position says Expired in its stream', async () => {
    for (let n = 0; n < 60; n += 1) await cluster.call('POST', configMapsUrl, configMap(`old-${n}`));
    const watch = cluster.stream(`${configMapsUrl}?watch=true&resourceVersion=1`);
    const error = JSON.parse(await watch.find((line) => line.includes('"ERROR"')));
    expect(error.object).toMatchObject({ kind: 'Status', code: 410, reason: 'Expired' });
    await watch.ended;
  });

  test('ends after its time with a bookmark to go on from', async () => {
    const { resourceVersion } = (await cluster.call('GET', `${configMapsUrl}?limit=1`)).json.metadata;
    const watch = cluster.stream(
      `${configMapsUrl}?watch=true&allowWatchBookmarks=true&timeoutSeconds=1&resourceVersion=${resourceVersion}`,
    );
    const bookmark = JSON.parse(await watch.find((line) => line.includes('"BOOKMARK"')));
    expect(bookmark.object).toMatchObject({ kind: 'ConfigMap', metadata: { resourceVersion } });
    await watch.ended;
  });
});

test('a watcher that does not read is cut off instead of buffered', async () => {
  const megabyte = 'x'.repeat(1000 * 1000);
  const watch = cluster.stream(`${configMapsUrl}?watch=true&fieldSelector=metadata.name%3Dbig`);
  await cluster.call('POST', configMapsUrl, { ...configMap('big'), data: { a: megabyte } });
  await watch.find((line) => line.includes('"ADDED"'));
  watch.pause();
  const changes = 60;
  for (let n = 0; n < changes; n += 1) {
    const answer = await cluster.call('PUT', `${configMapsUrl}/big`, {
      ...configMap('big'),
      data: { a: megabyte, n: String(n) },
    });
    expect(answer.code).toBe(200);
  }
  watch.resume();
  await watch.ended;
  expect(watch.lines.length).toBeLessThan(changes);
});

test('without a node the caller binds a Pod and writes its status', async () => {
  await cluster.call('POST', podsUrl, scriptPod('manual', 'true'));
  const binding = {
    apiVersion: 'v1',
    kind: 'Binding',
    metadata: { name: 'manual' },
    target: { kind: 'Node', name: 'mine' },
  };
  expect((await cluster.call('POST', `${podsUrl}/manual/binding`, binding)).code).toBe(201);
  expect((await cluster.call('POST', `${podsUrl}/manual/binding`, binding)).code).toBe(409);
  const patch = await cluster.call(
    'PATCH',
    `${podsUrl}/manual/status`,
    { status: { phase: 'Running' } },
    { 'content-type': 'application/merge-patch+json' },
  );
  expect(patch.json).toMatchObject({ spec: { nodeName: 'mine' }, status: { phase: 'Running' } });
});

test(
  'ten thousand Pods are created by many clients at once and listed in pages',
  { timeout: 300_000 },
  async () => {
    const own = await startTestCluster({ node: false });
    try {
      const count = 10_000;
      let next = 0;
      const client = async (): Promise<void> => {
        while (next < count)
          expect((await own.call('POST', podsUrl, scriptPod(`p-${(next += 1)}`, 'true'))).code).toBe(201);
      };
      await Promise.all(Array.from({ length: 32 }, client));
      const names = new Set<string>();
      let token = '';
      do {
        const { items, metadata } = (await own.call('GET', `${podsUrl}?limit=500&continue=${token}`)).json;
        expect(items.length).toBeLessThanOrEqual(500);
        for (const { metadata: meta } of items) names.add(meta.name);
        token = metadata.continue ?? '';
      } while (token !== '');
      expect(names.size).toBeGreaterThanOrEqual(count);
    } finally {
      await own.close();
    }
  },
);
