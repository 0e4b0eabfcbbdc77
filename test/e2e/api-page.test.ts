/**
 * docs/api.md, run as it stands and in its order: every command, every file that it shows.
 *
 * grpcurl is the one on the PATH; where there is none, the stand-in of test/support/docs, which says what it is.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createOttoscalerClient } from '../../src/rpc/client.ts';
import { Certificates } from '../support/certificates.ts';
import { commandsOf } from '../support/docs/commands.ts';
import { buildOttoHandler, startOttoHandler } from '../support/otto-handler-example.ts';
import { startProgram, startServer } from '../support/program.ts';
import { freePort } from '../support/scripted-ottoscaler.ts';
import { until } from '../support/until.ts';

const page = 'docs/api.md';
const root = fileURLToPath(new URL('../..', import.meta.url));
const inRoot = (...parts: string[]) => path.join(root, ...parts);
const run = promisify(execFile);
let folder = '';

beforeAll(async () => {
  await buildOttoHandler();
  folder = mkdtempSync(path.join(tmpdir(), 'ottoscaler-api-'));
  symlinkSync(inRoot('proto'), path.join(folder, 'proto'));
  const programs = path.join(folder, 'bin');
  mkdirSync(programs);
  if (
    await run('grpcurl', ['--version']).then(
      () => true,
      () => false,
    )
  )
    return;
  const standIn = path.join(programs, 'grpcurl');
  writeFileSync(
    standIn,
    `#!/bin/sh\nexec '${process.execPath}' '${inRoot('test/support/docs/grpcurl.ts')}' "$@"\n`,
  );
  chmodSync(standIn, 0o755);
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number;
  readonly output: string;
}

const pathWithGrpcurl = () => `${path.join(folder, 'bin')}:${process.env['PATH']}`;

async function inShell(script: string, env: NodeJS.Dict<string> = {}): Promise<Ended> {
  const options = { cwd: folder, env: { ...process.env, PATH: pathWithGrpcurl(), ...env }, timeout: 120_000 };
  return await run('bash', ['-c', script], options).then(
    ({ stdout, stderr }) => ({ code: 0, output: stdout + stderr }),
    (error: { code?: number; stdout: string; stderr: string }) => ({
      code: error.code ?? -1,
      output: error.stdout + error.stderr,
    }),
  );
}

/** What the page has, in its order: commands by the method that they call, files by their name. */
function itemsOf(): { readonly name: string; readonly script: string; readonly line: number }[] {
  const commands = commandsOf(page).map(({ text, line }) => ({
    name: `grpcurl ${/(?:\/(\w+)| (list))(?: \|\| .*)?$/.exec(text)?.slice(1).join('')}`,
    script: text,
    line,
  }));
  const files = readFileSync(page, 'utf8')
    .split('\n')
    .flatMap((text, at) => {
      const file = /^<!-- code: (examples\/api\/typescript\/\S+) -->$/.exec(text)?.[1];
      if (file === undefined) return [];
      return [{ name: path.basename(file), script: `node '${inRoot(file)}'`, line: at + 1 }];
    });
  return [...commands, ...files].toSorted((a, b) => a.line - b.line);
}

type Server = 'plain' | 'TLS' | 'mTLS' | 'otto-handler' | 'a worker' | 'started beside';

/** Every item of the page, in its order, with what it must say. */
const expected: readonly (readonly [item: string, says: RegExp, server?: Server])[] = [
  ['grpcurl list', /^ottoscaler\.v1\.OttoscalerService$/m],
  ['grpcurl ListPipelines', /^\{\s*\}\s*$/, 'TLS'],
  ['grpcurl ListPipelines', /^\{\s*\}\s*$/, 'mTLS'],
  ['connect.ts', /^$/],
  ['grpcurl ScaleUp', /"processedCount": 2/],
  ['scale-up.ts', /^ALREADY_PROCESSED .*otto-build-42-/s],
  ['grpcurl GetWorkerStatus', /"totalCount": 2/],
  ['grpcurl GetWorkerStatus', /^\{\s*\}\s*$/],
  ['get-worker-status.ts', /^\d of 2 run\notto-build-42-/],
  ['grpcurl ScaleDown', /"processedCount": 2/],
  ['scale-down.ts', /^SUCCESS 0 \[\]$/m],
  ['grpcurl ExecutePipeline', /"stageId": "test"[^]*"status": "STAGE_COMPLETED"[^]*\}\s*$/],
  ['execute-pipeline.ts', /\n\d+ pipeline STAGE_COMPLETED .*\n$/],
  ['grpcurl WatchPipeline', /^(?![^]*"sequence": "[12]")[^]*"sequence": "3"/],
  ['watch-pipeline.ts', /^1 pipeline STAGE_RUNNING\n[^]*pipeline STAGE_COMPLETED\n$/],
  ['grpcurl GetPipeline', /"status": "STAGE_COMPLETED"/],
  ['get-pipeline.ts', /^STAGE_COMPLETED 100 % *\nbuild STAGE_COMPLETED 1\ntest STAGE_COMPLETED 1\n$/],
  ['grpcurl ListPipelines', /"release-6"/],
  ['list-pipelines.ts', /^release-7 STAGE_COMPLETED \S+\nrelease-6 STAGE_COMPLETED \S+\n$/],
  ['grpcurl ExecutePipeline', /DeadlineExceeded/],
  ['grpcurl CancelPipeline', /"pipelineId": "nightly-2"/],
  ['grpcurl WatchPipeline', /STAGE_CANCELLED[^}]*\}\s*$/],
  ['cancel-pipeline.ts', /^nightly-3 STAGE_CANCELLED$/m],
  ['grpcurl RetryPipeline', /"rerunStageIds": \[\s*"soak"\s*\]/],
  ['retry-pipeline.ts', /^nightly-3-retry-1 runs again: \[ 'soak' \] reused: 0$/m],
  ['grpcurl WatchLogs', /"message": "built"[^]*"message": "passed"/],
  ['grpcurl WatchLogs', /"message": "part [01] passed"/],
  ['watch-logs.ts', /^\S+ built\n(?:\S+ part [01] passed\n){2}$/],
  ['grpcurl ScaleUp', /^refused\nERROR:\n  Code: InvalidArgument\n  Message: task_id: /],
  ['repeat.ts', /^INVALID_ARGUMENT: .*task_id/],
  ['grpcurl NotifyWorkerStatus', /^\{\s*\}\s*$/, 'otto-handler'],
  ['grpcurl ForwardWorkerLogs', /"sequence": "1"[^]*"sequence": "2"/, 'otto-handler'],
  ['grpcurl ForwardWorkerLogBatches', /"sequence": "1"/, 'otto-handler'],
  ['otto-handler.ts', /^otto-handler listens/, 'started beside'],
  ['grpcurl RegisterWorker', /"sessionId"/, 'a worker'],
  ['grpcurl StreamLogs', /"sequence": "1"/, 'a worker'],
  ['push-lines.ts', /^registered: ALREADY_REGISTERED$[^]*^line 2: ACK$/m, 'a worker'],
];

test('every command and every file on the page does what the page says', { timeout: 300_000 }, async () => {
  const items = itemsOf();
  expect(items.map(({ name }) => name)).toEqual(expected.map(([name]) => name));

  const handlerPort = await freePort();
  const listener = startProgram(inRoot('examples/api/typescript/otto-handler.ts'), [], {
    GRPC_ADDRESS: `127.0.0.1:${handlerPort}`,
  });
  await listener.says(/otto-handler listens on port/);
  const port = await freePort();
  const server = await startServer({
    OTTO_CLUSTER: 'local',
    GRPC_PORT: String(port),
    WORKER_LOG_ENDPOINT: `127.0.0.1:${port}`,
    OTTO_HANDLER_HOST: `127.0.0.1:${handlerPort}`,
  });
  const [tls, mutual] = await startSecureServers();
  const handler = await startOttoHandler();
  const addresses: Readonly<Record<Server, string>> = {
    plain: server.address,
    TLS: tls.address,
    mTLS: mutual.address,
    'otto-handler': handler.address,
    'a worker': '',
    'started beside': '',
  };

  let inOneWorker: Ended | undefined;
  for (const [at, [name, says, where = 'plain']] of expected.entries()) {
    const { script = '', line = 0 } = items[at] ?? {};
    if (where === 'started beside') continue;
    const here = script.replaceAll(/localhost:(?:9090|50051)/g, addresses[where]);
    // The page's other examples leave no run under way.
    if (name === 'cancel-pipeline.ts') await beginRun(server.address, 'nightly-3');
    const did =
      where === 'a worker'
        ? (inOneWorker ??= await inWorker(
            server.address,
            items.slice(at).map(({ script: one }) => one),
          ))
        : await inShell(here, { OTTOSCALER_HOST: addresses[where] });
    expect.soft(did.output, `${page}:${line}: ${name}`).toMatch(says);
  }

  expect(handler.program.stdout()).toContain('compiled');
  await until('what the workers wrote at the handler in TypeScript', () =>
    /^line \S+ built$[^]*^line \S+ part 1 passed$/m.test(listener.stdout()),
  );
  expect(listener.stdout()).toMatch(/^notice otto-build-42-\S+ TERMINATED /m);
});

async function beginRun(address: string, pipelineId: string): Promise<void> {
  const client = createOttoscalerClient(address);
  const stages = [{ stage_id: 'soak', worker_count: 1, command: ['sleep', '600'] }];
  for await (const { sequence } of client.executePipeline({ pipeline_id: pipelineId, stages }))
    if (sequence > 0) break;
  client.close();
}

/** Its files lie in the folder where the page's commands look for them. */
async function startSecureServers() {
  const certificates = new Certificates(folder);
  const authority = certificates.authority('ca');
  const own = certificates.signed('tls', authority);
  const token = 'token-of-the-page';
  writeFileSync(path.join(folder, 'token'), `${token}\n`);
  const credentials = path.join(folder, 'credentials.json');
  const tokenSha256 = createHash('sha256').update(token).digest('hex');
  writeFileSync(credentials, JSON.stringify([{ name: 'page', role: 'viewer', tokenSha256 }]));
  const withTls = {
    OTTO_CLUSTER: 'local',
    GRPC_TLS_CERT: own.certificate,
    GRPC_TLS_KEY: own.key,
    GRPC_CREDENTIALS: credentials,
  };
  return await Promise.all([
    startServer(withTls),
    startServer({ ...withTls, GRPC_TLS_CLIENT_CA: authority.certificate }),
  ]);
}

/** As the command of one worker, which has the endpoint and the token in its environment. */
async function inWorker(address: string, scripts: readonly string[]): Promise<Ended> {
  const client = createOttoscalerClient(address);
  try {
    const command = [`PATH='${pathWithGrpcurl()}'; cd '${folder}'; exec 2>&1`, ...scripts].join('\n');
    await client.scaleUp({ task_id: 'pushes', worker_count: 1, build_config: { command } });
    let output = '';
    for await (const { entries } of client.watchLogs(
      { task_id: 'pushes', follow: true },
      { timeoutMs: 60_000 },
    ))
      output += entries.map(({ message }) => `${message}\n`).join('');
    return { code: 0, output };
  } finally {
    client.close();
  }
}

test('the services for NestJS do what the page says of them', { timeout: 300_000 }, async () => {
  const server = await startServer({ OTTO_CLUSTER: 'local' });
  const project = await nestProject();
  const { stdout } = await run(process.execPath, [path.join(project, 'dist/main.js')], {
    cwd: project,
    env: { ...process.env, OTTOSCALER_HOST: server.address },
    timeout: 120_000,
  });
  expect(stdout.trimEnd().split('\n')).toEqual([
    'scaled up: 2 the same again: true',
    'failed: 0',
    'scaled down: 2',
    'ended: STAGE_COMPLETED',
    'lines: hello',
    'running: nest-8',
    'ended: STAGE_CANCELLED',
    'nest-8-retry-1 STAGE_CANCELLED',
  ]);
});

/** A project of its own, compiled as Nest's are, with the packages of examples/otto-handler and this checkout as `ottoscaler`. */
async function nestProject(): Promise<string> {
  await run('npm', ['exec', '--', 'node', 'scripts/client-types.ts'], { cwd: root });
  const project = path.join(folder, 'nest');
  cpSync(inRoot('examples/api/nestjs'), path.join(project, 'src'), { recursive: true });
  writeFileSync(path.join(project, 'package.json'), '{ "private": true, "type": "module" }');
  const modules = path.join(project, 'node_modules');
  mkdirSync(modules);
  symlinkSync(root, path.join(modules, 'ottoscaler'));
  for (const name of ['@nestjs', '@types', 'rxjs', 'reflect-metadata'])
    symlinkSync(inRoot('examples/otto-handler/node_modules', name), path.join(modules, name));
  const options = readFileSync(inRoot('examples/otto-handler/tsconfig.json'), 'utf8');
  writeFileSync(path.join(project, 'tsconfig.json'), options);
  const tsc = inRoot('node_modules/typescript/bin/tsc');
  const { stdout } = await run(process.execPath, [tsc], { cwd: project }).catch(
    (error: { stdout: string }) => error,
  );
  expect(stdout).toBe('');
  return project;
}
