/**
 * `npm run sim`: lives of many seeds, or one that is told in full.
 *
 * Exit code 0: every promise held; 1: one was broken, or a life was not the same twice; 2: it was called wrongly.
 */
import { writeFileSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { corpus } from './seeds/corpus.ts';
import { CoverageCount } from './seeds/coverage.ts';
import { live } from './seeds/life.ts';
import { tellCoverage, tellFailure, tellTimeline, tellViolations } from './seeds/report.ts';
import { shrink } from './seeds/shrink.ts';

interface Options {
  readonly seeds: number;
  readonly first: number;
  readonly seed?: number;
  readonly trace?: true;
  readonly minutes?: number;
  readonly twice?: true;
  readonly json?: string;
}

/** Failures that are shrunk and told; more say nothing new. */
const toldMax = 5;

function whole(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError('Not a whole number.');
  return value;
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('Not a number above 0.');
  return value;
}

const program = new Command('npm run sim --')
  .description('Lives through many seeds of faults in a simulated cluster, and judges each.')
  .option('--seeds <count>', 'how many seeds', whole, 100)
  .option('--first <seed>', 'the first of them', whole, 1)
  .option('--seed <seed>', 'this one alone', whole)
  .option('--trace', 'tells everything that happens in each life')
  .option('--minutes <minutes>', 'ends after so long, however many seeds were asked for', positive)
  .option('--twice', 'lives each seed twice: it must be the same life')
  .option('--json <file>', 'writes the coverage there too')
  .exitOverride();

async function simulate(options: Options): Promise<number> {
  const count = new CoverageCount();
  const beganMs = performance.now();
  const untilMs = beganMs + (options.minutes ?? Infinity) * 60_000;
  let isStopped = false;
  process.once('SIGINT', () => (isStopped = true));
  for (const seed of seedsOf(options)) {
    if (isStopped || performance.now() >= untilMs) break;
    // oxlint-disable-next-line no-await-in-loop -- lives share nothing but the processor
    await liveOne(seed, options, count);
    progress(count, options, performance.now() - beganMs);
  }
  clearProgress();
  const coverage = count.report(performance.now() - beganMs);
  console.log(tellCoverage(coverage));
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(coverage, null, 2)}\n`);
  if (count.failing.length > 0) console.log(`failing seeds: ${count.failing.join(', ')}`);
  return count.failing.length > 0 ? 1 : 0;
}

function* seedsOf({ seed, seeds, first }: Options): Generator<number> {
  if (seed !== undefined) return yield seed;
  for (const { seed: former, hasOutputs, hasEvents } of corpus) if (!hasOutputs && !hasEvents) yield former;
  for (let next = first; next < first + seeds; next++) yield next;
}

async function liveOne(seed: number, { trace, twice }: Options, count: CoverageCount): Promise<void> {
  const life = await live({ seed, isTold: trace === true });
  const again = twice ? await live({ seed }) : life;
  const isSame = again.hash === life.hash;
  const sentence = `the same seed was another life: ${life.hash.slice(0, 12)}, then ${again.hash.slice(0, 12)}`;
  const unlike = { invariant: 'I7', atMs: life.startMs, object: `seed ${seed}`, sentence } as const;
  const judged = isSame ? life : { ...life, violations: [...life.violations, unlike] };
  count.add(judged);
  if (trace) {
    clearProgress();
    console.log(`seed ${seed}, faults ${life.faults.join(', ')}`);
    console.log(tellTimeline(life));
    console.log(tellViolations(judged) || `${life.hash.slice(0, 12)}: every promise held`);
  }
  if (judged.violations.length === 0 || count.failing.length > toldMax) return;
  clearProgress();
  console.log(isSame ? tellFailure(life, await shrink(life)) : `seed ${seed}: ${sentence}`);
}

let toldAtMs = 0;

/** On a terminal one line that is written over; in a pipe a line now and then. */
function progress({ seeds, failing }: CoverageCount, { seeds: of, trace }: Options, ms: number): void {
  if (trace || ms - toldAtMs < (process.stdout.isTTY ? 100 : 10_000)) return;
  toldAtMs = ms;
  const line = `${seeds} of ${of} seeds, ${failing.length} failing, ${(seeds / (ms / 1_000)).toFixed(1)} seeds/s`;
  if (process.stdout.isTTY) process.stdout.write(`\r\u001b[K${line}`);
  else console.log(line);
}

function clearProgress(): void {
  if (process.stdout.isTTY) process.stdout.write('\r\u001b[K');
}

try {
  program.parse();
  process.exitCode = await simulate(program.opts<Options>());
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? 0 : 2;
}
