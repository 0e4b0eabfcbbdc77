/**
 * The commands of the documents, as their readers type them: page by page, in their order, in a folder that looks like a checkout.
 *
 * What takes another machine or hours is run by other tests or in small: test/support/docs/trials.ts says which. Ports are free
 * ones: the programs that listen are told by the environment, the others by an option that is added to what the page says.
 */
import { spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  globSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { commandsOf } from '../support/docs/commands.ts';
import { readPage } from '../support/docs/page.ts';
import { pages, pagesOfTheirOwn, trials, type Here } from '../support/docs/trials.ts';
import { startProgram, startServer } from '../support/program.ts';
import { startRedisServer } from '../support/redis-server.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const ownPipeline = 'stages: [{ id: build, run: echo built }]';
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ottoscaler-documents-'));
  for (const name of readdirSync(root)) symlinkSync(path.join(root, name), path.join(folder, name));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Step {
  readonly place: string;
  readonly script: string;
  readonly trial: Here;
}

const exported = /^export /;

/** What is run here of a page; what a block exports holds for the rest of the page. */
function stepsOf(file: string): Step[] {
  let exports = '';
  return commandsOf(file).flatMap(({ text, line }) => {
    if (exported.test(text)) exports += `${text}\n`;
    const trial = trials[text];
    if (trial === undefined || 'file' in trial) return [];
    return [{ place: `${file}:${line}: ${text}`, script: `${exports}${trial.as ?? text}`, trial }];
  });
}

const stepsByPage = globSync([...pages])
  .filter((file) => !pagesOfTheirOwn.includes(file))
  .toSorted()
  .map((file) => [file, stepsOf(file)] as const)
  .filter(([, steps]) => steps.length > 0);

test.each(stepsByPage)(
  'the commands of %s do what they should',
  { timeout: 240_000 },
  async (file, steps) => {
    const env = await worldOf(file);
    const complaints: string[] = [];
    let address = env['SERVER'] ?? '';
    for (const step of steps) {
      const { complaint, listensAt } = await take(step, address, env);
      if (complaint !== undefined) complaints.push(complaint);
      address = listensAt ?? address;
    }
    expect(complaints).toEqual([]);
  },
);

interface Taken {
  readonly complaint?: string;
  /** Of a server that it has started. */
  readonly listensAt?: string;
}

async function take(
  { place, script, trial }: Step,
  address: string,
  env: NodeJS.Dict<string>,
): Promise<Taken> {
  if (trial.needs !== undefined && spawnSync(trial.needs, ['--help']).status === null) {
    console.warn(`NOT TESTED: there is no ${trial.needs} on the PATH for ${place}`);
    return {};
  }
  const shell = new Shell(withServer(script, address), env);
  if (trial.stays === undefined) {
    await shell.ended;
    const isWell = shell.exitCode === 0 && trial.says.test(shell.output);
    return isWell
      ? {}
      : { complaint: `${place} ended with ${shell.exitCode}, not ${trial.says}:\n${shell.output}` };
  }
  await shell.says(trial.says, place);
  if (trial.stays === 'until it said so') await shell.stop();
  const port = /"port":(\d+).*"msg":"Ottoscaler is listening"/.exec(shell.output)?.[1];
  return port === undefined ? {} : { listensAt: `127.0.0.1:${port}` };
}

/** Where a page's commands are typed: a server for those that start none, a Redis, a cluster that KUBECONFIG names. */
async function worldOf(file: string): Promise<NodeJS.Dict<string>> {
  const env: NodeJS.Dict<string> = { ...process.env, GRPC_PORT: '0', HTTP_PORT: '0', NO_COLOR: '1' };
  const [example = { code: ownPipeline }] = readPage(file).fences.filter(
    ({ language }) => language === 'yaml',
  );
  writeFileSync(path.join(folder, 'pipeline.yaml'), example.code);
  const incident = path.join(folder, 'incident.jsonl');
  rmSync(incident, { force: true });
  if (file === 'docs/inspector.md') copyFileSync('test/recordings/scale-down.jsonl', incident);
  if (file === 'docs/redis.md') {
    const redis = await startRedisServer();
    onTestFinished(() => redis[Symbol.asyncDispose]());
    env['REDIS_PORT'] = String(redis.place.port);
  }
  if (file === 'README.md') {
    const cluster = startProgram('bin/ottoscaler.js', ['local-cluster']);
    const [, kubeconfig = ''] = await cluster.says(/KUBECONFIG=(\S+)/);
    env['KUBECONFIG'] = kubeconfig;
  } else if (stepsOf(file).some(({ script }) => client.test(script)) && file !== 'docs/redis.md') {
    env['SERVER'] = (await startServer({ OTTO_CLUSTER: 'local' })).address;
  }
  return env;
}

const client = /\bnpx (?:test-scaling|test-pipeline|test-event)\b/;

/** Beside other tests nothing listens where the documents say. */
function withServer(script: string, address: string): string {
  const here = script.replace('~/.kube/config', '"$KUBECONFIG"').replace('localhost:9090', address);
  if (!client.test(here) || here.includes('-server') || here.includes('-lint')) return here;
  return here.replace(client, (program) => `${program} -server ${address}`);
}

/** One command in a shell of its own, ended with its test. */
class Shell {
  output = '';
  /** undefined: it runs; null: a signal has ended it. */
  exitCode: number | null | undefined;
  readonly ended: Promise<void>;
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;

  constructor(script: string, env: NodeJS.Dict<string>) {
    // A group of its own: npm and what it starts are ended together.
    this.#child = spawn('bash', ['-c', script], {
      cwd: folder,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    this.ended = this.#end();
    onTestFinished(() => this.stop());
  }

  async #end(): Promise<void> {
    await once(this.#child, 'close');
    this.exitCode = this.#child.exitCode;
  }

  async says(pattern: RegExp, place: string): Promise<void> {
    const said = Promise.withResolvers<void>();
    const look = () => {
      if (pattern.test(this.output)) said.resolve();
    };
    this.#child.stdout.on('data', look);
    this.#child.stderr.on('data', look);
    void this.ended.then(() =>
      said.reject(new Error(`${place} ended and never said ${pattern}:\n${this.output}`)),
    );
    look();
    await said.promise;
  }

  async stop(): Promise<void> {
    const { pid } = this.#child;
    if (this.exitCode === undefined && pid !== undefined) process.kill(-pid, 'SIGTERM');
    await this.ended;
  }
}
