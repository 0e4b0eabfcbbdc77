/**
 * The command itself: started without a shell, sent every signal that we are sent, and what its end means as an
 * exit code, by the shells' rules.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { errorCodeOf } from './error-code.ts';
import { closeWriteEnds, makeOutputPipes } from './output-pipes.ts';

export interface Output {
  readonly stdout: Readable;
  readonly stderr: Readable;
}

export interface Running {
  /** Absent where the command writes to our own stdout and stderr. */
  readonly output?: Output;
  /** Its exit code: 128 + n where signal n killed it, 127 where there is no such program, 126 where it cannot run. */
  readonly ended: Promise<number>;
  kill(signal: NodeJS.Signals): void;
}

/** @param say is told why a command could not be started */
export function startCommand(
  command: readonly string[],
  captures: boolean,
  env: NodeJS.Dict<string>,
  say: (sentence: string) => void,
): Running {
  const [file = '', ...args] = command;
  const pipes = captures ? makeOutputPipes() : undefined;
  const own = captures ? ('pipe' as const) : ('inherit' as const);
  const out = pipes?.stdout.writeFd ?? own;
  const err = pipes?.stderr.writeFd ?? own;
  const child = spawn(file, args, { stdio: ['inherit', out, err], env });
  if (pipes) closeWriteEnds(pipes);
  const stdout = pipes?.stdout.reader ?? child.stdout;
  const stderr = pipes?.stderr.reader ?? child.stderr;
  return {
    ...(stdout && stderr ? { output: { stdout, stderr } } : {}),
    ended: exitCode(child, file, say),
    kill: (signal) => void child.kill(signal),
  };
}

function exitCode(child: ChildProcess, file: string, say: (sentence: string) => void): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  child.once('exit', (code, signal) =>
    resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
  );
  child.on('error', (error) => {
    // Also a signal that could not be sent comes here; only a command that never ran has no process.
    if (child.pid !== undefined) return;
    const isMissing = errorCodeOf(error) === 'ENOENT';
    say(isMissing ? `${file}: command not found` : `${file}: cannot run: ${error.message}`);
    resolve(isMissing ? 127 : 126);
  });
  return promise;
}

/**
 * Signals that mean something to us alone, or cannot be caught: of a child's end, of a fault in our own code,
 * of stopping, and of what Node itself takes care of.
 */
const notPassed = new Set(
  'KILL STOP CHLD CLD ILL TRAP ABRT IOT BUS FPE SEGV SYS UNUSED PIPE PROF VTALRM TSTP TTIN TTOU STKFLT'
    .split(' ')
    .map((name) => `SIG${name}`),
);
/** A terminal sends these to the command, too. */
const fromKeyboard = new Set(['SIGINT', 'SIGQUIT']);

/** Calls `take` with each signal that can be caught, from now on. */
export function onSignals(isTerminal: boolean, take: (signal: NodeJS.Signals) => void): void {
  for (const name of Object.keys(constants.signals)) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- keys of Node's own table
    const signal = name as NodeJS.Signals;
    if (notPassed.has(name)) continue;
    process.on(signal, () => {
      if (!(isTerminal && fromKeyboard.has(name))) take(signal);
    });
  }
}
