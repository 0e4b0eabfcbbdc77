/**
 * Two pipes for a command's output.
 *
 * What Node gives a child as a pipe is a socket, and `echo failed > /dev/stderr` fails on a socket: the kernel
 * opens none by path. Named pipes can be opened so; they are made, opened and removed again before the command
 * starts. Where that cannot be done (no mkfifo, nowhere to write), it has to be sockets.
 */
import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

interface OutputPipe {
  /** To read from, in this process. */
  readonly reader: Socket;
  /** To be given to the command, and closed here then. */
  readonly writeFd: number;
}

export interface OutputPipes {
  readonly stdout: OutputPipe;
  readonly stderr: OutputPipe;
}

/** @returns undefined where there can be none */
export function makeOutputPipes(): OutputPipes | undefined {
  for (const parent of [tmpdir(), '/dev/shm']) {
    const pipes = tryIn(parent);
    if (pipes) return pipes;
  }
  return undefined;
}

function tryIn(parent: string): OutputPipes | undefined {
  let directory: string | undefined;
  try {
    directory = mkdtempSync(path.join(parent, 'otto-agent-'));
    const names = ['stdout', 'stderr'].map((name) => path.join(directory ?? '', name));
    execFileSync('mkfifo', ['-m', '600', ...names], { stdio: 'ignore' });
    const [stdout = '', stderr = ''] = names;
    return { stdout: openPipe(stdout), stderr: openPipe(stderr) };
  } catch {
    return undefined;
  } finally {
    if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
  }
}

/** The reading end first and without waiting: only then can the writing end be opened. */
function openPipe(name: string): OutputPipe {
  const readFd = openSync(name, constants.O_RDONLY | constants.O_NONBLOCK);
  const writeFd = openSync(name, 'w');
  return { reader: new Socket({ fd: readFd, readable: true, writable: false }), writeFd };
}

export function closeWriteEnds({ stdout, stderr }: OutputPipes): void {
  for (const { writeFd } of [stdout, stderr]) closeSync(writeFd);
}
