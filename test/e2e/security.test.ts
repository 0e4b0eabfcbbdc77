/**
 * Who may call a real server, method by method: the descriptor says which there are, so none is forgotten. And what the
 * handshake lets in.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Duplex } from 'node:stream';
import { Client, credentials, Metadata, status, type ServiceError } from '@grpc/grpc-js';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { workerTokens } from '../../src/logs/sessions/worker-token.ts';
import { createOttoscalerClient, type OttoscalerClientError } from '../../src/rpc/client.ts';
import { packageDefinition } from '../../src/rpc/contract.ts';
import { Certificates, contents, type Pem } from '../support/certificates.ts';
import { startProgram, startServer } from '../support/program.ts';
import { replaceFile } from '../support/replace-file.ts';
import { until } from '../support/until.ts';

const directory = mkdtempSync(path.join(tmpdir(), 'ottoscaler-security-'));
process.once('exit', () => rmSync(directory, { recursive: true, force: true }));

const sha256 = (token: string) => createHash('sha256').update(token).digest('hex');
const entry = (name: string, role: string, more: object = { tokenSha256: sha256(`token-of-${name}`) }) => ({
  name,
  role,
  ...more,
});
const everybody = [
  entry('looks', 'viewer'),
  entry('commands', 'handler'),
  entry('operates', 'operator'),
  entry('was', 'operator', { tokenSha256: sha256('token-of-was'), expires: '2020-01-01T00:00:00Z' }),
  entry('leaves', 'operator'),
  entry('certified', 'viewer', { certificate: 'certified' }),
];

const replace = (file: string, content: unknown) => replaceFile(file, JSON.stringify(content));

function credentialsFile(): string {
  const file = path.join(mkdtempSync(path.join(directory, 'credentials-')), 'credentials.json');
  replace(file, everybody);
  return file;
}

const served = ['ottoscaler.v1.OttoscalerService', 'ottoscaler.v1.LogStreamingService'];
const methods = served.flatMap((service) => {
  const definition = packageDefinition[service];
  if (!definition || 'format' in definition) throw new Error(`${service} is no service`);
  return Object.values(definition).map((method) => ({
    ...method,
    name: method.path.split('/').at(-1) ?? '',
  }));
});
const isCommand = (name: string) => /^(Scale|Execute|Cancel|Retry)/.test(name);
const isWorkers = (name: string) => /^(RegisterWorker|StreamLogs)$/.test(name);

const asked = { worker_id: 'nobody' };
const pushing = { WORKER_LOG_ENDPOINT: '127.0.0.1:1', WORKER_TOKEN_KEY: 'CANARY-key-of-the-tokens' };
const workersToken = workerTokens(pushing.WORKER_TOKEN_KEY).tokenOf('a-worker');

/** Calls a method with as good as nothing, whatever kind it is. @returns the status that it ended with */
async function call(client: Client, method: (typeof methods)[number], token: string): Promise<status> {
  const metadata = new Metadata();
  if (token !== '') metadata.set('authorization', `Bearer ${token}`);
  const { promise, resolve } = Promise.withResolvers<status>();
  const { path: at, requestSerialize: serialize, responseDeserialize: deserialize } = method;
  const options = { deadline: Date.now() + 20_000 };
  if (method.responseStream) {
    const stream = method.requestStream
      ? client.makeBidiStreamRequest(at, serialize, deserialize, metadata, options)
      : client.makeServerStreamRequest(at, serialize, deserialize, asked, metadata, options);
    stream.on('data', () => stream.cancel());
    stream.on('error', () => {});
    stream.on('status', ({ code }) => resolve(code));
    if (stream instanceof Duplex) stream.write(asked);
  } else {
    const answered = (error: ServiceError | null) => resolve(error?.code ?? status.OK);
    client.makeUnaryRequest(at, serialize, deserialize, asked, metadata, options, answered);
  }
  return promise;
}

describe('with GRPC_CREDENTIALS', { timeout: 120_000 }, () => {
  const refused = [status.UNAUTHENTICATED, status.PERMISSION_DENIED];
  let file: string;
  beforeAll(() => {
    file = credentialsFile();
  });

  test('no method is served to who shows nothing, something unknown, expired, revoked or of another role', async () => {
    const own = credentialsFile();
    const server = await startServer({ OTTO_CLUSTER: 'local', GRPC_CREDENTIALS: own, ...pushing });
    const client = new Client(server.address, credentials.createInsecure());
    onTestFinished(() => client.close());
    for (const method of methods) {
      const by = async (token: string) => [method.name, await call(client, method, token)] as const;
      expect(await by('')).toEqual([method.name, status.UNAUTHENTICATED]);
      expect(await by('token-of-a-stranger')).toEqual([method.name, status.UNAUTHENTICATED]);
      expect(await by('token-of-was')).toEqual([method.name, status.UNAUTHENTICATED]);
      // One of people is nothing to who asks for the token of a worker, and the other way round.
      expect(await by(isWorkers(method.name) ? 'token-of-operates' : workersToken)).toEqual([
        method.name,
        status.UNAUTHENTICATED,
      ]);
      if (isWorkers(method.name)) continue;
      const [, looks] = await by('token-of-looks');
      expect([method.name, looks === status.PERMISSION_DENIED]).toEqual([
        method.name,
        isCommand(method.name),
      ]);
      for (const name of ['commands', 'operates']) {
        const [, code] = await by(`token-of-${name}`);
        expect([method.name, name, refused.includes(code)]).toEqual([method.name, name, false]);
      }
    }
    expect(server.stdout()).toContain('a call was refused');
    expect(server.stdout()).not.toMatch(/token of|of a stranger/);
    expect(server.stdout()).not.toContain(workersToken);

    const leaving = async (method: (typeof methods)[number]) => await call(client, method, 'token-of-leaves');
    for (const method of methods.filter(({ name }) => !isWorkers(name)))
      expect([method.name, refused.includes(await leaving(method))]).toEqual([method.name, false]);
    replace(
      own,
      everybody.filter(({ name }) => name !== 'leaves'),
    );
    await server.says(/"msg":"the credentials were replaced"/);
    for (const method of methods)
      expect([method.name, await leaving(method)]).toEqual([method.name, status.UNAUTHENTICATED]);
  });

  test('health is told to anybody, and what is served to who may look', async () => {
    const server = await startServer({ OTTO_CLUSTER: 'local', GRPC_CREDENTIALS: file });
    const client = new Client(server.address, credentials.createInsecure());
    onTestFinished(() => client.close());
    const ask = async (at: string, token?: string): Promise<number> => {
      const { promise, resolve } = Promise.withResolvers<number>();
      const metadata = new Metadata();
      if (token) metadata.set('authorization', `Bearer ${token}`);
      const asIs = (bytes: Buffer) => bytes;
      const stream = client.makeBidiStreamRequest(at, asIs, asIs, metadata);
      stream.on('data', () => {});
      stream.on('error', () => {});
      stream.on('status', ({ code }) => resolve(code));
      stream.end(Buffer.alloc(0));
      return promise;
    };
    const reflection = '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo';
    expect(await ask('/grpc.health.v1.Health/Check')).toBe(status.OK);
    expect(await ask(reflection)).toBe(status.UNAUTHENTICATED);
    expect(await ask(reflection, 'token-of-looks')).not.toBe(status.UNAUTHENTICATED);
    expect(await ask('/ottoscaler.v1.OttoscalerService/Nothing', 'token-of-operates')).toBe(
      status.UNIMPLEMENTED,
    );
  });

  test('one that is taken away is refused, and what it had begun ends', async () => {
    const own = credentialsFile();
    const server = await startServer({ OTTO_CLUSTER: 'local', GRPC_CREDENTIALS: own });
    const client = createOttoscalerClient(server.address, { token: 'token-of-leaves' });
    onTestFinished(() => client.close());
    await client.scaleUp({ task_id: 't', worker_count: 1, build_config: { command: 'exec sleep 600' } });
    const reading = client.watchLogs({ task_id: 't', follow: true })[Symbol.asyncIterator]();
    const ended = reading.next().catch((error: OttoscalerClientError) => error.code);
    replace(
      own,
      everybody.filter(({ name }) => name !== 'leaves'),
    );
    expect(await ended).toBe('UNAUTHENTICATED');
    await expect(client.getWorkerStatus({})).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('a file that cannot be used is refused at the start, and later leaves what was there in force', async () => {
    const own = credentialsFile();
    const server = await startServer({ OTTO_CLUSTER: 'local', GRPC_CREDENTIALS: own });
    replace(own, [{ name: 'x', role: 'god', tokenSha256: sha256('x') }]);
    await server.says(/entry 1, role: must be one of viewer, handler, operator; what was there before/);
    const client = createOttoscalerClient(server.address, { token: 'token-of-looks' });
    onTestFinished(() => client.close());
    expect((await client.getWorkerStatus({})).total_count).toBe(0);

    const late = startProgram('bin/ottoscaler.js', [], {
      OTTO_CLUSTER: 'local',
      GRPC_PORT: '0',
      HTTP_PORT: '0',
      GRPC_CREDENTIALS: own,
    });
    expect(await late.ended).toBe(1);
    expect(late.stderr()).toMatch(/^ottoscaler: GRPC_CREDENTIALS=".*" cannot be used: entry 1, role: /);
  });

  test('`ottoscaler credential` makes one, and the tools show it', async () => {
    const own = credentialsFile();
    const made = startProgram('bin/ottoscaler.js', [
      'credential',
      '--name',
      'ci',
      '--role',
      'handler',
      '--days',
      '1',
    ]);
    expect(await made.ended).toBe(0);
    expect(made.stderr()).not.toContain(made.stdout().trim());
    replace(own, [JSON.parse(made.stderr())]);
    const server = await startServer({ OTTO_CLUSTER: 'local', GRPC_CREDENTIALS: own });
    const look = ['-action', 'status', '-server', server.address];
    const shown = startProgram('bin/test-scaling.js', look, { OTTO_TOKEN: made.stdout().trim() });
    const hidden = startProgram('bin/test-scaling.js', look);
    expect([await shown.ended, await hidden.ended]).toEqual([0, 1]);
    expect(hidden.stderr()).toContain('no credential is shown');
  });
});

describe('with GRPC_TLS_CERT', { timeout: 120_000 }, () => {
  const certificates = new Certificates(directory);
  let ours: Pem, theirs: Pem, server: Pem, certified: Pem, stranger: Pem;
  beforeAll(() => {
    ours = certificates.authority('ours');
    theirs = certificates.authority('theirs');
    server = certificates.signed('server', ours);
    certified = certificates.signed('certified', ours);
    stranger = certificates.signed('stranger', theirs);
  });
  const startMutual = () =>
    startServer({
      OTTO_CLUSTER: 'local',
      ...tlsOf(server),
      GRPC_TLS_CLIENT_CA: ours.certificate,
      GRPC_CREDENTIALS: credentialsFile(),
    });
  const statusAt = (address: string, tls?: object) => {
    const client = createOttoscalerClient(address, tls ? { tls } : {});
    onTestFinished(() => client.close());
    return client.getWorkerStatus({}, { timeoutMs: 5_000 });
  };
  const tlsOf = ({ certificate, key }: Pem) => ({ GRPC_TLS_CERT: certificate, GRPC_TLS_KEY: key });

  test('plaintext and an authority that the caller does not know come to nothing', async () => {
    const running = await startServer({ OTTO_CLUSTER: 'local', ...tlsOf(server) });
    expect(await statusAt(running.address, { ca: readFileSync(ours.certificate) })).toMatchObject({
      total_count: 0,
    });
    await expect(statusAt(running.address)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: `the server at ${running.address} hangs up at once; it may ask for TLS, or for another client certificate`,
    });
    const unknown = { ca: readFileSync(theirs.certificate) };
    await expect(statusAt(running.address, unknown)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: `the server at ${running.address} shows a certificate of an authority that is not known here`,
    });
  });

  test('mTLS lets in whom its authority has signed, as what its name stands for', async () => {
    const running = await startMutual();
    const ca = readFileSync(ours.certificate);
    expect(await statusAt(running.address, { ca, ...contents(certified) })).toMatchObject({ total_count: 0 });
    await expect(statusAt(running.address, { ca })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    const wrong = { ca, ...contents(stranger) };
    await expect(statusAt(running.address, wrong)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    const other = { ca, ...contents(certificates.signed('other', ours)) };
    await expect(statusAt(running.address, other)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('no method is reached without a certificate of that authority, whatever token is shown', async () => {
    const running = await startMutual();
    const ca = readFileSync(ours.certificate);
    const shown = contents(stranger);
    const clients = [
      credentials.createInsecure(),
      credentials.createSsl(ca),
      credentials.createSsl(ca, shown.key, shown.certificate),
      credentials.createSsl(readFileSync(theirs.certificate), shown.key, shown.certificate),
    ].map((each) => new Client(running.address, each));
    onTestFinished(() => clients.forEach((client) => client.close()));
    for (const [at, client] of clients.entries())
      for (const method of methods)
        expect([at, method.name, await call(client, method, 'token-of-operates')]).toEqual([
          at,
          method.name,
          status.UNAVAILABLE,
        ]);
  });

  test('a certificate that is replaced is met by the next connection', async () => {
    const own = certificates.signed('own', ours);
    const running = await startServer({ OTTO_CLUSTER: 'local', ...tlsOf(own) });
    const next = contents(certificates.signed('next', theirs));
    const isIn = async () =>
      await statusAt(running.address, { ca: readFileSync(theirs.certificate) }).catch(() => undefined);
    expect(await isIn()).toBeUndefined();
    writeFileSync(own.key, next.key);
    writeFileSync(own.certificate, next.certificate);
    await until('the new certificate', isIn, { timeoutMs: 30_000 });
  });

  test('halves and strangers are refused at the start in one sentence', async () => {
    const start = async (env: NodeJS.Dict<string>) => {
      const program = startProgram('bin/ottoscaler.js', [], {
        OTTO_CLUSTER: 'local',
        GRPC_PORT: '0',
        HTTP_PORT: '0',
        ...env,
      });
      expect(await program.ended).toBe(1);
      return program.stderr();
    };
    expect(await start({ GRPC_TLS_CERT: server.certificate })).toContain('belong together');
    expect(await start({ GRPC_TLS_CERT: server.certificate, GRPC_TLS_KEY: certified.key })).toContain(
      'the key does not belong to the certificate',
    );
    expect(await start({ GRPC_HOST: '0.0.0.0', ...tlsOf(server) })).toContain(
      'callers must show who they are',
    );
  });
});
