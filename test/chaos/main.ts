/**
 * `npm run chaos`: the built program against the cluster of KUBECONFIG, killed under load.
 *
 * The result goes to stdout, progress to stderr. Ctrl-C ends the program and removes the namespace. Ends with 0
 * where everything held, 1 where something did not, 2 on a wrong command line, 130 on Ctrl-C.
 */
import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { showProgress } from '../../bench/support/progress.ts';
import { setup } from '../reliability/figures.ts';
import { runChaos } from './chaos.ts';
import { asText } from './report.ts';
import { restartsFrom } from './restarts.ts';
import { interruptedCode, untilInterrupted, whole } from '../support/long-run.ts';

const exitCode = { held: 0, broken: 1, usage: 2, interrupted: interruptedCode } as const;
const program = fileURLToPath(new URL('../../bin/ottoscaler.js', import.meta.url));

interface Options {
  readonly kills: number;
  readonly seed?: number;
  readonly minutes: number;
  readonly clients: number;
  readonly restarts: number;
  readonly json?: string;
}

const environmentHelp = `
Environment:
  KUBECONFIG               the cluster; it needs a node. A namespace of its own is made and removed
  AUDIT_LOG                the API server's audit log: without it, creates are counted by a watch alone
  CHAOS_RESTART_APISERVER  a command that kills the API server and resolves when it serves again
  CHAOS_RESTART_ETCD       the same of etcd
The clock of the program is moved by an hour where Debian's libfaketime is installed.

Exit codes: 0 everything held; 1 something did not; 2 a wrong command line; 130 Ctrl-C.
`;

await new Command('npm run chaos --')
  .description('Kills and disturbs Ottoscaler under load, and holds it to what it promises.')
  .option('--kills <number>', 'how many SIGKILLs', whole(1, 100_000), 200)
  .option(
    '--seed <number>',
    'repeats what is done, though not the moments at which it meets the program',
    whole(0, 2 ** 31),
  )
  .option('--minutes <number>', 'no more kills after so many', whole(1, 600), 60)
  .option('--clients <number>', 'commands under way at a time', whole(1, 50), 6)
  .option(
    '--restarts <number>',
    'of the API server and of etcd, each, where there is a command',
    whole(0, 100),
    3,
  )
  .option('--json <file>', 'also writes the findings as JSON')
  .helpOption('-h, --help', 'this text')
  .addHelpText('after', environmentHelp)
  .exitOverride((error) => process.exit(error.exitCode === 0 ? exitCode.held : exitCode.usage))
  .action(async (options: Options) => {
    process.exitCode = await main(options);
  })
  .parseAsync();
process.exit();

async function main({ kills, minutes, clients, restarts, json, seed }: Options): Promise<number> {
  const kubeconfigPath = process.env['KUBECONFIG'] ?? '';
  if (!existsSync(kubeconfigPath)) return complain('set KUBECONFIG to the file of a cluster', exitCode.usage);
  const signal = untilInterrupted('chaos');
  const progress = showProgress(process.stderr);
  const figures = { at: new Date().toISOString(), setup: setup() };
  try {
    const found = await runChaos({
      kubeconfigPath,
      program,
      kills,
      minutesMax: minutes,
      clients,
      seed: seed ?? randomInt(2 ** 31),
      restarts: restartsFrom(process.env, restarts),
      signal,
      progress,
    });
    progress.end();
    console.log(asText(found));
    if (json !== undefined)
      await writeFile(json, `${JSON.stringify({ ...figures, ...found }, undefined, 2)}\n`);
    return found.passed ? exitCode.held : exitCode.broken;
  } catch (error) {
    progress.end();
    if (signal.aborted) return exitCode.interrupted;
    return complain(error instanceof Error ? (error.stack ?? error.message) : String(error), exitCode.broken);
  }
}

function complain(message: string, code: number): number {
  console.error(`chaos: ${message}`);
  return code;
}
