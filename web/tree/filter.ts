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
  readonly text: string;
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
    const value = (groups?.['quoted'] ?? groups?.['plain'] ?? '').toLowerCase();
    const field = fields.find((name) => name === key?.toLowerCase());
    const wanted = key !== undefined && field === undefined ? `${key.toLowerCase()}:${value}` : value;
    if (wanted !== '') demands.push({ field, text: wanted });
  }
  return { demands, phases };
}

export function isEmpty({ demands, phases }: Filter): boolean {
  return demands.length === 0 && phases.size === 0;
}

export function fits(row: ActorRow, { demands, phases }: Filter): boolean {
  if (phases.size > 0 && (row.kind === 'pool' || !phases.has(row.phase))) return false;
  return demands.every(({ field, text }) =>
    field === undefined ? textOf(row).includes(text) : holds(row[field], text),
  );
}

/** Rows never change, so each is put into lower case once, not at each letter that somebody types. */
const texts = new WeakMap<ActorRow, string>();

function textOf(row: ActorRow): string {
  const known = texts.get(row);
  if (known !== undefined) return known;
  const text = fields
    .map((name) => row[name] ?? '')
    .join('\n')
    .toLowerCase();
  texts.set(row, text);
  return text;
}

function holds(value: string | undefined, text: string): boolean {
  return value !== undefined && value.toLowerCase().includes(text);
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
