/** test-event as a process of its own, on a real redis-server, beside a consumer that a test plays. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createServer } from 'node:tls';
import { beforeAll, afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { selfSignedCertificate } from '../../src/cluster/local/http/certificate.ts';
import { cliProgram } from '../support/cli-program.ts';
import { openRedis, type Redis } from '../support/redis-server.ts';
import { serve } from '../support/scripted-ottoscaler.ts';
import { until } from '../support/until.ts';
import { wireWorker } from '../unit/cli/workers.ts';

const { start } = cliProgram('test-event');
const certificate = selfSignedCertificate(Date.now());
const directory = mkdtempSync(path.join(tmpdir(), 'otto-test-event-'));
const certificateFile = path.join(directory, 'ca.pem');
let redis: Redis;
let stream = '';
let streams = 0;

beforeAll(async () => {
  redis = await openRedis({ password: 'a-password-to-hide' });
  writeFileSync(certificateFile, certificate.certPem);
});
afterAll(async () => {
  await redis[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true, force: true });
});

/** TLS before a Redis that speaks none. */
async function startTlsDoor(place: Redis['place']): Promise<number> {
  const door = createServer({ cert: certificate.certPem, key: certificate.keyPem }, (socket) => {
    const behind = connect(place.port, place.host);
    // Whoever refuses the certificate hangs up.
    for (const end of [socket, behind]) end.on('error', () => {});
    socket.pipe(behind).pipe(socket);
  });
  door.on('tlsClientError', () => {});
  door.listen(0, '127.0.0.1');
  await once(door, 'listening');
  onTestFinished(() => void door.close());
  return (door.address() as AddressInfo).port;
}

/** On a stream of its own. */
function begin(...args: readonly string[]) {
  stream = `test-event-${process.pid}-${++streams}`;
  return start(args, {
    REDIS_HOST: redis.place.host,
    REDIS_PORT: String(redis.place.port),
    REDIS_USERNAME: redis.place.username,
    REDIS_PASSWORD: redis.place.password,
    REDIS_DB: String(redis.place.database),
    REDIS_TLS: String(redis.place.tls),
    REDIS_STREAM: stream,
    REDIS_DEAD_LETTERS: `${stream}:dead`,
  });
}

const up = ['-type', 'scale_up', '-pods', '2', '-task', 't'];

/** As a consumer of the group: what it is handed. */
async function taken(): Promise<readonly string[]> {
  await redis.ask('XGROUP', 'CREATE', stream, 'ottoscaler', '0', 'MKSTREAM');
  return await until('the event', async () => {
    const reply = await redis.ask('XREADGROUP', 'GROUP', 'ottoscaler', 'played', 'STREAMS', stream, '>');
    return (reply as [string, [string, string[]][]][] | null)?.[0]?.[1][0]?.flat();
  });
}

test('adds the event and prints the id of its entry', async () => {
  const work = ['-id', 'e', '--repo=o/r', '-sha', 'c', '-reason', 'why', '-field', 'job_id=7=x'];
  const { code, stdout, stderr } = await begin(...up, ...work).ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const [[id, fields]] = (await redis.ask('XRANGE', stream, '-', '+')) as [[string, string[]]];
  expect(stdout).toBe(`${id}\n`);
  const pairs = fields.flatMap((name, at) => (at % 2 === 0 ? [[name, fields[at + 1]]] : []));
  expect(Object.fromEntries(pairs)).toEqual({
    type: 'scale_up',
    pod_count: '2',
    task_id: 't',
    event_id: 'e',
    repository: 'o/r',
    commit_sha: 'c',
    reason: 'why',
    triggered_by: 'test-event',
    timestamp: expect.stringMatching(/^\d{10}$/),
    job_id: '7=x',
  });
});

describe('-watch', () => {
  test('shows who takes it, that it is in the ledger, and its workers to their end', async () => {
    const server = await serve({
      workers: [[wireWorker('otto-a', 'running')], [wireWorker('otto-a', 'succeeded')]],
    });
    const run = begin(...up, '-watch', '-server', server.address);
    await run.said(/added to/);
    const [id = ''] = await taken();
    await run.said(/taken by played/);
    await redis.ask('XACK', stream, 'ottoscaler', id);
    const { code, stdout } = await run.ended;
    expect(stdout).toMatch(/acknowledged: its command is in the ledger[^]*otto-a[^]*1 worker: 1 succeeded/);
    expect(code).toBe(0);
  });

  test('shows why it is a dead letter, and fails', async () => {
    const run = begin('-type', 'scale_up', '-pods', 'x', '-watch');
    await run.said(/added to/);
    const [id = ''] = await taken();
    await redis.ask('XADD', `${stream}:dead`, '*', 'otto.source_id', id, 'a', 'b', 'otto.reason', 'because');
    await redis.ask('XACK', stream, 'ottoscaler', id);
    const { code, stdout } = await run.ended;
    expect(stdout).toMatch(/dead letter: because\n$/);
    expect(code).toBe(1);
  });

  test('says so where nobody reads the stream', async () => {
    const run = begin(...up, '-watch', '-timeout', '300ms');
    const { code, stderr } = await run.ended;
    expect(stderr).toMatch(/^test-event: nothing became of it within 0.3 s; is an Ottoscaler there/);
    expect(code).toBe(124);
  });
});

describe('with REDIS_TLS', () => {
  const throughTls = async (env: NodeJS.ProcessEnv) => {
    const { place } = redis;
    const port = await startTlsDoor(place);
    stream = `test-event-${process.pid}-${++streams}`;
    const user = { REDIS_USERNAME: place.username, REDIS_PASSWORD: place.password };
    const where = {
      REDIS_HOST: '127.0.0.1',
      REDIS_PORT: String(port),
      REDIS_TLS: 'true',
      REDIS_STREAM: stream,
    };
    return await start(up, { ...user, ...where, ...env }).ended;
  };

  test('it speaks to a server that a CA of ours vouches for', async () => {
    const { code, stdout, stderr } = await throughTls({ NODE_EXTRA_CA_CERTS: certificateFile });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^\d+-\d+\n$/);
  });

  test('it tells no password to any other', async () => {
    const { code, stderr } = await throughTls({});
    expect(stderr).toMatch(/^test-event: Redis at 127.0.0.1:\d+: self-signed certificate/);
    expect(code).toBe(1);
  });
});

describe('a complaint', () => {
  test.each([
    [['-pods', '1'], '-type is required'],
    [['-type', 'scale_up'], '-pods is required'],
    [[...up, '-field', 'x'], '-field: "x" is not a field'],
    [[...up, '-task', ''], '-task is empty'],
    [[...up, '-colour', 'blue'], "unknown option '-colour'"],
  ])('%j: one line, and nothing is added', async (args, complaint) => {
    const { code, stdout, stderr } = await begin(...args).ended;
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`test-event: ${complaint}`);
    expect(await redis.ask('EXISTS', stream)).toBe(0);
  });

  test('of Redis names it and not the password', { tags: ['I13'] }, async () => {
    const place = { REDIS_HOST: redis.place.host, REDIS_PORT: String(redis.place.port) };
    const tls = { REDIS_TLS: String(redis.place.tls) };
    const { code, stderr } = await start(up, {
      ...place,
      ...tls,
      REDIS_USERNAME: 'nobody',
      REDIS_PASSWORD: 'another-secret',
    }).ended;
    expect(stderr).toBe(
      `test-event: Redis at ${place.REDIS_HOST}:${place.REDIS_PORT}: WRONGPASS invalid username-password pair or user is disabled.\n`,
    );
    expect(code).toBe(1);
  });
});
