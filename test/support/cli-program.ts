/**
 * A command-line tool as a process of its own, with what it writes and how it ends.
 */
import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Run {
  readonly child: ChildProcessWithoutNullStreams;
  /** Settles when the process has ended and everything it wrote has been read. */
  readonly ended: Promise<Ended>;
  /** Settles once stdout has matched. */
  readonly said: (pattern: RegExp) => Promise<void>;
}

/** util-linux' `script` lends a terminal; on a system without it there is none to test on. */
export const hasTerminals = spawnSync('script', ['-qec', 'true', '/dev/null']).status === 0;

const folders = { 'test-scaling': 'cli', 'test-pipeline': 'cli', 'test-event': 'events-cli' } as const;

export function cliProgram(name: keyof typeof folders) {
  const program = fileURLToPath(new URL(`../../src/${folders[name]}/${name}.ts`, import.meta.url));
  /** The program with pipes for its streams. */
  const start = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Run =>
    startCommand(process.execPath, [program, ...args], env);
  return {
    start,
    run: (...args: string[]): Promise<Ended> => start(args).ended,
    /** On a terminal; all that the terminal shows is its stdout, what is typed its stdin. */
    startOnTerminal: (
      args: readonly string[],
      env: NodeJS.ProcessEnv = {},
      { columns = 80, rows = 24 } = {},
    ): Run => {
      const line = [process.execPath, program, ...args].map((word) => `'${word}'`).join(' ');
      const command = `stty cols ${columns} rows ${rows}; exec ${line}`;
      // On an unknown CI system Node shows no colours; this is about a person's terminal.
      const terminal = { TERM: 'xterm-256color', FORCE_COLOR: undefined, CI: undefined, ...env };
      return startCommand('script', ['-qec', command, '/dev/null'], terminal);
    },
  };
}

function startCommand(file: string, args: readonly string[], env: NodeJS.ProcessEnv): Run {
  const child = spawn(file, args, { env: { ...process.env, NO_COLOR: undefined, ...env } });
  onTestFinished(() => void child.kill('SIGKILL'));
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  const ended = once(child, 'close').then(() => ({ code: child.exitCode, ...output }));
  const said = async (pattern: RegExp) => {
    while (!pattern.test(output.stdout)) {
      const more = once(child.stdout, 'data');
      const over = ended.then(() => {
        throw new Error(`ended without saying ${pattern}: ${JSON.stringify(output)}`);
      });
      await Promise.race([more, over]);
    }
  };
  return { child, ended, said };
}
