/**
 * What can be written behind `test-scaling`. What a value means is decided in scaling-options.ts.
 */
import { credentialsHelp } from './shown-credentials.ts';
import type { Command } from 'commander';
import { goCommand, readGoCommand } from './go-command.ts';

/** The words as they were given; absent means not written. */
export interface GivenOptions {
  readonly action?: string;
  readonly workers?: string;
  readonly task?: string;
  readonly server: string;
  readonly timeout: string;
  readonly watch?: true;
  readonly json?: true;
  readonly image?: string;
  readonly command?: string;
  readonly env?: readonly string[];
  readonly requestId?: string;
  readonly repo?: string;
  readonly sha?: string;
  readonly reason?: string;
  readonly pipeline?: string;
  readonly stage?: string;
  readonly worker?: string;
  readonly tail?: string;
  readonly follow?: true;
}

const description =
  'Scales the workers of a task up or down through Ottoscaler, shows them or what they write.';

const examples = `
Examples:
  test-scaling -action scale-up -workers 3 -task build-42 -watch
  test-scaling -action scale-up -task hello -command 'echo hello' -env GREETING=hi
  test-scaling -action scale-down -workers 0 -task build-42
  test-scaling -action status
  test-scaling -action logs -task build-42 -follow
  test-scaling -action logs -pipeline nightly-7 -stage unit-tests -tail 20

The same scale-up sent again creates nothing; another -request-id on the same task adds workers.
Ctrl-C ends the watching and the reading, not the workers.

${credentialsHelp}

Exit codes: 0 success; 1 refused, failed, or with -watch a worker that did not succeed;
2 a wrong command line; 130 Ctrl-C.
`;

function commandLine(): Command {
  return goCommand('test-scaling', description, '-action scale-up|scale-down|status|logs [options]')
    .option('--action <action>', 'scale-up, scale-down, status or logs')
    .option('--workers <N>', 'scale-up: how many to add (default 1); scale-down: how many shall remain')
    .option('--task <ID>', 'the task; without it scale-up makes one up, scale-down and status mean all')
    .option('--server <host:port>', 'where Ottoscaler listens', 'localhost:9090')
    .option('--watch', 'show the workers until they have ended; status without -task: until Ctrl-C')
    .option('--timeout <duration>', 'how long to wait for each answer', '30s')
    .option('--image <image>', "scale-up: the workers' image")
    .option('--command <text>', 'scale-up: what they run, with sh -c')
    .option('--env <KEY=VALUE>', 'scale-up: a variable of theirs; may be repeated', append)
    .option('--repo <text>', 'scale-up: the repository they work on')
    .option('--sha <text>', 'scale-up: the commit they work on')
    .option('--request-id <ID>', 'tells commands on one task apart; the same one again changes nothing')
    .option('--reason <text>', 'why, for people')
    .option('--pipeline <ID>', 'logs: of the workers of this run')
    .option('--stage <ID>', 'logs: of this stage of the run only')
    .option('--worker <ID>', "logs: of one worker, by its Pod's name")
    .option('--tail <N>', 'logs: so many of the newest lines of each worker; otherwise all that are kept')
    .option('--follow', 'logs: go on until nobody can write any more')
    .option('--json', 'print JSON, one object a line');
}

function append(value: string, earlier: readonly string[] | undefined): readonly string[] {
  return [...(earlier ?? []), value];
}

/**
 * The options, or the help where it was asked for.
 * @param argv without the program's own name.
 * @param columns how wide the help may be.
 * @throws UsageError
 */
export function readCommandLine(
  argv: readonly string[],
  columns: number,
): { readonly help: string } | { readonly given: GivenOptions } {
  const command = commandLine();
  return readGoCommand(command, argv, { columns, examples }) ?? { given: command.opts<GivenOptions>() };
}
