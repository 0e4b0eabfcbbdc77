/**
 * `npm run bench -- create actors latency job failover pipeline`: what Ottoscaler costs, side by side with its ceilings.
 *
 * The result goes to stdout, progress to stderr. Ctrl-C ends every process and removes every namespace; a
 * second one does not wait for that. Ends with 1 where a benchmark could not be run; a missed aim is a
 * finding, not an error.
 */
import { existsSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { actors } from './actors.ts';
import type { Benchmark } from './benchmark.ts';
import { create } from './create.ts';
import { failover } from './failover.ts';
import { inspect } from './inspect.ts';
import { job } from './job.ts';
import { latency } from './latency.ts';
import { logs } from './logs.ts';
import { logsRelay } from './logs-relay.ts';
import { logsAgent } from './logs-agent.ts';
import { logsFollow } from './logs-follow.ts';
import { record } from './record.ts';
import { page } from './page.ts';
import { pipeline } from './pipeline.ts';
import { recovery } from './recovery.ts';
import { redis } from './redis.ts';
import { describeHost } from './support/host.ts';
import { showProgress } from './support/progress.ts';
import { asJson, asTable, type Report } from './support/report.ts';

const benchmarks: readonly Benchmark[] = [
  create,
  actors,
  latency,
  job,
  recovery,
  failover,
  pipeline,
  record,
  inspect,
  redis,
  logs,
  logsFollow,
  logsAgent,
  logsRelay,
  page,
];
const interruptedCode = 130;

interface Options {
  readonly repetitions: number;
  readonly json: boolean;
}

await new Command('npm run bench --')
  .description('Measures Ottoscaler side by side with its ceilings.')
  .argument('[names...]', 'which benchmarks to run; all where none is named')
  .option('-r, --repetitions <number>', 'how often each contender is measured, in turns', wholeNumber, 5)
  .option('--json', 'the result as JSON', false)
  .helpOption('-h, --help', 'this text')
  .addHelpText('after', `\nBenchmarks:\n${benchmarks.map(describe).join('\n')}`)
  .action(async (names: string[], options: Options) => {
    process.exitCode = await main(names, options);
  })
  .parseAsync();
// Everything has been cleaned up; the deadlines of actors that were measured here would hold the process.
process.exit();

function describe({ name, purpose, needsKubernetes }: Benchmark): string {
  return `  ${name.padEnd(8)} ${purpose}${needsKubernetes ? ' (needs KUBECONFIG)' : ''}`;
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new InvalidArgumentError('write a whole number from 1 to 999.');
  return Number(text);
}

async function main(names: readonly string[], { repetitions, json }: Options): Promise<number> {
  const unknown = names.filter((name) => !benchmarks.some((one) => one.name === name));
  if (unknown.length > 0)
    return complain(`there is no benchmark ${unknown.join(', ')}; -h shows which there are`);
  const chosen = benchmarks.filter(({ name }) => names.length === 0 || names.includes(name));
  const kubeconfigPath = process.env['KUBECONFIG'] ?? '';
  const needy = chosen.filter(({ needsKubernetes }) => needsKubernetes).map(({ name }) => name);
  if (needy.length > 0 && !existsSync(kubeconfigPath)) {
    return complain(
      `${needy.join(', ')} need${needy.length > 1 ? '' : 's'} a Kubernetes: set KUBECONFIG to its file`,
    );
  }
  const signal = untilInterrupted();
  const progress = showProgress(process.stderr);
  const host = describeHost();
  const done: Array<Report['benchmarks'][number]> = [];
  try {
    for (const one of chosen) {
      const findings = await one.run({ repetitions, kubeconfigPath, signal, progress });
      done.push({ name: one.name, repetitions, ...findings });
    }
    return 0;
  } catch (error) {
    progress.end();
    if (signal.aborted) return interruptedCode;
    return complain(error instanceof Error ? (error.stack ?? error.message) : String(error));
  } finally {
    progress.end();
    // What has been measured is worth having, also where a later benchmark fails.
    const report = { host, benchmarks: done };
    if (done.length > 0) console.log(json ? asJson(report) : asTable(report));
  }
}

function complain(message: string): number {
  console.error(`bench: ${message}`);
  return 1;
}

function untilInterrupted(): AbortSignal {
  const abort = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (abort.signal.aborted) process.exit(interruptedCode);
      console.error('\nbench: cleaning up; once more to end at once');
      abort.abort(new Error(`interrupted by ${name}`));
    });
  }
  return abort.signal;
}
