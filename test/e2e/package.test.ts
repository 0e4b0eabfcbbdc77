/** The package as a team installs it: from its tarball into an empty project, used from ESM, CommonJS and TypeScript. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServer } from '../support/program.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const installMs = 300_000;
let project = '';
let tarball = '';

beforeAll(async () => {
  project = mkdtempSync(path.join(tmpdir(), 'ottoscaler-consumer-'));
  // As prepack does, without the build: dist is what this run tests.
  await run('npm', ['exec', '--', 'node', 'scripts/client-types.ts'], { cwd: root });
  const pack = ['pack', '--ignore-scripts', '--silent', '--pack-destination', project];
  const { stdout } = await run('npm', pack, { cwd: root });
  tarball = path.join(project, stdout.trim());
  write('package.json', '{ "private": true }');
  const quiet = [
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    '--fetch-retry-maxtimeout=10000',
    '--ignore-scripts',
  ];
  await run('npm', ['install', ...quiet, tarball], { cwd: project });
}, installMs);
afterAll(() => rmSync(project, { recursive: true, force: true }));

function write(file: string, content: string): void {
  writeFileSync(path.join(project, file), content);
}

const installed = (...args: string[]) => run(process.execPath, args, { cwd: project });

/** Calls by every kind of RPC; prints what it saw as JSON. */
const calls = `
  const seen = [];
  const up = await client.scaleUp({ task_id: 't', worker_count: 2, build_config: { command: 'echo hello; sleep 600' } });
  seen.push(up.status, up.worker_pod_names.length);
  for await (const batch of client.watchLogs({ task_id: 't', follow: true })) {
    if (batch.entries.some((entry) => entry.message === 'hello')) break;
  }
  const run = { pipeline_id: process.argv[3], stages: [{ stage_id: 'build', worker_count: 1, command: ['true'] }] };
  for await (const progress of client.executePipeline(run)) if (!progress.stage_id) seen.push(progress.status);
  const down = await client.scaleDown({ task_id: 't', worker_count: 0 });
  seen.push(down.processed_count);
  const codeOf = (promise) => promise.then(() => 'OK', (error) => error instanceof OttoscalerClientError && error.code);
  seen.push(await codeOf(client.scaleUp({ task_id: '', worker_count: 1 })));
  seen.push(await codeOf(client.getPipeline({ pipeline_id: 'none' })));
  seen.push(await codeOf(client.getWorkerStatus({}, { signal: AbortSignal.abort() })));
  seen.push(await codeOf(client.getWorkerStatus({}, { timeoutMs: -1 })));
  const nobody = createOttoscalerClient('127.0.0.1:1');
  seen.push(await codeOf(nobody.getWorkerStatus({})));
  nobody.close();
  client.close();
  console.log(JSON.stringify(seen));
`;
const answers =
  '["SUCCESS",2,"STAGE_RUNNING","STAGE_COMPLETED",2,"INVALID_ARGUMENT","NOT_FOUND","CANCELLED","DEADLINE_EXCEEDED","UNAVAILABLE"]\n';

test.each([
  ['esm.mjs', `import { createOttoscalerClient, OttoscalerClientError } from 'ottoscaler';`],
  ['commonjs.cjs', `const { createOttoscalerClient, OttoscalerClientError } = require('ottoscaler');`],
])(
  'its client calls a running Ottoscaler from %s, and says by codes what went wrong',
  async (file, loading) => {
    const server = await startServer({ OTTO_CLUSTER: 'local' });
    write(
      file,
      `${loading}\nconst client = createOttoscalerClient(process.argv[2]);\nvoid (async () => {${calls}})();`,
    );
    const { stdout } = await installed(file, server.address, file);
    expect(stdout).toBe(answers);
  },
);

const consumer = `
import { createOttoscalerClient, OttoscalerClientError } from 'ottoscaler';
import type { OttoscalerClient, PipelineProgress, ScaleResponse, WorkerPodStatus } from 'ottoscaler';

export const client: OttoscalerClient = createOttoscalerClient('127.0.0.1:9090', { token: () => 'rotated' });

export async function names(signal: AbortSignal): Promise<string[]> {
  const answer: ScaleResponse = await client.scaleUp({ task_id: 't', worker_count: 1 }, { signal, timeoutMs: 5_000 });
  const { workers } = await client.getWorkerStatus({ status_filter: 'running' });
  const first: WorkerPodStatus | undefined = workers[0];
  return [...answer.worker_pod_names, first?.pod_name ?? ''];
}

export async function lastOf(pipelineId: string): Promise<number> {
  let sequence = 0;
  for await (const progress of client.watchPipeline({ pipeline_id: pipelineId })) {
    const { status }: PipelineProgress = progress;
    if (status === 'STAGE_FAILED') break;
    // @ts-expect-error there is no such status
    if (status === 'FAILED') break;
    sequence = progress.sequence;
  }
  return sequence;
}

export const isGone = (error: unknown): boolean =>
  error instanceof OttoscalerClientError && error.code === 'UNAVAILABLE';
// @ts-expect-error a misspelt field
export const misspelt = client.scaleUp({ taskId: 't' });
`;

const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
const strict = ['--noEmit', '--strict', '--target', 'es2023', '--lib', 'es2023,esnext.disposable'];
const typesOfNode = ['--types', 'node', '--typeRoots', path.join(root, 'node_modules/@types')];

test.each([
  // The package's own declarations are checked, too, and whatever they import.
  ['modules of either kind, as NestJS makes them', ['--module', 'nodenext', '--skipLibCheck', 'false']],
  [
    'CommonJS, as NestJS made them before',
    ['--module', 'commonjs', '--moduleResolution', 'node10', '--ignoreDeprecations', '6.0', '--skipLibCheck'],
  ],
])('its types are true for TypeScript with %s', async (_, options) => {
  // In an ES module's own words, and in a project that is CommonJS.
  write('consumer.mts', consumer);
  write('consumer.ts', consumer);
  const files = options.includes('nodenext') ? ['consumer.mts', 'consumer.ts'] : ['consumer.ts'];
  const complaints = await installed(tsc, ...strict, ...typesOfNode, ...options, ...files).catch(
    (error: { stdout: string }) => error,
  );
  expect(complaints.stdout).toBe('');
});

/** As much of NestJS as the page uses. */
const nest = `declare module '@nestjs/common' {
  export function Inject(token: symbol): ParameterDecorator;
  export function Injectable(): ClassDecorator;
  export function Module(metadata: object): ClassDecorator;
  export interface OnModuleDestroy { onModuleDestroy(): void }
}`;

test('the examples of docs/client.md compile', async () => {
  const page = readFileSync(path.join(root, 'docs/client.md'), 'utf8');
  const examples = [...page.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code = '']) => code);
  expect(examples).toHaveLength(3);
  const files = examples.map((_, at) => `example-${at}.mts`);
  for (const [at, file] of files.entries()) write(file, examples[at] ?? '');
  write('nest.d.ts', nest);
  const options = ['--module', 'nodenext', '--skipLibCheck', '--experimentalDecorators'];
  const complaints = await installed(tsc, ...strict, ...typesOfNode, ...options, 'nest.d.ts', ...files).catch(
    (error: { stdout: string }) => error,
  );
  expect(complaints.stdout).toBe('');
});

test('its programs start where it is installed', async () => {
  const programs = ['ottoscaler', 'test-scaling', 'test-pipeline', 'test-event', 'otto-agent'];
  const helps = await Promise.all(
    programs.map((program) =>
      run(path.join(project, 'node_modules/.bin', program), ['--help'], { cwd: project }),
    ),
  );
  for (const [at, { stdout }] of helps.entries()) expect(stdout).toContain(programs[at]);
});

test('its protos can be loaded by their path in the package', async () => {
  write(
    'proto.cjs',
    `console.log(require.resolve('ottoscaler/proto/ottoscaler/v1/ottoscaler_service.proto'))`,
  );
  const { stdout } = await installed('proto.cjs');
  expect(readFileSync(stdout.trim(), 'utf8')).toContain('service OttoscalerService');
});

test('publint finds nothing to say of it', async () => {
  const { messages, pkg } = await publint({ pack: { tarball: readFileSync(tarball).buffer }, strict: true });
  expect(messages.map((message) => formatMessage(message, pkg ?? {}))).toEqual([]);
});

test('it brings no tool of its development along', () => {
  const packed = JSON.parse(
    readFileSync(path.join(project, 'node_modules/ottoscaler/package.json'), 'utf8'),
  ) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  const names = Object.keys(packed.dependencies);
  for (const tool of ['node', 'typescript', 'vitest', 'publint', '@bufbuild/buf'])
    expect(names).not.toContain(tool);
});
