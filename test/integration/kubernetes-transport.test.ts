/** The transport over real sockets: every answer a code, nothing retried, everything bounded. */
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  fixedCredentials,
  tokenFileCredentials,
  type Credentials,
} from '../../src/cluster/kubernetes/credentials.ts';
import { systemClock } from '../../src/cluster/kubernetes/clock.ts';
import { createLeaseApi } from '../../src/cluster/kubernetes/leases.ts';
import type { ClusterError } from '../../src/cluster/port.ts';
import { Transport, type ApiRequest } from '../../src/cluster/kubernetes/transport.ts';
import { lease } from '../support/leadership-harness.ts';
import {
  ScriptedApiServer,
  status,
  type ScriptedAnswer,
  type ScriptedRequest,
} from '../support/scripted-api-server.ts';
import { until } from '../support/until.ts';

const post: ApiRequest = { method: 'POST', path: '/api/v1/things', body: { a: 1 }, what: 'create thing x' };

interface Options {
  readonly mayWrite?: () => boolean;
  readonly credentials?: Credentials;
  readonly requestTimeoutMs?: number;
}

async function onServer(
  run: (transport: Transport, server: ScriptedApiServer) => Promise<void>,
  { credentials = fixedCredentials({}), requestTimeoutMs = 10_000, mayWrite }: Options = {},
): Promise<void> {
  const server = await ScriptedApiServer.start();
  const transport = new Transport(
    { origin: server.origin, basePath: '/below', tls: {}, credentials },
    {
      requestTimeoutMs,
      connectionsMax: 4,
      streamsMax: 4,
      userAgent: 'ottoscaler/9.9.9',
      clock: systemClock,
      mayWrite,
    },
  );
  try {
    await run(transport, server);
  } finally {
    await transport.close();
    await server.close();
  }
}

async function withTokenFile(run: (file: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(path.join(tmpdir(), 'ottoscaler-token-'));
  try {
    await run(path.join(directory, 'token'));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function accepting(token: string) {
  return ({ headers }: ScriptedRequest): ScriptedAnswer =>
    headers.authorization === `Bearer ${token}`
      ? { status: 201, body: {} }
      : { status: 401, body: status(401, 'No') };
}

describe('answers', { tags: ['F7', 'F8', 'F20', 'F21'] }, () => {
  const rows: readonly [string, ScriptedAnswer, object][] = [
    [
      'a Status that says why',
      { status: 422, body: status(422, 'Invalid', 'name is wrong') },
      { code: 'invalid' },
    ],
    ['taken', { status: 409, body: status(409, 'AlreadyExists') }, { code: 'already-exists' }],
    ['409 for another reason', { status: 409, body: status(409, 'Conflict') }, { code: 'conflict' }],
    [
      'quota',
      {
        status: 403,
        body: status(403, 'Forbidden', 'pods "x" is forbidden: exceeded quota: q, requested: pods=1'),
      },
      { code: 'quota' },
    ],
    [
      'no right',
      { status: 403, body: status(403, 'Forbidden', 'cannot create pods') },
      { code: 'forbidden' },
    ],
    [
      'throttled for seconds',
      { status: 429, headers: { 'retry-after': '3' }, body: '' },
      { code: 'throttled', retryAfterMs: 3000 },
    ],
    ['throttled for hours', { status: 429, headers: { 'retry-after': '7200' } }, { retryAfterMs: 60_000 }],
    ['a proxy without a backend', { status: 502, body: '<html>secret</html>' }, { code: 'unavailable' }],
    ['no JSON', { status: 200, body: '<html>secret</html>' }, { code: 'unavailable' }],
    ['a broken connection', { instead: 'reset' }, { code: 'unavailable', status: 0 }],
  ];
  for (const [name, scripted, expected] of rows) {
    test(`${name}: asked once, answered ${JSON.stringify(expected)}`, () =>
      onServer(async (transport, server) => {
        server.other = () => scripted;
        const error: unknown = await transport.call(post).catch((thrown: unknown) => thrown);
        expect(error).toMatchObject({ name: 'ClusterError', ...expected });
        expect(String(error)).toContain('create thing x');
        expect(String(error)).not.toContain('secret');
        expect(server.requests).toHaveLength(1);
      }));
  }

  test('a throttling that ends at a date is waited for until then', () =>
    onServer(async (transport, server) => {
      const date = new Date(Date.now() + 20_000).toUTCString();
      server.other = () => ({ status: 429, headers: { 'retry-after': date }, body: '' });
      await expect(transport.call(post)).rejects.toSatisfy(
        ({ retryAfterMs = 0 }: ClusterError) => retryAfterMs > 10_000 && retryAfterMs <= 20_000,
      );
    }));

  test('no answer in time is a timeout, and the write is not sent again', { tags: ['F9'] }, () =>
    onServer(
      async (transport, server) => {
        server.other = () => ({ instead: 'silence' });
        await expect(transport.call(post)).rejects.toMatchObject({ code: 'timeout', status: 0 });
        expect(server.requests).toHaveLength(1);
      },
      { requestTimeoutMs: 50 },
    ),
  );

  test('an unreachable server is unavailable', () =>
    onServer(async (transport, server) => {
      await server.close();
      await expect(transport.call(post)).rejects.toMatchObject({ code: 'unavailable' });
    }));

  test('sends what it says it sends', () =>
    onServer(async (transport, server) => {
      server.other = () => ({ status: 201, body: { made: true } });
      expect(await transport.call({ ...post, query: { dryRun: 'All' } })).toEqual({ made: true });
      const [request] = server.requests;
      expect(`${request?.url.pathname}${request?.url.search}`).toBe('/below/api/v1/things?dryRun=All');
      expect(request?.headers).toMatchObject({
        'user-agent': 'ottoscaler/9.9.9',
        'content-type': 'application/json',
      });
    }));
});

describe('bounds', { tags: ['I11'] }, () => {
  test(
    'a slow server has few requests in flight, and the line beside them does not block the loop',
    { tags: ['F18'] },
    () =>
      onServer(
        async (transport, server) => {
          server.other = () => ({ instead: 'silence' });
          const calls = Array.from({ length: 100 }, () => transport.call(post));
          const outcomes = Promise.allSettled(calls);
          await server.untilRequested('other');
          expect(
            await transport.call({ ...post, method: 'GET', path: '/pods', lane: 'watch' }),
          ).toHaveProperty('items');
          expect(server.requests.filter(({ method }) => method === 'POST').length).toBeLessThanOrEqual(4);
          expect(server.connections).toBeLessThanOrEqual(5);
          await transport.close();
          expect((await outcomes).every(({ status: outcome }) => outcome === 'rejected')).toBe(true);
        },
        { requestTimeoutMs: 30_000 },
      ),
  );

  test.each(['POST', 'DELETE'] as const)('connections are kept and shared by each %s', (method) =>
    onServer(async (transport, server) => {
      server.other = () => ({ status: 201, body: {} });
      for (let round = 0; round < 5; round += 1) {
        await Promise.all(Array.from({ length: 20 }, () => transport.call({ ...post, method })));
      }
      expect(server.requests).toHaveLength(100);
      expect(server.connections).toBeLessThanOrEqual(4);
    }),
  );
});

describe('401', { tags: ['F19'] }, () => {
  test('reads the token again and goes on with the new one', () =>
    withTokenFile(async (file) => {
      await writeFile(file, 'first\n');
      await onServer(
        async (transport, server) => {
          server.other = accepting('first');
          await transport.call(post);
          await writeFile(file, 'second\n');
          server.other = accepting('second');
          await transport.call(post);
          expect(server.requests).toHaveLength(3);
        },
        { credentials: tokenFileCredentials(file, () => 0) },
      );
    }));

  test('is unauthorized at once where the token has not changed', () =>
    withTokenFile(async (file) => {
      await writeFile(file, 'first\n');
      await onServer(
        async (transport, server) => {
          server.other = accepting('second');
          await expect(transport.call(post)).rejects.toMatchObject({ code: 'unauthorized', status: 401 });
          expect(server.requests).toHaveLength(1);
        },
        { credentials: tokenFileCredentials(file, () => 0) },
      );
    }));

  test('is rarely seen, because a changed file is noticed before', () =>
    withTokenFile(async (file) => {
      let nowMs = 0;
      await writeFile(file, 'first\n');
      const credentials = tokenFileCredentials(file, () => nowMs);
      expect(await credentials.headers()).toEqual({ authorization: 'Bearer first' });
      await writeFile(file, 'second\n');
      await utimes(file, 1, 1);
      expect(await credentials.headers()).toEqual({ authorization: 'Bearer first' });
      nowMs = 5000;
      expect(await credentials.headers()).toEqual({ authorization: 'Bearer second' });
    }));
});

describe('who may not write', { tags: ['G10', 'F43', 'F44'] }, () => {
  test('sends no write, and reads and renews its lease all the same', () =>
    onServer(
      async (transport, server) => {
        server.other = () => ({ status: 200, body: {} });
        await expect(transport.call(post)).rejects.toMatchObject({
          code: 'unavailable',
          message: 'create thing x: not sent, this process may not write now',
        });
        await transport.call({ method: 'GET', path: '/api/v1/things', what: 'list things' });
        await transport.call({ ...post, method: 'PUT', lane: 'watch' });
        expect(server.requests.map(({ method }) => method)).toEqual(['GET', 'PUT']);
      },
      { mayWrite: () => false },
    ));

  test('sends nothing that stood in line while it lost the right', () => {
    let mayWrite = true;
    return onServer(
      async (transport, server) => {
        server.other = () => ({ instead: 'silence' });
        const calls = Array.from({ length: 10 }, () =>
          transport.call(post).catch(({ code }: ClusterError) => code),
        );
        await until('four on their way', () => server.requests.length === 4);
        mayWrite = false;
        const codes = await Promise.all(calls);
        expect(codes.filter((code) => code === 'timeout')).toHaveLength(4);
        expect(codes.filter((code) => code === 'unavailable')).toHaveLength(6);
        expect(server.requests).toHaveLength(4);
      },
      { mayWrite: () => mayWrite, requestTimeoutMs: 300 },
    );
  });

  test('renews a lease while a hundred creates wait', () =>
    onServer(
      async (transport, server) => {
        server.other = ({ method }) => (method === 'PUT' ? { body: renewed } : { instead: 'silence' });
        const creates = Array.from({ length: 100 }, () => transport.call(post).catch(() => undefined));
        await until('four on their way', () => server.requests.length === 4);
        const leases = createLeaseApi(transport, 'default');
        expect(await leases.update(lease({ holder: 'us' }))).toMatchObject({ holder: 'us', transitions: 3 });
        expect(server.requests).toHaveLength(5);
        await transport.close();
        await Promise.all(creates);
      },
      { requestTimeoutMs: 1_000 },
    ));
});

const renewed = {
  metadata: { name: 'ottoscaler', uid: 'lease-uid', resourceVersion: '2' },
  spec: { holderIdentity: 'us', leaseTransitions: 3 },
};

test('certificates that are none are refused before anything is asked, in a sentence that shows none of them', () => {
  const server = {
    origin: 'https://127.0.0.1:1',
    basePath: '',
    tls: { cert: 'no certificate', key: 'no key' },
    credentials: fixedCredentials({}),
  };
  const options = {
    requestTimeoutMs: 1,
    connectionsMax: 1,
    streamsMax: 1,
    userAgent: '',
    clock: systemClock,
  };
  expect(() => new Transport(server, options)).toThrow(
    expect.objectContaining({
      code: 'unauthorized',
      message: expect.stringMatching(
        /^the certificates for https:\/\/127\.0\.0\.1:1 cannot be used: (?!.*no key)/,
      ),
    }),
  );
});
