/** An actor and one of its tabs as the end of an address, as in `#actor/<id>/<tab>`. */
export type Tab = 'run' | 'chart' | 'happenings' | 'context' | 'log';
const tabs: ReadonlySet<string> = new Set<Tab>(['run', 'chart', 'happenings', 'context', 'log']);

export interface Place {
  /** '' where none is chosen. */
  readonly id: string;
  /** Undefined: the first of the actor's tabs. */
  readonly tab: Tab | undefined;
}

/** @param hash of a stranger's making, maybe: what is not understood is no actor */
export function readPlace(hash: string): Place {
  const [, id = '', tab = ''] = /^#actor\/([^/]+)(?:\/([a-z]+))?$/.exec(hash) ?? [];
  return { id: decoded(id), tab: isTab(tab) ? tab : undefined };
}

export function writePlace({ id, tab }: Place): string {
  if (id === '') return '#';
  return `#actor/${encodeURIComponent(id)}${tab === undefined ? '' : `/${tab}`}`;
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
