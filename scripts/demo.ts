/**
 * `make demo`: the built programs as a user runs them, on the embedded cluster.
 *
 * Starts the server on a free port, scales three workers up with live status, shows what they wrote,
 * replays the command, scales three long-running workers down, and ends with nothing left behind.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { createInterface } from 'node:readline';
import { styleText } from 'node:util';

const started: ChildProcess[] = [];
const outputs: string[] = [];
const news = new EventEmitter();

const say = (text: string) => console.log(`\n${styleText('bold', `── ${text}`)}`);

interface LogRecord {
  readonly msg: string;
  readonly port?: number;
  readonly podName?: string;
  readonly source?: string;
}

/** Starts the server and resolves with its port once it says that it listens. */
async function startServer(): Promise<{ readonly server: ChildProcess; readonly port: number }> {
  const server = spawn(process.execPath, ['bin/ottoscaler.js'], {
    env: { ...process.env, OTTO_CLUSTER: 'local', GRPC_PORT: '0', LOG_FORMAT: 'json', LOG_LEVEL: 'info' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.push(server);
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.once('exit', (code) => reject(new Error(`the server ended with code ${code} before it listened`)));
  createInterface({ input: server.stdout }).on('line', (line) => {
    const record: LogRecord = JSON.parse(line);
    if (record.msg === 'Ottoscaler is listening' && record.port) resolve(record.port);
    if (record.source === 'stdout') outputs.push(`${record.podName}  ${record.msg}`);
    news.emit('line');
  });
  return { server, port: await promise };
}

/** Waits for the server's log to say so, at most ten seconds. */
async function until(what: string, holds: () => boolean): Promise<void> {
  const signal = AbortSignal.timeout(10_000);
  while (!holds()) {
    await once(news, 'line', { signal }).catch(() => Promise.reject(new Error(`${what} did not come`)));
  }
}

/** Runs test-scaling with this terminal as its own. @throws Error where it ends with another code than 0. */
async function testScaling(port: number, ...args: string[]): Promise<void> {
  const shown = args.map((arg) => (/^[\w:/.=-]+$/.test(arg) ? arg : `'${arg}'`)).join(' ');
  console.log(styleText('dim', `$ npx test-scaling ${shown}`));
  const child = spawn(process.execPath, ['bin/test-scaling.js', ...args, '-server', `127.0.0.1:${port}`], {
    stdio: 'inherit',
  });
  started.push(child);
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`test-scaling ended with code ${code}`);
}

async function endServer(server: ChildProcess): Promise<void> {
  const ended = once(server, 'exit');
  server.kill('SIGTERM');
  const [code] = await ended;
  if (code !== 0) throw new Error(`the server ended with code ${code}`);
}

async function demo(): Promise<void> {
  say('Ottoscaler starts, with the embedded Kubernetes; it listens on a free port of 127.0.0.1');
  const { server, port } = await startServer();

  say('Three workers are scaled up; each is an actor, live until its Pod is confirmed gone');
  const build = [
    'echo "worker $OTTO_WORKER_INDEX of $OTTO_WORKER_COUNT builds $OTTO_REPOSITORY"',
    'sleep $((2 + OTTO_WORKER_INDEX))',
    'echo "worker $OTTO_WORKER_INDEX is done, pid $$ on $(uname -s)"',
  ].join('; ');
  const scaleUp = [
    '-action',
    'scale-up',
    '-workers',
    '3',
    '-task',
    'demo',
    '-repo',
    'example/app',
    '-command',
    build,
  ];
  await testScaling(port, ...scaleUp, '-watch');

  say('What the workers wrote');
  await until('the output of the workers', () => outputs.length === 6);
  for (const line of outputs) console.log(`  ${line}`);

  say('The same command again creates nothing: it answers with the same names');
  await testScaling(port, ...scaleUp);

  say('Three workers that would run for an hour are scaled down to one, then to none');
  await testScaling(
    port,
    '-action',
    'scale-up',
    '-workers',
    '3',
    '-task',
    'service',
    '-command',
    'exec sleep 3600',
  );
  await testScaling(port, '-action', 'scale-down', '-workers', '1', '-task', 'service');
  await testScaling(port, '-action', 'scale-down', '-workers', '0', '-task', 'service');
  await testScaling(port, '-action', 'status', '-task', 'service');

  say('Ottoscaler ends');
  await endServer(server);
  console.log('Nothing is left running.');
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    for (const child of started) child.kill('SIGTERM');
    process.exitCode = 130;
  });
}

try {
  await demo();
} catch (error) {
  for (const child of started) child.kill('SIGTERM');
  console.error(`demo: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode ||= 1;
}
