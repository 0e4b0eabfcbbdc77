/**
 * `npm run soak`: the built program under load for minutes or hours, and whether it grows.
 *
 * One line every ten seconds on stdout, the slopes at the end. Ends with 0 where nothing grows without bound, 1 where
 * something does or a command failed, 2 on a wrong command line, 130 on Ctrl-C.
 */
import { randomInt } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { describeHost } from '../../bench/support/host.ts';
import { asLine, heading } from './sample.ts';
import { soak, type SoakFindings } from './soak.ts';
import type { Trend } from './trend.ts';
import { interruptedCode, untilInterrupted, whole } from '../support/long-run.ts';

const exitCode = { steady: 0, growing: 1, usage: 2, interrupted: interruptedCode } as const;

interface Options {
  readonly minutes: number;
  readonly clients: number;
  readonly json?: string;
}

const help = `
Environment:
  KUBECONFIG  a cluster with a node, in which a namespace of its own is made and removed; without it, the embedded one

Exit codes: 0 nothing grows without bound; 1 something does, or a command failed; 2 a wrong command line; 130 Ctrl-C.
`;

await new Command('npm run soak --')
  .description('Runs Ottoscaler under load with churn, and measures whether it grows.')
  .option('--minutes <number>', 'for how long', whole(1, 10_000), 120)
  .option('--clients <number>', 'commands under way at a time', whole(1, 50), 6)
  .option('--json <file>', 'also writes the findings as JSON')
  .helpOption('-h, --help', 'this text')
  .addHelpText('after', help)
  .exitOverride((error) => process.exit(error.exitCode === 0 ? exitCode.steady : exitCode.usage))
  .action(async (options: Options) => {
    process.exitCode = await main(options);
  })
  .parseAsync();
process.exit();

async function main({ minutes, clients, json }: Options): Promise<number> {
  const signal = untilInterrupted('soak');
  const host = describeHost();
  console.log(heading);
  try {
    const found = await soak({
      minutes,
      clients,
      seed: randomInt(2 ** 31),
      signal,
      sampled: (sample, commands) => console.log(asLine(sample, commands)),
    });
    console.log(asText(found));
    if (json !== undefined) await writeFile(json, `${JSON.stringify({ host, ...found }, undefined, 2)}\n`);
    return found.passed ? exitCode.steady : exitCode.growing;
  } catch (error) {
    if (signal.aborted) return exitCode.interrupted;
    console.error(`soak: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return exitCode.growing;
  }
}

function asText(found: SoakFindings): string {
  const { rssMbPerHour, liveHeapMbPerHour, fdsPerHour, actorsPerHour, loopP99Ms, actorsAtRest } = found;
  const slope = (what: string, { perHour, errorPerHour, mean }: Trend) =>
    `${what}: ${perHour.toFixed(1)} ± ${errorPerHour.toFixed(1)} an hour, around ${mean.toFixed(1)}`;
  return [
    '',
    `${found.minutes} minutes on ${found.cluster}: ${found.commands} commands, ${found.visits} visits of other clients, ${found.watchesCut} watches cut`,
    'Slopes of the second half, by least squares:',
    `  ${slope('RSS in MB', rssMbPerHour)}`,
    `  ${slope('live heap in MB', liveHeapMbPerHour)}`,
    `  ${slope('file descriptors', fdsPerHour)}`,
    `  ${slope('actors', actorsPerHour)}`,
    `Loop delay p99 of ten seconds: median ${loopP99Ms.median.toFixed(1)} ms, at most ${loopP99Ms.max.toFixed(1)} ms`,
    `Actors at rest: ${actorsAtRest.before} before, ${actorsAtRest.after} after`,
    ...found.problems,
    found.passed ? 'Nothing grows without bound.' : 'NOT steady.',
  ].join('\n');
}
