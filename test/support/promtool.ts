/** promtool, which checks what is meant for Prometheus. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { debianProgram } from './debian-program.ts';

const run = promisify(execFile);

/** Resolves with what it printed. @throws Error with that where it does not end with 0 */
export type Promtool = (args: readonly string[], input?: string) => Promise<string>;

export async function findPromtool(): Promise<Promtool> {
  const program = await debianProgram('promtool', 'prometheus');
  return (args, input) => ask(program, args, input);
}

async function ask(program: string, args: readonly string[], input = ''): Promise<string> {
  const asked = run(program, args);
  asked.child.stdin?.end(input);
  try {
    const { stdout, stderr } = await asked;
    return stdout + stderr;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`promtool ${args.join(' ')}:\n${stdout}${stderr}`, { cause: error });
  }
}
