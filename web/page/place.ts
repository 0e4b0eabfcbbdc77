/** Which actor and which of its tabs are shown: kept in the address, so that it can be sent and gone back to. */
import { signal } from '@preact/signals';

export type Tab = 'run' | 'chart' | 'happenings' | 'context' | 'log';
const tabs: ReadonlySet<string> = new Set<Tab>(['run', 'chart', 'happenings', 'context', 'log']);

export interface Place {
  /** '' where none is chosen. */
  readonly id: string;
  /** Undefined: the first of the actor's tabs. */
  readonly tab: Tab | undefined;
}

/** As in `#actor/<id>/<tab>`. */
export function readPlace(hash: string): Place {
  const [, id = '', tab = ''] = /^#actor\/([^/]+)(?:\/([a-z]+))?$/.exec(hash) ?? [];
  return { id: decoded(id), tab: isTab(tab) ? tab : undefined };
}

export function writePlace({ id, tab }: Place): string {
  if (id === '') return '#';
  return `#actor/${encodeURIComponent(id)}${tab === undefined ? '' : `/${tab}`}`;
}

export const place = signal<Place>({ id: '', tab: undefined });

export function followAddress(): void {
  addEventListener('hashchange', readAddress);
  readAddress();
}

function readAddress(): void {
  place.value = readPlace(location.hash);
}

export function choose(id: string, tab?: Tab): void {
  if (id === place.value.id && tab === place.value.tab) return;
  location.hash = writePlace({ id, tab });
}

/** Another tab of the same actor is not a step that one goes back to. */
export function showTab(tab: Tab): void {
  history.replaceState(null, '', writePlace({ id: place.value.id, tab }));
  place.value = { id: place.value.id, tab };
}

function isTab(text: string): text is Tab {
  return tabs.has(text);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
