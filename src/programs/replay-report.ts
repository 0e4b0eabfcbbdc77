/** What a replay found, for a person or for a program. Pure. */
import { escaped, printableJson } from '../cli/printable.ts';
import type { Relived } from '../recording/relive.ts';
import type { Divergence, Transition } from '../recording/replay.ts';
import { flatten, type ActorState } from '../recording/states.ts';

export function asJson(value: object): string {
  return printableJson(value);
}

/** @param here the versions that replayed it */
export function asText(path: string, relived: Relived, here: Readonly<Record<string, string>>): string {
  const { life, lives, n, diverged, states, why, crashes } = relived;
  const others = lives > 1 ? ` It is the last of ${lives} that were recorded here.` : '';
  return [
    `${escaped(path)}: a life from line ${life.n} to line ${n}, begun at ${isoOf(life.atMs)}, ${spanOf(life.atMs, relived.atMs)} long.${others}`,
    `  ${countsOf(relived)}`,
    ...(why === '' ? [] : [`  it ends there because ${escaped(why)}`]),
    ...crashes.map((one) => escaped(`  ${one.actor} crashed at line ${one.n}: ${one.error}`)),
    ...differentVersions(life.versions, here),
    '',
    ...(diverged ? divergenceLines(diverged) : [`Every state is as it was. At line ${n}:`]),
    '',
    ...treeLines(states),
  ].join('\n');
}

export function historyText(actor: string, history: readonly Transition[], relived: Relived): string {
  const { life, diverged } = relived;
  const rows = history.map((one) => [
    `line ${one.n}`,
    `+${((one.atMs - life.atMs) / 1_000).toFixed(3)} s`,
    transitionText(one),
    eventText(one.event),
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    escaped(row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')).trimEnd(),
  );
  return [escaped(actor), ...lines, ...(diverged ? ['', ...divergenceLines(diverged)] : [])].join('\n');
}

/** Where another path was taken, and what was on it. */
export function divergenceLines({
  n,
  expected,
  happened,
  cause,
  transitions,
  timers,
}: Divergence): readonly string[] {
  const changes = transitions.map((one) => `    ${one.actor}: ${transitionText(one)}`);
  const waits = timers.map((one) => `    ${one.actor}: ${one.timer} in ${one.delayMs} ms`);
  const all = [...changes, ...waits];
  const shown = all.slice(0, 20);
  const more = all.length > shown.length ? [`    and ${all.length - shown.length} more`] : [];
  const of = cause ? `what line ${cause.n} (${cause.kind}) led to` : 'the beginning';
  return [
    `Another path was taken. Line ${n} expects that ${expected}; but ${happened}.`,
    `  Look at ${of}; this time it was:`,
    ...(shown.length > 0 ? [...shown, ...more] : ['    no change of any state, and no timer']),
  ].map(escaped);
}

/** xstate's own events, in words. */
function eventText(event: string): string {
  if (event === '') return '';
  if (event.startsWith('xstate.done.actor.')) return 'its effect answered';
  if (event.startsWith('xstate.error.actor.')) return 'its effect failed';
  if (event.startsWith('xstate.after.')) return `after ${event.split('.')[2]}`;
  return `on ${event}`;
}

const transitionText = ({ from, to }: Transition) => `${from || '(made)'} → ${to || '(over)'}`;

function treeLines(root: ActorState): readonly string[] {
  const lines: string[] = [];
  const show = (actor: ActorState, first: string, rest: string): void => {
    const name = actor.id.startsWith(actor.kind) ? actor.id : `${actor.kind} ${actor.id}`;
    lines.push(`${first}${escaped(`${name}  ${actor.state}${actor.reason ? `  (${actor.reason})` : ''}`)}`);
    for (const [index, child] of actor.children.entries()) {
      const isLast = index === actor.children.length - 1;
      show(child, `${rest}${isLast ? '└─ ' : '├─ '}`, `${rest}${isLast ? '   ' : '│  '}`);
    }
  };
  show(root, '', '');
  return lines;
}

function countsOf({ counts, states }: Relived): string {
  const count = (kind: string, what: string) => `${counts[kind] ?? 0} ${what}`;
  return [
    count('sent', 'events from outside'),
    count('told', 'told by effects'),
    count('settled', 'results of effects'),
    count('fired', 'timers'),
    `${[...flatten(states)].length} actors there`,
  ].join(', ');
}

function differentVersions(
  then: Readonly<Record<string, string>>,
  here: Readonly<Record<string, string>>,
): readonly string[] {
  const names = ['ottoscaler', 'xstate'].filter((name) => name in then && then[name] !== here[name]);
  return names.map((name) => escaped(`  recorded with ${name} ${then[name]}, replayed with ${here[name]}`));
}

const isoOf = (atMs: number) => new Date(atMs).toISOString();

function spanOf(fromMs: number, toMs: number): string {
  const seconds = Math.max(0, toMs - fromMs) / 1_000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes} min ${Math.round(seconds % 60)} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
