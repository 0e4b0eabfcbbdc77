/**
 * One run of a container as a local process in a process group of its own.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:os';

import { messageOf } from '../../../error-message.ts';
import type { ContainerLog } from './container-log.ts';
import { errorCode } from './error-code.ts';
import type { Watchdog } from './watchdog.ts';

/** The process could not be started; the message is what containerd would say. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

export interface ProcessOptions {
  readonly argv: readonly string[];
  readonly environment: ReadonlyMap<string, string>;
  readonly directory: string;
  readonly log: ContainerLog;
  readonly watchdog: Watchdog;
}

export interface ContainerProcess {
  /** Of the group's leader; also the group's id. */
  readonly pid: number;
  /** As `performance.now()`. */
  readonly startedMs: number;
  /** The exit code once the process has ended and its output is written; 128 + n after signal n. Never rejects. */
  readonly exited: Promise<number>;
  signal(name: 'SIGTERM' | 'SIGKILL'): void;
}

/** How long output of a process that has left its group is waited for after its leader has ended. */
const drainMs = 1000;

/** Rejects with {@link StartError}. */
export async function startProcess(options: ProcessOptions): Promise<ContainerProcess> {
  const startedMs = performance.now();
  const child = spawned(options);
  const { pid } = child;
  if (pid !== undefined) options.watchdog.add(pid);
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) => reject(startError(options.argv[0] ?? '', error)));
  });
  const group = pid ?? 0;
  const exited = ended(child, group, options);
  return { pid: group, startedMs, exited, signal: (name) => signalGroup(group, name) };
}

function spawned({ argv, environment, directory, log }: ProcessOptions): ChildProcess {
  const [file = '', ...args] = argv;
  try {
    const child = spawn(file, args, {
      cwd: directory,
      env: Object.fromEntries(environment),
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.on('data', (chunk: Buffer) => log.append('stdout', chunk));
    child.stderr.on('data', (chunk: Buffer) => log.append('stderr', chunk));
    return child;
  } catch (error) {
    throw startError(file, error);
  }
}

function startError(file: string, error: unknown): StartError {
  const message = messageOf(error);
  const causes: Readonly<Record<string, string>> = {
    ENOENT: file.includes('/') ? 'no such file or directory' : 'executable file not found in $PATH',
    EACCES: 'permission denied',
    E2BIG: 'argument list too long',
  };
  return new StartError(
    'failed to create containerd task: OCI runtime create failed: container_linux.go: starting container process ' +
      `caused: exec: ${JSON.stringify(file)}: ${causes[errorCode(error)] ?? message}: unknown`,
  );
}

async function ended(child: ChildProcess, group: number, { log, watchdog }: ProcessOptions): Promise<number> {
  let drain: NodeJS.Timeout | undefined;
  const exitCode = await new Promise<number>((resolve) => {
    let code = 0;
    child.once('exit', (exit, signal) => {
      code = exit ?? 128 + (signal === null ? 0 : (constants.signals[signal] ?? 0));
      // A container's other processes end with its first one.
      signalGroup(group, 'SIGKILL');
      watchdog.drop(group);
      drain = setTimeout(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
      }, drainMs);
    });
    child.once('close', () => resolve(code));
  });
  clearTimeout(drain);
  log.finish();
  return exitCode;
}

function signalGroup(group: number, name: 'SIGTERM' | 'SIGKILL'): void {
  if (group <= 1) return;
  try {
    process.kill(-group, name);
  } catch {
    // Nobody of the group is left.
  }
}
