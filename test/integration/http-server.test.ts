import { once } from 'node:events';
import { request as ask, type IncomingMessage, type RequestOptions } from 'node:http';
import { createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { HttpRefusal } from '../../src/http/refusal.ts';
import { startHttpServer, type HttpServer, type HttpServerOptions } from '../../src/http/server.ts';

const hello = {
  method: 'GET',
  path: '/hello',
  handle: async (_request: IncomingMessage, response: { end: (text: string) => void }) =>
    response.end('hello'),
} as const;
const parrot = {
  method: 'POST',
  path: '/parrot',
  handle: async (_request: IncomingMessage, response: { end: (text: Buffer) => void }, body: Buffer) =>
    response.end(body),
} as const;

async function serving(options: Partial<HttpServerOptions> = {}): Promise<HttpServer> {
  const server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    routes: [hello, parrot],
    reportUnexpected: (error) => expect.unreachable(String(error)),
    ...options,
  });
  onTestFinished(() => server.close(0));
  return server;
}

async function exchange({ port }: HttpServer, options: RequestOptions, body?: string | Buffer) {
  const request = ask({ host: '127.0.0.1', port, agent: false, ...options });
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  request.once('response', resolve).once('error', reject).end(body);
  const response = await promise;
  const { statusCode: status, headers } = response;
  return { status, headers, text: await text(response) };
}

test('an exact path is answered with headers that forbid a browser everything', async () => {
  const { status, headers, text: body } = await exchange(await serving(), { path: '/hello?who=you' });
  expect({ status, body }).toEqual({ status: 200, body: 'hello' });
  expect(headers).toMatchObject({
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  });
});

test('HEAD is answered like GET, without the body', async () => {
  const { status, text: body } = await exchange(await serving(), { path: '/hello', method: 'HEAD' });
  expect({ status, body }).toEqual({ status: 200, body: '' });
});

test.each([
  ['GET', '/hello/', 404, 'There is nothing at /hello/.'],
  ['DELETE', '/hello', 405, '/hello is asked for with GET, not with DELETE.'],
  ['GET', '/parrot', 405, '/parrot is asked for with POST, not with GET.'],
])('%s %s is refused with %i in one sentence', async (method, path, code, sentence) => {
  const { status, headers, text: body } = await exchange(await serving(), { method, path });
  expect({ status, body }).toEqual({ status: code, body: `${sentence}\n` });
  expect(headers['content-type']).toBe('text/plain; charset=utf-8');
});

test('a failure is reported here and told there as one sentence without its words', async () => {
  const reported: unknown[] = [];
  const secret = new Error('the password is 1234');
  const broken = { ...hello, handle: () => Promise.reject(secret) };
  const server = await serving({ routes: [broken], reportUnexpected: (error) => reported.push(error) });
  const { status, text: body } = await exchange(server, { path: '/hello' });
  expect(status).toBe(500);
  expect(body).toMatch(/^[^\n]+\.\n$/);
  expect(body).not.toContain('1234');
  expect(reported).toEqual([secret]);
});

test('a refusal of a handler is its sentence', async () => {
  const busy = { ...hello, handle: () => Promise.reject(new HttpRefusal(503, 'Not now.')) };
  const { status, text: body } = await exchange(await serving({ routes: [busy] }), { path: '/hello' });
  expect({ status, body }).toEqual({ status: 503, body: 'Not now.\n' });
});

test.each(['evil.example', 'localhost.evil.example', '127.0.0.1.nip.io:8080'])(
  'on loopback nothing is answered to the name %j',
  async (host) => {
    const { status } = await exchange(await serving(), { path: '/hello', headers: { host } });
    expect(status).toBe(421);
  },
);

test.each(['localhost:1234', '127.0.0.1', '[::1]:80'])(
  'on loopback the name %s is answered',
  async (host) => {
    const { status } = await exchange(await serving(), { path: '/hello', headers: { host } });
    expect(status).toBe(200);
  },
);

test('outside loopback every name is answered, as kubelet and Prometheus use addresses', async () => {
  const server = await serving({ host: '0.0.0.0' });
  const { status } = await exchange(server, { path: '/hello', headers: { host: 'ottoscaler.ci:8080' } });
  expect(status).toBe(200);
});

test('a body is taken up to 64 KiB', async () => {
  const server = await serving();
  const post = { method: 'POST', path: '/parrot' };
  expect((await exchange(server, post, Buffer.alloc(64 * 1024, 'a'))).text).toHaveLength(64 * 1024);
  const { status, text: body } = await exchange(server, post, Buffer.alloc(64 * 1024 + 1, 'a'));
  expect({ status, body }).toEqual({ status: 413, body: 'A body may have 64 KiB at most.\n' });
});

test('what a page of another site asks to be done is refused', async () => {
  const server = await serving();
  const headers = { host: 'localhost:8080', origin: 'https://evil.example' };
  expect((await exchange(server, { method: 'POST', path: '/parrot', headers }, 'x')).status).toBe(403);
  const own = { ...headers, origin: 'http://localhost:8080' };
  expect((await exchange(server, { method: 'POST', path: '/parrot', headers: own }, 'x')).status).toBe(200);
});

const wanted = { connection: 'Upgrade', upgrade: 'websocket' };

test('an upgrade is handed its socket, and is told when all ends', async () => {
  const server = await serving({
    upgrades: [
      {
        path: '/live',
        take: (_request, socket, _head, ending) => {
          socket.write(
            'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
          );
          ending.addEventListener('abort', () => socket.end('bye'));
        },
      },
    ],
  });
  const request = ask({ port: server.port, path: '/live', headers: wanted }).end();
  const { promise, resolve } = Promise.withResolvers<AsyncIterable<Buffer>>();
  request.once('upgrade', (_response, socket) => resolve(socket));
  const socket = await promise;
  const closed = server.close(10_000);
  expect(await text(socket)).toBe('bye');
  await closed;
  expect((await exchangeFails(server)).code).toBe('ECONNREFUSED');
});

async function exchangeFails(server: HttpServer): Promise<NodeJS.ErrnoException> {
  return await exchange(server, { path: '/hello' }).then(
    () => expect.unreachable('it still answers'),
    (error: unknown) => error as NodeJS.ErrnoException,
  );
}

test.each([
  ['an unknown path', '/other', {}, 404],
  ['a page of another site', '/live', { origin: 'https://evil.example' }, 403],
  ['a name that is not ours', '/live', { host: 'evil.example' }, 421],
])('an upgrade of %s is refused', async (_name, path, headers, code) => {
  const take = () => expect.unreachable('it was taken');
  const server = await serving({ upgrades: [{ path: '/live', take }] });
  const { status } = await exchange(server, { path, headers: { ...wanted, ...headers } });
  expect(status).toBe(code);
});

test('a socket that does not say goodbye is cut at the deadline', async () => {
  const taken = Promise.withResolvers<void>();
  const server = await serving({ upgrades: [{ path: '/live', take: () => taken.resolve() }] });
  const request = ask({ port: server.port, path: '/live', headers: wanted }).end();
  const cut = once(request, 'error').then(([error]: unknown[]) => (error as NodeJS.ErrnoException).code);
  await taken.promise;
  await server.close(0);
  expect(await cut).toBe('ECONNRESET');
});

test('what no route has is asked of the fallback, and is absent where that has nothing', async () => {
  const server = await serving({
    fallback: (request, response, absent) => {
      if (request.url === '/page') response.end('page');
      else absent();
    },
  });
  expect((await exchange(server, { path: '/page' })).text).toBe('page');
  expect((await exchange(server, { path: '/none' })).status).toBe(404);
  expect((await exchange(server, { path: '/page', method: 'POST' })).status).toBe(405);
});

test('a port that is taken is one sentence', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  onTestFinished(() => void taken.close());
  const address = taken.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  await expect(serving({ port })).rejects.toThrow(
    `cannot listen on 127.0.0.1:${port} for HTTP: another program listens there`,
  );
});
