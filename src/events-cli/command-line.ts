/** What can be written behind `test-event`. What a value means is decided in event-options.ts. */
import { goCommand, readGoCommand } from '../cli/go-command.ts';

/** The words as they were given; absent means not written. */
export interface GivenEvent {
  readonly type?: string;
  readonly pods?: string;
  readonly task?: string;
  readonly id?: string;
  readonly repo?: string;
  readonly sha?: string;
  readonly reason?: string;
  readonly field?: readonly string[];
  readonly watch?: true;
  readonly server: string;
  readonly timeout: string;
}

const description =
  "Adds one scale event to Redis, prints its entry's id and, with -watch, what becomes of it.";

const examples = `
Examples:
  test-event -type scale_up -pods 2 -task build-42 -watch
  test-event -type scale_down -pods 0 -task build-42
  test-event -type scale_up -pods 1 -task build-42 -id deploy-7 -field job_id=7

Where Redis is and what its stream is called is said as for the server: REDIS_HOST (without it localhost), REDIS_PORT,
REDIS_USERNAME, REDIS_PASSWORD, REDIS_DB, REDIS_TLS, REDIS_STREAM, REDIS_GROUP, REDIS_DEAD_LETTERS, ENV_FILE.
The same -id on the same -task again changes nothing. Nothing is checked here: a wrong event becomes a dead letter.

Exit codes: 0 added, and with -watch carried out; 1 Redis said no, or with -watch a dead letter or a worker that did
not succeed; 2 a wrong command line; 124 not carried out within -timeout; 130 Ctrl-C.
`;

/**
 * The options, or the help where it was asked for.
 * @param argv without the program's own name.
 * @param columns how wide the help may be.
 * @throws UsageError
 */
export function readCommandLine(
  argv: readonly string[],
  columns: number,
): { readonly help: string } | { readonly given: GivenEvent } {
  const command = goCommand('test-event', description, '-type scale_up|scale_down -pods N [options]')
    .option('--type <type>', 'scale_up or scale_down')
    .option('--pods <N>', 'scale_up: how many to add; scale_down: how many shall remain')
    .option('--task <ID>', "the task; without it scale_up's is the entry's id, and scale_down means all")
    .option('--id <ID>', "the event's own id, by which it is carried out once; without it the entry's")
    .option('--repo <text>', 'the repository the workers work on')
    .option('--sha <text>', 'the commit they work on')
    .option('--reason <text>', 'why, for people')
    .option(
      '--field <KEY=VALUE>',
      'a further field; may be repeated',
      (value, earlier?: readonly string[]) => [...(earlier ?? []), value],
    )
    .option('--watch', 'show what becomes of the event, then of its workers')
    .option('--server <host:port>', '-watch: where Ottoscaler listens', 'localhost:9090')
    .option('--timeout <duration>', '-watch: how long the event may take, and each answer', '30s');
  return readGoCommand(command, argv, { columns, examples }) ?? { given: command.opts<GivenEvent>() };
}
