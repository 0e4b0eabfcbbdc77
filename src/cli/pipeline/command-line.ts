/** What can be written behind `test-pipeline`. What a value means is decided in pipeline-options.ts. */
import { credentialsHelp } from '../shown-credentials.ts';
import type { Command } from 'commander';
import { goCommand, readGoCommand } from '../go-command.ts';

export const serverDefault = 'localhost:9090';

/** The words as they were given; absent means not written. */
export interface GivenOptions {
  readonly type?: string;
  readonly file?: string;
  readonly server: string;
  readonly id?: string;
  readonly repo?: string;
  readonly sha?: string;
  readonly timeout?: string;
  readonly onFailure?: string;
  readonly cancelMode?: string;
  readonly lint?: true;
  readonly attach?: true;
  readonly retry?: true;
  readonly cancel?: true;
  readonly json?: true;
}

const description = 'Runs a pipeline through Ottoscaler and shows it until it has ended.';

const examples = `
Examples:
  test-pipeline -type simple
  test-pipeline -file pipeline.yaml -id build-42 -sha abc123
  test-pipeline -file pipeline.yaml -lint
  test-pipeline -attach -id build-42
  test-pipeline -retry -id build-42

The same -id with the same content shows the same run again, from its beginning.
Ctrl-C cancels the run and shows how it ends; a second one leaves at once. With -attach it only leaves,
unless -cancel-mode is given.

${credentialsHelp}

Exit codes: 0 completed; 1 failed, cancelled or refused, or with -lint a file with problems;
2 a wrong command line; 69 the connection was lost for good, the run goes on; 124 -timeout elapsed;
130 Ctrl-C.
`;

function commandLine(): Command {
  return goCommand('test-pipeline', description, '-type simple|full|parallel | -file pipeline.yaml [options]')
    .option('--type <type>', 'a sample: simple, full or parallel')
    .option('--file <path>', 'a pipeline of your own, in YAML or JSON')
    .option('--lint', 'check it and print the plan; nothing is sent')
    .option('--server <host:port>', 'where Ottoscaler listens', serverDefault)
    .option('--id <ID>', "the run's id; without it one is made up")
    .option('--repo <text>', 'the repository that the stages work on')
    .option('--sha <text>', 'the commit that they work on')
    .option(
      '--timeout <duration>',
      'how long the run may take before it is cancelled (default 10m; -attach: no limit)',
    )
    .option('--on-failure <what>', 'stop, or continue with what does not depend on the failure')
    .option('--cancel-mode <mode>', 'how Ctrl-C cancels: now, finish-running or run-finally (default now)')
    .option('--attach', 'show the run -id, whoever started it')
    .option('--retry', 'run again what did not complete in the run -id')
    .option('--cancel', 'cancel the run -id')
    .option('--json', 'print JSON, one object a line');
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
