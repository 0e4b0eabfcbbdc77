/**
 * What the filter's text means: words that a row has to hold somewhere, and `key:value` pairs that one of its fields
 * has to hold, as in `task:demo state:pending "two words"`. Upper and lower case are alike.
 */
import type { ActorRow } from '../../src/inspector/protocol.ts';

export type Phase = ActorRow['phase'];

const fields = ['state', 'task', 'pipeline', 'stage', 'failure', 'kind', 'name', 'reason'] as const;
type Field = (typeof fields)[number];

interface Demand {
  /** Undefined: any of the fields. */
  readonly field: Field | undefined;
  /** Found without a copy of the row in lower case: there are ten thousand of them at each letter that is typed. */
  readonly pattern: RegExp;
}

export interface Filter {
  readonly demands: readonly Demand[];
  /** Empty: all. */
  readonly phases: ReadonlySet<Phase>;
}

const word = /(?:(?<key>[a-z]+):)?(?:"(?<quoted>[^"]*)"?|(?<plain>\S+))/gi;

export function parseFilter(text: string, phases: ReadonlySet<Phase>): Filter {
  const demands: Demand[] = [];
  for (const { groups } of text.matchAll(word)) {
    const key = groups?.['key'];
    const value = groups?.['quoted'] ?? groups?.['plain'] ?? '';
    const field = fields.find((name) => name === key?.toLowerCase());
    const wanted = key !== undefined && field === undefined ? `${key}:${value}` : value;
    if (wanted !== '') demands.push({ field, pattern: patternOf(wanted) });
  }
  return { demands, phases };
}

export function isEmpty({ demands, phases }: Filter): boolean {
  return demands.length === 0 && phases.size === 0;
}

export function fits(row: ActorRow, { demands, phases }: Filter): boolean {
  if (phases.size > 0 && (row.kind === 'pool' || !phases.has(row.phase))) return false;
  return demands.every(({ field, pattern }) =>
    field === undefined ? fields.some((name) => holds(row[name], pattern)) : holds(row[field], pattern),
  );
}

function patternOf(text: string): RegExp {
  return new RegExp(text.replaceAll(/[$()*+./?[\\\]^{|}]/g, String.raw`\$&`), 'iu');
}

function holds(value: string | undefined, pattern: RegExp): boolean {
  return value !== undefined && pattern.test(value);
}

/** The text with this key's pair put in, replaced, or taken out where the value is ''. */
export function withPair(text: string, key: 'task' | 'pipeline', value: string): string {
  const others = [...text.matchAll(word)]
    .filter(({ groups }) => groups?.['key']?.toLowerCase() !== key)
    .map(([whole]) => whole);
  if (value !== '') others.push(`${key}:${/[\s"]/.test(value) ? `"${value.replaceAll('"', '')}"` : value}`);
  return others.join(' ');
}

/** What the text demands of this key, '' where nothing. */
export function pairIn(text: string, key: 'task' | 'pipeline'): string {
  for (const { groups } of text.matchAll(word)) {
    if (groups?.['key']?.toLowerCase() === key) return groups['quoted'] ?? groups['plain'] ?? '';
  }
  return '';
}
