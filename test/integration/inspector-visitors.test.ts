/** Who may look at the inspector and who may act, where there are credentials: over HTTP and WebSockets as they are. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { Credential } from '../../src/config/credentials-file.ts';
import { startInspectedPool, type InspectedPool } from '../support/inspected-pool.ts';
import { InspectorClient } from '../support/inspector-client.ts';

// A token may hold whatever a header may, and so what subprotocols may not.
const tokenOf = (name: string) => `token/of=${name}`;

const entry = (name: string, role: Credential['role'], more: Partial<Credential> = {}): Credential => ({
  name,
  role,
  tokenSha256: createHash('sha256').update(tokenOf(name)).digest('hex'),
  ...more,
});

const all: readonly Credential[] = [
  entry('anna', 'operator'),
  entry('bo', 'viewer'),
  entry('otto-handler', 'handler'),
  entry('old', 'operator', { expires: '2020-01-01T00:00:00Z' }),
];

const bearer = (name: string) => ({ authorization: `Bearer ${tokenOf(name)}` });

async function act(pool: InspectedPool, headers: Readonly<Record<string, string>>) {
  const response = await fetch(`http://${pool.address}/api/actions/scale-down`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-ottoscaler': 'inspector', ...headers },
    body: JSON.stringify({ taskId: 'nothing', workerCount: 0 }),
  });
  return { status: response.status, said: await response.text() };
}

async function ask(
  pool: InspectedPool,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
) {
  const response = await fetch(`http://${pool.address}${path}`, {
    method,
    headers: { 'x-ottoscaler': 'inspector', ...headers },
  });
  return {
    status: response.status,
    asks: response.headers.get('www-authenticate'),
    said: await response.text(),
  };
}

/** @returns the status with which the WebSocket is refused */
async function refusedSocket(pool: InspectedPool, path: string, headers = {}): Promise<number | undefined> {
  const socket = new WebSocket(`ws://${pool.address}${path}`, { headers });
  const [, response] = await once(socket, 'unexpected-response');
  return response.statusCode;
}

test('nobody and nobody known sees anything of the pool, on whatever path', async () => {
  const pool = await startInspectedPool({}, () => all);
  // The charts are those of the source, the same for everybody.
  const routes = pool.served.routes.filter(({ path }) => !path.startsWith('/api/charts/'));
  expect(routes.map(({ path }) => path)).toContain('/api/actions/scale-down');
  const strangers = [
    [{}, 'no credential is shown; send "authorization: Bearer <token>".'],
    [bearer('nobody'), 'the credential is not known here.'],
    [bearer('old'), 'the credential "old" has expired at 2020-01-01T00:00:00Z.'],
  ] as const;
  for (const [headers, sentence] of strangers) {
    const refused = { status: 401, asks: 'Bearer realm="ottoscaler"', said: `${sentence}\n` };
    // oxlint-disable no-await-in-loop -- one after the other, so that a failure names its caller
    for (const { method, path } of routes)
      expect({ path, ...(await ask(pool, method, path, headers)) }).toEqual({ path, ...refused });
    for (const { path } of pool.served.upgrades)
      expect({ path, status: await refusedSocket(pool, path, headers) }).toEqual({ path, status: 401 });
  }
  expect(pool.observers()).toBe(0);
});

test('a viewer looks, otto-handler too, and only an operator acts', async () => {
  const pool = await startInspectedPool({}, () => all);
  for (const [name, role] of [
    ['anna', 'operator'],
    ['bo', 'viewer'],
    ['otto-handler', 'viewer'],
  ] as const) {
    expect(JSON.parse((await ask(pool, 'GET', '/api/session', bearer(name))).said)).toEqual({ name, role });
    const page = await InspectorClient.open(pool.address, '', tokenOf(name));
    await page.until('the tree', () => page.latest('tree'));
    expect(page.socket.protocol).toBe('ottoscaler');
    expect(page.latest('hello')?.session).toEqual({ name, role });
  }
  expect(await act(pool, bearer('anna'))).toEqual({ status: 200, said: expect.stringContaining('message') });
  expect(await act(pool, bearer('bo'))).toEqual({
    status: 403,
    said: JSON.stringify({
      message: 'You may look and not act: the credential "bo" has not the role operator.',
    }),
  });
});

test('who is taken off the list, or gets another role, is shown out', async () => {
  let now = all;
  const pool = await startInspectedPool({}, () => now);
  const anna = await InspectorClient.open(pool.address, '', tokenOf('anna'));
  const bo = await InspectorClient.open(pool.address, '', tokenOf('bo'));
  const handler = await InspectorClient.open(pool.address, '', tokenOf('otto-handler'));
  now = all.flatMap((one) =>
    one.name === 'bo' ? [] : one.name === 'anna' ? { ...one, role: 'viewer' } : one,
  );
  await anna.until('the end', () => anna.closeCode);
  await bo.until('the end', () => bo.closeCode);
  expect([anna.closeCode, bo.closeCode, handler.closeCode]).toEqual([4401, 4401, undefined]);
});
