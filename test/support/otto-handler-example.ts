/** The example otto-handler as its README says: installed, built, started; and calls to it. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { credentials, type ClientDuplexStream, type ServiceError } from '@grpc/grpc-js';
import { onTestFinished } from 'vitest';
import { LogStreamingServiceClient, OttoHandlerLogServiceClient } from '../../src/rpc/contract.ts';
import { startProgram, type Program } from './program.ts';

const folder = fileURLToPath(new URL('../../examples/otto-handler', import.meta.url));
const installMs = 280_000;

export interface NpmRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** npm in the example's folder. */
export function npm(...args: string[]): Promise<NpmRun> {
  const { promise, resolve } = Promise.withResolvers<NpmRun>();
  execFile('npm', args, { cwd: folder, timeout: installMs }, (error, stdout, stderr) =>
    resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr }),
  );
  return promise;
}

/** Its packages are its own: they are installed when its lock file is another one than it was. */
export async function buildOttoHandler(): Promise<void> {
  const lock = readFileSync(path.join(folder, 'package-lock.json'), 'utf8');
  const installed = path.join(folder, 'node_modules/.installed-lock.json');
  if (!existsSync(installed) || readFileSync(installed, 'utf8') !== lock) {
    const { code, stderr } = await npm('ci', '--no-audit', '--no-fund', '--fetch-retry-maxtimeout=10000');
    if (code !== 0)
      throw new Error(`"npm ci" failed in ${folder}; does npm reach its registry from here?\n${stderr}`);
    writeFileSync(installed, lock);
  }
  const { code, stdout } = await npm('run', '--silent', 'build');
  if (code !== 0) throw new Error(`"npm run build" failed in ${folder}:\n${stdout}`);
}

export interface OttoHandler {
  readonly address: string;
  readonly program: Program;
  readonly logs: InstanceType<typeof OttoHandlerLogServiceClient>;
  readonly push: InstanceType<typeof LogStreamingServiceClient>;
}

/** On a free port, until the test is over. */
export async function startOttoHandler(env: NodeJS.Dict<string> = {}): Promise<OttoHandler> {
  const program = startProgram(path.join(folder, 'dist/main.js'), [], { GRPC_PORT: '0', ...env });
  const [, address = ''] = await program.says(/^otto-handler listens on (\S+)$/m);
  const logs = new OttoHandlerLogServiceClient(address, credentials.createInsecure());
  const push = new LogStreamingServiceClient(address, credentials.createInsecure());
  onTestFinished(() => {
    logs.close();
    push.close();
  });
  return { address, program, logs, push };
}

export interface Answers<Answer> {
  readonly answers: readonly Answer[];
  /** undefined: the stream ended well. */
  readonly error: ServiceError | undefined;
}

/** Sends all, ends, and waits for what comes. */
export function exchange<Request, Answer>(
  call: ClientDuplexStream<Request, Answer>,
  messages: readonly Request[],
): Promise<Answers<Answer>> {
  for (const message of messages) call.write(message);
  call.end();
  return answersOf(call);
}

/** Resolves when the stream is over. */
export function answersOf<Request, Answer>(
  call: ClientDuplexStream<Request, Answer>,
): Promise<Answers<Answer>> {
  const { promise, resolve } = Promise.withResolvers<Answers<Answer>>();
  const answers: Answer[] = [];
  call.on('data', (answer: Answer) => answers.push(answer));
  call.on('error', (error: ServiceError) => resolve({ answers, error }));
  call.on('end', () => resolve({ answers, error: undefined }));
  return promise;
}
