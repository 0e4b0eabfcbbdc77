/** Lives in words. */
import Table from 'cli-table3';
import type { Coverage } from './coverage.ts';
import type { Life } from './life.ts';
import type { Kind, Moment } from './timeline.ts';
import type { Shrunk } from './shrink.ts';

export const replayCommand = (seed: number): string => `npm run sim -- --seed ${seed} --trace`;

const seconds = (ms: number) => `+${(ms / 1_000).toFixed(3)} s`.padStart(13);

export function tellViolations({ violations, startMs }: Life): string {
  return violations
    .map(
      ({ invariant, atMs, object, sentence }) =>
        `${seconds(atMs - startMs)}  ${invariant}: ${sentence} (${object})`,
    )
    .join('\n');
}

/** @param kinds what is told of it; everything where nothing is said */
export function tellTimeline({ timeline, startMs }: Life, kinds?: ReadonlySet<Kind>): string {
  return timeline
    .filter(({ kind }) => kinds === undefined || kinds.has(kind))
    .map((moment) => `${seconds(moment.atMs - startMs)}  ${lineOf(moment)}`)
    .join('\n');
}

const lineOf = ({ kind, text }: Moment) => `${kind.padEnd(7)}  ${text}`;

const withoutCalls: ReadonlySet<Kind> = new Set(['fault', 'caller', 'process', 'pod', 'log', 'event']);

export function tellFailure(life: Life, { life: shrunk, tried, before }: Shrunk): string {
  const faults = shrunk.injected.map(({ key, atMs }) => `${seconds(atMs - shrunk.startMs)}  fault ${key}`);
  return [
    `seed ${life.seed} broke ${life.violations.length} promises:`,
    tellViolations(life),
    '',
    `Replay it: ${replayCommand(life.seed)}`,
    '',
    `Shrunk from ${before} faults and acts to ${shrunk.elements.length} in ${tried} lives; it still breaks:`,
    tellViolations(shrunk),
    '',
    'What it takes:',
    ...faults,
    '',
    'What happens then:',
    tellTimeline(shrunk, withoutCalls),
  ].join('\n');
}

export function tellCoverage(coverage: Coverage): string {
  const table = new Table({ head: ['fault', 'what', 'injected', 'seeds'], style: { head: [], border: [] } });
  for (const [number, { what, injected, seeds }] of Object.entries(coverage.faults))
    table.push([number, what, injected, seeds]);
  const { written, received, repeated, marked, excused } = coverage.lines;
  const { added, carriedOut, deadLetters, lost } = coverage.events;
  const causes = Object.entries(excused).map(([cause, lines]) => `${lines} ${cause}`);
  const rate = (coverage.seeds / Math.max(coverage.seconds, 0.1)).toFixed(1);
  return [
    table.toString(),
    `${coverage.seeds} seeds, ${coverage.violations} violations, ${coverage.steps} steps, ` +
      `${(coverage.virtualSeconds / 3_600).toFixed(1)} h of virtual time in ${coverage.seconds} s (${rate} seeds/s); ` +
      `longest convergence ${coverage.longestConvergenceSeconds} s`,
    `lines of workers: ${written} written, ${received} received (${repeated} repetitions), ` +
      `${marked} marked as missing, excused: ${causes.join(', ') || 'none'}`,
    `events from Redis: ${added} added, ${carriedOut} commands of them carried out, ${deadLetters} dead letters, ` +
      `${lost} lost by Redis itself`,
  ].join('\n');
}
