/**
 * A real redis-server on a port and with files of its own: the one on the PATH, else Debian's package where this is
 * root. It writes every command to its file before it answers, so that it survives kill -9. Where a test neither kills
 * nor empties it, REDIS_URL may name another one.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { RedisPlace } from '../../src/redis/redis-place.ts';
import { connectRedis, type RedisConnection } from '../../src/redis/redis-connection.ts';
import { until } from './until.ts';

const run = promisify(execFile);
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export interface Redis extends AsyncDisposable {
  readonly place: RedisPlace;
  /** A connection of the test's own, to what runs now. */
  readonly connect: () => Promise<RedisConnection>;
  /** One command by a connection of its own; bytes come back as text. */
  ask(...command: readonly (string | Buffer)[]): Promise<unknown>;
}

export interface RedisServer extends Redis {
  /** Kill -9; what it acknowledged is in its file. */
  kill(): Promise<void>;
  /** On the same port with the same file. */
  start(): Promise<void>;
}

export interface RedisServerOptions {
  readonly password?: string;
}

/** That of REDIS_URL, else one of its own. Whoever uses it keeps to keys of its own. */
export async function openRedis(options: RedisServerOptions = {}): Promise<Redis> {
  const { REDIS_URL } = process.env;
  if (!REDIS_URL) return await startRedisServer(options);
  const { hostname, port, username, password, pathname, protocol } = new URL(REDIS_URL);
  const place = {
    host: hostname,
    port: Number(port || 6379),
    username: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: Number(pathname.slice(1)),
    tls: protocol === 'rediss:',
  };
  return { ...clientOf(place), [Symbol.asyncDispose]: () => Promise.resolve() };
}

function clientOf(place: RedisPlace) {
  const connect = () => connectRedis(place);
  const ask: Redis['ask'] = async (...command) => {
    const redis = await connect();
    try {
      return legible(await redis.ask(...command));
    } finally {
      redis.close();
    }
  };
  return { place, connect, ask };
}

export async function startRedisServer({ password = '' }: RedisServerOptions = {}): Promise<RedisServer> {
  const program = await findProgram();
  const directory = await mkdtemp(path.join(tmpdir(), 'otto-redis-'));
  const place = {
    host: '127.0.0.1',
    port: await freePort(),
    username: '',
    password,
    database: 0,
    tls: false,
  };
  let child: ChildProcess | undefined;
  const server: RedisServer = {
    ...clientOf(place),
    async kill() {
      child?.kill('SIGKILL');
      if (child) await ended(child);
    },
    async start() {
      child = spawn(program, argumentsOf(place, directory), { stdio: 'ignore' });
      running.add(child);
      const isOver = ended(child).then(() => 'over' as const);
      await until('redis-server answering', async () => {
        const answer = server.ask('PING').catch(() => undefined);
        if ((await Promise.race([answer, isOver])) === 'over')
          throw new Error(`${program} ended at its start`);
        return await answer;
      });
    },
    async [Symbol.asyncDispose]() {
      await server.kill();
      await rm(directory, { recursive: true, force: true });
    },
  };
  await server.start();
  return server;
}

function argumentsOf({ port, password }: RedisPlace, directory: string): readonly string[] {
  const settings = {
    bind: '127.0.0.1',
    port: String(port),
    dir: directory,
    save: '',
    appendonly: 'yes',
    appendfsync: 'always',
    ...(password === '' ? {} : { requirepass: password }),
  };
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  running.delete(child);
}

async function findProgram(): Promise<string> {
  const program = 'redis-server';
  const isThere = () =>
    run(program, ['--version']).then(
      () => true,
      () => false,
    );
  if (await isThere()) return program;
  if (process.getuid?.() === 0) {
    const quiet = ['-qq', '-y', '-o', 'DPkg::Lock::Timeout=120'];
    await run('apt-get', [...quiet, 'update']).catch(() => {});
    await run('apt-get', [...quiet, 'install', '--no-install-recommends', program]).catch(() => {});
    if (await isThere()) return program;
  }
  throw new Error('these tests need redis-server on the PATH: `apt-get install redis-server`');
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

function legible(reply: unknown): unknown {
  if (Buffer.isBuffer(reply)) return reply.toString();
  return Array.isArray(reply) ? reply.map(legible) : reply;
}
