/** What the chaos found, for a person. */
import type { Findings } from './chaos.ts';

const shownMax = 12;

export function asText(found: Findings): string {
  const { pods } = found;
  const none = (list: readonly string[]) => String(list.length);
  const rows: ReadonlyArray<readonly [string, string]> = [
    ['SIGKILLs', `${found.kills}, in ${found.seconds} s; ${found.lives} processes`],
    ...Object.entries(found.disturbances).map(([what, times]) => [`  ${what}`, String(times)] as const),
    ...Object.entries(found.endedByItself).map(
      ([why, times]) => [`  ended by itself: ${why}`, String(times)] as const,
    ),
    ['commands', listed(found.commands)],
    ['calls sent again', String(found.callsSentAgain)],
    ['Pods intended', `${pods.intended}, and ${pods.permitted} whose command was withdrawn meanwhile`],
    ['Pods created', `${pods.created}`],
    ['  missing, unasked', `${none(pods.missing)}, ${none(pods.unasked)}`],
    ['  duplicated', none(pods.duplicated)],
    ['  leaked', none(pods.leaked)],
    ['foreign objects touched', none(pods.foreignTouched)],
    ['commands lost', none(pods.lost)],
    ['answers that differ', String(found.repliesThatDiffer)],
    ['live workers, at most', String(found.liveWorkersMax)],
    ['Pods that the node forgot to end', String(found.podsEndedByForce)],
    ['seed', String(found.seed)],
  ];
  const width = Math.max(...rows.map(([what]) => what.length));
  return [
    ...rows.map(([what, value]) => `${what.padEnd(width)}  ${value}`),
    ...(found.auditLog ? [] : ['NOT CHECKED: creates against the audit log (AUDIT_LOG is not set)']),
    ...(found.clockMoved ? [] : ['NOT DONE: the clock was not moved (libfaketime is not installed)']),
    ...complaints(found).slice(0, shownMax),
    found.passed ? 'Everything held.' : 'NOT everything held.',
  ].join('\n');
}

export function complaints({ pods, problems }: Findings): readonly string[] {
  const of = (what: string, list: readonly string[]) => list.map((one) => `${what}: ${one}`);
  return [
    ...of('missing', pods.missing),
    ...of('unasked', pods.unasked),
    ...of('duplicated', pods.duplicated),
    ...of('leaked', pods.leaked),
    ...of('foreign', pods.foreignTouched),
    ...of('lost', pods.lost),
    ...problems,
  ];
}

function listed(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([what, count]) => `${count} ${what}s`)
    .join(', ');
}
