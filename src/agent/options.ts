/** What the agent is asked to do: by its arguments, and by the environment that a worker is given. */
import { readFileSync } from 'node:fs';
import { messageOf } from '../error-message.ts';

export interface AgentOptions {
  readonly command: readonly string[];
  /** `host:port`; '' = just run the command. */
  readonly endpoint: string;
  /** PEM of the authorities that vouch for the server; `system` = those that Node trusts; '' = plaintext. */
  readonly authority: string;
  readonly marker: boolean;
  readonly flushMs: number;
  /** Of lines that wait, for each of the two streams. */
  readonly bufferBytes: number;
}

export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const usage = `Usage: otto-agent [options] [--] command [argument…]

Runs the command and pushes what it writes, line by line, to a log server: an Ottoscaler, or whoever
serves LogStreamingService. The output also goes where it would go without the agent.

  --endpoint HOST:PORT    the log server; default: OTTO_LOG_ENDPOINT; without one the command just runs
  --ca FILE               the authorities that vouch for it, PEM, or system = those that Node trusts; default: OTTO_LOG_CA,
                          which holds the PEM itself; without them the connection is plaintext
  --flush-timeout TIME    longest wait after the command's end until all is delivered (10s, 500ms, 1m; default 10s)
  --buffer MIB            memory for lines that wait, for stdout and stderr each (default 16)
  --no-marker             do not write the line by which Ottoscaler knows that this container pushes
  -h, --help              this text

Environment: OTTO_LOG_ENDPOINT, OTTO_LOG_CA, OTTO_WORKER_ID, OTTO_TASK_ID, OTTO_WORKER_TOKEN;
POD_NAME, NAMESPACE, NODE_NAME.
Exits as the command does: its code, 128 + n where signal n killed it, 127 not found, 126 cannot run; 125 for
errors of the agent's own.
`;

const units = { ms: 1, s: 1_000, m: 60_000 } as const;
const mebibyte = 1024 * 1024;
const isEndpoint = /^\S+:\d{1,5}$/;

/**
 * @returns 'help' where that is asked for
 * @throws UsageError
 */
export function readOptions(args: readonly string[], env: NodeJS.Dict<string>): AgentOptions | 'help' {
  let endpoint = env['OTTO_LOG_ENDPOINT'] ?? '';
  let authority = env['OTTO_LOG_CA'] ?? '';
  let marker = true;
  let flushMs = 10_000;
  let bufferBytes = 16 * mebibyte;
  let at = 0;
  const value = (flag: string, given: string | undefined): string => {
    const text = given ?? args[++at];
    if (text === undefined) throw new UsageError(`${flag} needs a value`);
    return text;
  };
  for (; at < args.length && args[at]?.startsWith('-') && args[at] !== '--'; at++) {
    const [flag = '', given] = (args[at] ?? '').split(/=(.*)/s);
    if (flag === '-h' || flag === '--help') return 'help';
    if (flag === '--no-marker') marker = false;
    else if (flag === '--endpoint') endpoint = value(flag, given);
    else if (flag === '--ca') authority = authorityIn(value(flag, given));
    else if (flag === '--flush-timeout') flushMs = duration(value(flag, given));
    else if (flag === '--buffer') bufferBytes = mebibytes(value(flag, given));
    else throw new UsageError(`there is no option ${flag}`);
  }
  const command = args.slice(args[at] === '--' ? at + 1 : at);
  if (command.length === 0 || command[0] === '') throw new UsageError('a command is needed');
  if (endpoint !== '' && !isEndpoint.test(endpoint))
    throw new UsageError(`"${endpoint}" is not an endpoint; write host:port`);
  return { command, endpoint, authority, marker, flushMs, bufferBytes };
}

function authorityIn(file: string): string {
  if (file === 'system') return file;
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const why = messageOf(error);
    throw new UsageError(`--ca ${JSON.stringify(file)} cannot be read: ${why}`);
  }
}

function duration(text: string): number {
  const [, number, unit] = /^(\d{1,6}(?:\.\d{1,3})?)(ms|s|m)$/.exec(text) ?? [];
  if (unit !== 'ms' && unit !== 's' && unit !== 'm')
    throw new UsageError(`"${text}" is not a duration; write 10s, 500ms or 1m`);
  return Math.round(Number(number) * units[unit]);
}

function mebibytes(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new UsageError(`"${text}" is not a whole number from 1 to 9999`);
  return Number(text) * mebibyte;
}
