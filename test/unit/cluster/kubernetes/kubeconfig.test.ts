import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test as base, describe, expect } from 'vitest';
import { findApiServer } from '../../../../src/cluster/kubernetes/find-api-server.ts';

const test = base.extend<{ directory: string }>({
  // oxlint-disable-next-line no-empty-pattern -- vitest reads the fixtures that a fixture needs from this pattern
  directory: async ({}, use) => {
    const directory = await mkdtemp(path.join(tmpdir(), 'ottoscaler-kubeconfig-'));
    try {
      await use(directory);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  },
});

const find = (env: Record<string, string>, kubeconfigPath?: string) =>
  findApiServer({ env, kubeconfigPath, nowMs: () => 0 });

function config(cluster: object, user: object): string {
  return JSON.stringify({
    'current-context': 'here',
    contexts: [{ name: 'here', context: { cluster: 'c', user: 'u' } }],
    clusters: [{ name: 'c', cluster: { server: 'https://api.test:6443/base/', ...cluster } }],
    users: [{ name: 'u', user }],
  });
}

async function write(directory: string, name: string, content: string): Promise<string> {
  const file = path.join(directory, name);
  await writeFile(file, content);
  return file;
}

describe('a kubeconfig', () => {
  test('gives server, trust and client certificate', async ({ directory }) => {
    const file = await write(
      directory,
      'config',
      config(
        { 'certificate-authority-data': btoa('ca'), 'tls-server-name': 'other.test' },
        { 'client-certificate-data': btoa('cert'), 'client-key-data': btoa('key') },
      ),
    );
    const server = await find({}, file);
    expect(server).toMatchObject({ origin: 'https://api.test:6443', basePath: '/base' });
    expect(server.tls).toEqual({
      ca: Buffer.from('ca'),
      cert: Buffer.from('cert'),
      key: Buffer.from('key'),
      servername: 'other.test',
    });
    expect(await server.credentials.headers()).toEqual({});
  });

  test('is used by the context that KUBE_CONTEXT names', async ({ directory }) => {
    const two = JSON.stringify({
      'current-context': 'production',
      contexts: ['production', 'mine'].map((name) => ({ name, context: { cluster: name } })),
      clusters: ['production', 'mine'].map((name) => ({
        name,
        cluster: { server: `https://${name}.test` },
      })),
    });
    const file = await write(directory, 'config', two);
    const mine = { KUBECONFIG: file, KUBE_CONTEXT: 'mine' };
    expect((await find(mine)).origin).toBe('https://mine.test');
    expect((await find({ ...mine, KUBE_CONTEXT: '' })).origin).toBe('https://production.test');
    expect((await find(mine, file)).origin).toBe('https://production.test');
  });

  test('is read as YAML, and its files relative to itself', async ({ directory }) => {
    await mkdir(path.join(directory, 'pki'));
    await write(directory, 'pki/ca.crt', 'CA');
    await write(directory, 'token', 'secret\n');
    const file = await write(
      directory,
      'config',
      [
        'current-context: here',
        'contexts: [{name: here, context: {cluster: c, user: u}}]',
        'clusters: [{name: c, cluster: {server: "https://api.test", certificate-authority: pki/ca.crt}}]',
        'users: [{name: u, user: {tokenFile: token, as: somebody}}]',
      ].join('\n'),
    );
    const server = await find({ KUBECONFIG: file });
    expect(server.tls.ca).toEqual(Buffer.from('CA'));
    expect(await server.credentials.headers()).toEqual({
      authorization: 'Bearer secret',
      'impersonate-user': 'somebody',
    });
  });

  test('the first of several files wins', async ({ directory }) => {
    const first = await write(
      directory,
      'one',
      JSON.stringify({ users: [{ name: 'u', user: { token: 'first' } }] }),
    );
    const second = await write(directory, 'two', config({}, { token: 'second' }));
    const server = await find({ KUBECONFIG: [first, second].join(path.delimiter) });
    expect(await server.credentials.headers()).toEqual({ authorization: 'Bearer first' });
  });

  test('is looked for at home last', async ({ directory }) => {
    await mkdir(path.join(directory, '.kube'));
    await write(directory, '.kube/config', config({}, { username: 'me', password: 'pass' }));
    const server = await find({ HOME: directory });
    expect(await server.credentials.headers()).toEqual({ authorization: `Basic ${btoa('me:pass')}` });
  });

  test('an exec plugin is asked once, and again after it was refused', async ({ directory }) => {
    const count = path.join(directory, 'count');
    const script = [
      `echo x >> ${count}`,
      `echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential",'`,
      `echo '"status":{"token":"t'$(wc -l < ${count} | tr -d ' ')'"}}'`,
      '[ -n "$KUBERNETES_EXEC_INFO" ]',
    ].join('\n');
    const plugin = await write(directory, 'plugin.sh', script);
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'sh', args: [plugin] };
    const file = await write(directory, 'config', config({}, { exec }));
    const { credentials } = await find({}, file);
    expect(await credentials.headers()).toEqual({ authorization: 'Bearer t1' });
    expect(await credentials.headers()).toEqual({ authorization: 'Bearer t1' });
    credentials.forget();
    expect(await credentials.headers()).toEqual({ authorization: 'Bearer t2' });
  });

  test.for<[string, string, string]>([
    ['is empty', '', 'the input is empty'],
    ['is no object', '7', 'it is no YAML object'],
    ['is no YAML', '{"a": [', 'cannot be used'],
    ['has no current context', '{"contexts": []}', 'it has no current-context'],
    ['names a context it lacks', '{"current-context": "x"}', 'it has no context named x'],
    ['names no URL', config({ server: 'nowhere' }, {}), 'no http(s) URL'],
    ['names http over a network', config({ server: 'http://api.test' }, {}), 'use https'],
    ['lacks a file it names', config({ 'certificate-authority': 'none.crt' }, {}), 'a certificate it names'],
    ['has an auth-provider', config({}, { 'auth-provider': { name: 'gcp' } }), 'use an exec plugin'],
    [
      'has a plugin that is not there',
      config({}, { exec: { command: '/no/such/plugin' } }),
      'the exec plugin of user u',
    ],
    ['has a plugin that fails', config({}, { exec: { command: 'false' } }), 'the exec plugin of user u'],
  ])('that %s is one clear sentence', async ([, content, expected], { directory }) => {
    const file = await write(directory, 'config', content);
    const error: unknown = await find({}, file).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'ClusterError', code: 'unauthorized' });
    expect(String(error)).toContain(expected);
    expect(String(error)).toContain(file);
    expect(String(error)).not.toContain('\n');
  });

  test('that is not there is one clear sentence', async ({ directory }) => {
    await expect(find({ HOME: directory })).rejects.toThrow(
      /\.kube\/config cannot be used: there is no such file$/,
    );
  });
});
