/**
 * Holds what was promised against what the API server says was done: its audit log, and the Pods that its watch
 * showed. Neither knows anything of the program under test.
 */
import { appliedTo, type AuditEntry } from '../support/audit-entries.ts';
import type { Deed } from './deeds.ts';
import type { SeenPod } from './pod-history.ts';

export interface Evidence {
  readonly deeds: readonly Deed[];
  /** All Pods of the namespace but the foreign ones. */
  readonly pods: readonly SeenPod[];
  /** Of Ottoscaler's own writes; undefined without an audit log. */
  readonly audit: readonly AuditEntry[] | undefined;
  readonly foreign: ReadonlySet<string>;
  readonly touched: readonly string[];
  /** Ids of commands that were never seen to their end. */
  readonly lost: readonly string[];
}

export interface Verdict {
  /** Pods that commands had to create, and those that they may have created before they were withdrawn. */
  readonly intended: number;
  readonly permitted: number;
  readonly created: number;
  readonly missing: readonly string[];
  /** Created, and no command asked for it. */
  readonly unasked: readonly string[];
  readonly duplicated: readonly string[];
  readonly leaked: readonly string[];
  readonly foreignTouched: readonly string[];
  readonly lost: readonly string[];
  /** Creates that the watch showed and the audit log does not have: an API server was killed in between. */
  readonly unlogged: number;
}

export function judge({ deeds, pods, audit, foreign, touched, lost }: Evidence): Verdict {
  const due = deeds.flatMap((deed) => deed.due);
  const permitted = deeds.flatMap((deed) => deed.permitted);
  const seen = countBy(pods.map(({ name }) => name));
  const logged = countBy(namesOf(appliedTo(audit ?? [], 'create', 'pods')));
  const created = [...new Set([...seen.keys(), ...logged.keys()])];
  const asked = new Set([...due, ...permitted]);
  const deleted = [
    ...namesOf(appliedTo(audit ?? [], 'delete', 'pods')),
    ...namesOf(appliedTo(audit ?? [], 'delete', 'configmaps')),
    ...namesOf(appliedTo(audit ?? [], 'update', 'configmaps')),
  ].filter((name) => foreign.has(name));
  return {
    intended: due.length,
    permitted: permitted.length,
    created: created.length,
    missing: due.filter((name) => !created.includes(name)),
    unasked: created.filter((name) => !asked.has(name)),
    duplicated: created.filter((name) => (seen.get(name) ?? 0) > 1 || (logged.get(name) ?? 0) > 1),
    leaked: pods.filter(({ gone }) => !gone).map(({ name }) => name),
    foreignTouched: [...touched, ...deleted.map((name) => `${name} was written to`)],
    lost,
    unlogged: audit ? created.filter((name) => !logged.has(name)).length : 0,
  };
}

/** Of the commands as a whole: the Pods of one may be those of no other. */
export function namedTwice(deeds: readonly Deed[]): readonly string[] {
  const counts = countBy(deeds.flatMap(({ due, permitted }) => [...due, ...permitted]));
  return [...counts].filter(([, count]) => count > 1).map(([name]) => name);
}

export function holds(verdict: Verdict): boolean {
  const { missing, unasked, duplicated, leaked, foreignTouched, lost } = verdict;
  return [missing, unasked, duplicated, leaked, foreignTouched, lost].every((list) => list.length === 0);
}

const namesOf = (entries: readonly AuditEntry[]) => entries.map(({ objectRef }) => objectRef.name ?? '');

function countBy(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
