/**
 * A command line in the manner of the platform's tools, read by commander.
 *
 * Commander names, repeats, requires and documents. Options are shown and
 * spoken of with one dash, as these tools always did.
 */
import { Command, CommanderError } from 'commander';
import { normalizeGoFlags } from './go-flags.ts';
import { UsageError } from './usage-error.ts';

/** A command to which the options of one program are added. */
export function goCommand(name: string, description: string, usage: string): Command {
  return new Command(name)
    .description(description)
    .usage(usage)
    .helpOption('-h, --help', 'show this')
    .configureHelp({
      optionTerm: ({ flags }) => flags.replace(/^(?:-h, )?--/, (dashes) => dashes.replace('--', '-')),
    })
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeErr: () => {}, writeOut: () => {} });
}

/**
 * Reads the words into the command, whose `opts()` then holds what was given.
 * @param argv without the program's own name.
 * @param columns how wide the help may be.
 * @param examples stands below the help, as it is.
 * @returns the help where it was asked for.
 * @throws UsageError
 */
export function readGoCommand(
  command: Command,
  argv: readonly string[],
  { columns, examples }: { readonly columns: number; readonly examples: string },
): { readonly help: string } | undefined {
  command.configureHelp({ ...command.configureHelp(), helpWidth: columns });
  const flags = command.options.map((option) => ({
    name: option.long?.slice(2) ?? '',
    takesValue: !option.isBoolean(),
  }));
  try {
    command.parse(normalizeGoFlags(argv, flags), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.helpDisplayed') return { help: `${command.helpInformation()}${examples}` };
    throw new UsageError(sentence(error.message));
  }
  return undefined;
}

/** Commander's message, on one line and with our single dash. */
function sentence(message: string): string {
  return message
    .replace(/^error: /, '')
    .replace(/\n\(Did you mean (.*)\?\)$/s, '; did you mean $1?')
    .replaceAll(/(^|[\s'])--(?=\w)/g, '$1-');
}
