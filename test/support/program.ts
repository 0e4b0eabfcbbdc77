/** The built programs as a user runs them: real processes, ended with the test whatever becomes of it. */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { onTestFinished } from 'vitest';

type Child = ChildProcessByStdio<null, Readable, Readable>;

export interface Program {
  readonly child: Child;
  /** All that it has written so far. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Resolves when stdout holds the pattern; rejects where it ends first. */
  readonly says: (pattern: RegExp) => Promise<RegExpExecArray>;
  /** The exit code; null where a signal ended it. */
  readonly ended: Promise<number | null>;
}

/** `file` is relative to the checkout, such as `bin/ottoscaler.js`. The environment is PATH and what is given. */
export function startProgram(file: string, args: readonly string[], env: NodeJS.Dict<string> = {}): Program {
  const child = spawn(process.execPath, [file, ...args], {
    env: { PATH: process.env['PATH'], HOME: '/nonexistent', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => (written[name] += text));
  }
  const ended = once(child, 'close').then(([code]: (number | null)[]) => code ?? null);
  onTestFinished(async () => {
    if (child.exitCode === null) child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await ended;
    clearTimeout(timer);
  });
  return {
    child,
    stdout: () => written.stdout,
    stderr: () => written.stderr,
    ended,
    says: (pattern) => saying(child, () => written.stdout, pattern),
  };
}

function saying(child: Child, stdout: () => string, pattern: RegExp): Promise<RegExpExecArray> {
  const { promise, resolve, reject } = Promise.withResolvers<RegExpExecArray>();
  const look = () => {
    const found = pattern.exec(stdout());
    if (found) resolve(found);
  };
  child.stdout.on('data', look);
  child.once('close', () => reject(new Error(`the program ended and never said ${pattern}: ${stdout()}`)));
  look();
  return promise.finally(() => child.stdout.off('data', look));
}

/** The server on a free port, once it listens. */
export async function startServer(env: NodeJS.Dict<string>): Promise<Program & { readonly address: string }> {
  // Under one name a process that follows a killed one need not wait until the lease expires.
  const server = startProgram('bin/ottoscaler.js', [], {
    GRPC_PORT: '0',
    HTTP_PORT: '0',
    OTTO_IDENTITY: 'e2e',
    // As deployed: several programs share the cores here, and who is starved must not lose what it leads.
    LEASE_SECONDS: '15',
    LEASE_RENEW_SECONDS: '10',
    ...env,
  });
  const [, port] = await server.says(/"port":(\d+).*"msg":"Ottoscaler is listening"/);
  await server.says(/"msg":"watching Pods"/);
  return { ...server, address: `127.0.0.1:${port}` };
}
