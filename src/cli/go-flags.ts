/**
 * Command lines as Go's flag package takes them, rewritten for commander.
 *
 * `-flag value`, `--flag value`, `-flag=value` and `--flag=value` mean the same,
 * a flag that needs a value takes the next argument whatever it looks like, and
 * a boolean flag takes a value only after `=`. Commander would read `-action` as
 * `-a ction`, so every flag leaves here as `--flag` or `--flag=value`.
 */
import { UsageError } from './usage-error.ts';

export interface Flag {
  /** Without dashes. */
  readonly name: string;
  readonly takesValue: boolean;
}

const flagPattern = /^--?([A-Za-z][^=]*)(?:=(.*))?$/s;

const truths: ReadonlyMap<string, boolean> = new Map([
  ...['1', 't', 'T', 'true', 'True', 'TRUE'].map((word) => [word, true] as const),
  ...['0', 'f', 'F', 'false', 'False', 'FALSE'].map((word) => [word, false] as const),
]);

/**
 * What is unknown passes through, with two dashes, for commander to refuse.
 * @throws UsageError where a boolean flag has a value that is not a truth value.
 */
export function normalizeGoFlags(argv: readonly string[], flags: readonly Flag[]): string[] {
  const byName = new Map(flags.map((flag) => [flag.name, flag]));
  const normalized: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const argument = argv[i] ?? '';
    if (argument === '--') return [...normalized, ...argv.slice(i)];
    const [, name, value] = flagPattern.exec(argument) ?? [];
    const flag = name === undefined ? undefined : byName.get(name);
    if (name === undefined) normalized.push(argument);
    else if (flag === undefined) normalized.push(unknown(name, value));
    else if (!flag.takesValue) normalized.push(...truth(name, value));
    else if (value !== undefined) normalized.push(`--${name}=${value}`);
    else if (i + 1 < argv.length) normalized.push(`--${name}=${argv[++i] ?? ''}`);
    else normalized.push(`--${name}`);
  }
  return normalized;
}

function unknown(name: string, value: string | undefined): string {
  // One letter stays as it is: `-h` is commander's own.
  if (name.length === 1 && value === undefined) return `-${name}`;
  return value === undefined ? `--${name}` : `--${name}=${value}`;
}

function truth(name: string, value: string | undefined): string[] {
  const isSet = value === undefined ? true : truths.get(value);
  if (isSet === undefined) throw new UsageError(`-${name}: "${value}" is neither true nor false`);
  return isSet ? [`--${name}`] : [];
}
