import { expect, onTestFinished, test } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startProgram, startServer, type Program } from '../support/program.ts';
import { until } from '../support/until.ts';

const listening = /"httpPort":(\d+).*"msg":"Ottoscaler is listening"/;

async function httpOf(server: Program): Promise<string> {
  const [, port] = await server.says(listening);
  return `http://127.0.0.1:${port}`;
}

async function answer(url: string): Promise<{ status: number; text: string }> {
  const response = await fetch(url, { headers: { connection: 'close' } });
  return { status: response.status, text: await response.text() };
}

test('a server at work is alive and ready, and says so', async () => {
  const url = await httpOf(await startServer({ OTTO_CLUSTER: 'local' }));
  expect(await answer(`${url}/healthz`)).toEqual({ status: 200, text: 'Ottoscaler lives.\n' });
  expect(await answer(`${url}/readyz`)).toEqual({ status: 200, text: 'Ottoscaler is at work.\n' });
});

test('who stands by is alive, not ready, and says who leads', async () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'otto-http-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const local = startProgram('bin/ottoscaler.js', ['local-cluster', '--no-node', '--directory', directory]);
  const [, KUBECONFIG] = await local.says(/export KUBECONFIG=(\S+)/);
  await startServer({ KUBECONFIG, OTTO_IDENTITY: 'leader' });
  const standby = startProgram('bin/ottoscaler.js', [], {
    KUBECONFIG,
    GRPC_PORT: '0',
    HTTP_PORT: '0',
    OTTO_IDENTITY: 'standby',
  });
  const url = await httpOf(standby);
  await until('the leader to be known', async () => (await answer(`${url}/readyz`)).text.includes('leader'));
  expect(await answer(`${url}/readyz`)).toEqual({
    status: 503,
    text: 'Ottoscaler stands by; leader leads.\n',
  });
  expect(await answer(`${url}/healthz`)).toMatchObject({ status: 200 });
});

test('where the watch is lost it is not ready, and says why', async () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'otto-http-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const local = startProgram('bin/ottoscaler.js', ['local-cluster', '--no-node', '--directory', directory]);
  const [, KUBECONFIG] = await local.says(/export KUBECONFIG=(\S+)/);
  const url = await httpOf(
    await startServer({ KUBECONFIG, LEASE_SECONDS: '600', LEASE_RENEW_SECONDS: '599' }),
  );
  local.child.kill('SIGKILL');
  await until('the loss to be noticed', async () => (await answer(`${url}/readyz`)).status === 503);
  expect((await answer(`${url}/readyz`)).text).toMatch(/^The watch of Pods is interrupted: [^\n]+\.\n$/);
  expect(await answer(`${url}/healthz`)).toMatchObject({ status: 200 });
});

test('Redis being away makes nobody unready', async () => {
  const server = await startServer({ OTTO_CLUSTER: 'local', REDIS_HOST: '127.0.0.1', REDIS_PORT: '1' });
  const url = await httpOf(server);
  await server.says(/Redis is away/);
  expect(await answer(`${url}/readyz`)).toMatchObject({ status: 200 });
});

test('HTTP_PORT=off opens no port', async () => {
  const server = await startServer({ OTTO_CLUSTER: 'local', HTTP_PORT: 'off' });
  expect(server.stdout()).not.toContain('httpPort');
});
