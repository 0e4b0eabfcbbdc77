/**
 * What otto-agent costs the command that it runs, and how fast it pushes.
 *
 * The command's own duration is taken inside the command, around its work; the whole takes in the agent's start
 * and, with a server, its end. The server is a bare grpc-js one in a process of its own that answers each line.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Benchmark, Findings, Given } from './benchmark.ts';
import type { LogServerReport } from './logs-agent-server.ts';
import { Child } from './support/child.ts';
import { ratios } from './support/statistics.ts';

const agent = fileURLToPath(new URL('../src/agent/otto-agent.ts', import.meta.url));
const serverProgram = fileURLToPath(new URL('logs-agent-server.ts', import.meta.url));
const absent = '127.0.0.1:1';
const work = { lines: 200, everyMs: 10 };
const million = 1_000_000;

/** Lines at a steady pace with some work between them, and how long that took, on its last line. */
const worker = `const start = performance.now(); let n = 0;
  const t = setInterval(() => { for (let i = 0, x = 0; i < 2e6; i++) x += i % 7;
    console.log('line ' + ++n);
    if (n === ${work.lines}) { clearInterval(t); console.log('took ' + (performance.now() - start)); } }, ${work.everyMs});`;

const flood = `let n = 0; const more = () => { let text = '';
  for (let i = 0; i < 1000 && n < ${million}; i++) text += 'line ' + ++n + '\\n';
  if (text) process.stdout.write(text, more); }; more();`;

export const logsAgent: Benchmark = {
  name: 'logs-agent',
  purpose: 'what otto-agent costs the command that it runs, and how fast it pushes its lines',
  needsKubernetes: false,
  run,
};

interface Run {
  /** The command's own, in s. */
  readonly own: number;
  readonly whole: number;
}

async function run({ repetitions, signal, progress }: Given): Promise<Findings> {
  await using server = new Child([serverProgram]);
  const { port } = await server.ask<{ port: number }>('listen', signal);
  const endpoint = `127.0.0.1:${port}`;
  const alone: Run[] = [];
  const without: Run[] = [];
  const withServer: Run[] = [];
  const rates: number[] = [];
  const lost: number[] = [];
  const floods: number[] = [];
  const bareFloods: number[] = [];
  for (let repetition = 1; repetition <= repetitions; repetition++) {
    const step = (what: string) => progress.step(`logs-agent: ${what}, ${repetition} of ${repetitions}`);
    step('alone');
    alone.push(await runOnce([process.execPath, '-e', worker], '', signal));
    step('server absent');
    without.push(
      await runOnce([process.execPath, agent, '--', process.execPath, '-e', worker], absent, signal),
    );
    step('server present');
    withServer.push(
      await runOnce([process.execPath, agent, '--', process.execPath, '-e', worker], endpoint, signal),
    );
    step('a million lines alone');
    bareFloods.push((await runOnce([process.execPath, '-e', flood], '', signal)).whole);
    step('a million lines');
    await server.ask('reset', signal);
    const flooding = [
      agent,
      '--buffer',
      '128',
      '--flush-timeout',
      '10m',
      '--',
      process.execPath,
      '-e',
      flood,
    ];
    floods.push((await runOnce([process.execPath, ...flooding], endpoint, signal)).whole);
    const report = await server.ask<LogServerReport>('report', signal);
    rates.push(report.inOrder / report.seconds);
    lost.push(million - report.inOrder);
  }
  const own = (runs: readonly Run[]) => runs.map((one) => one.own);
  const whole = (runs: readonly Run[]) => runs.map((one) => one.whole);
  return {
    setup: {
      command: `${work.lines} lines, one every ${work.everyMs} ms with some ms of work`,
      million: 'as fast as Node writes, all kept in memory until they are pushed, window 2,000',
      server: 'bare grpc-js in another process, one answer a line',
    },
    rows: [
      { what: "command's own duration, alone", unit: 's', values: own(alone) },
      {
        what: "command's own, server absent / alone",
        unit: '×',
        values: ratios(own(without), own(alone)),
        aim: { atMost: 1.05 },
      },
      {
        what: "command's own, server present / alone",
        unit: '×',
        values: ratios(own(withServer), own(alone)),
        aim: { atMost: 1.05 },
      },
      { what: 'whole, alone', unit: 's', values: whole(alone) },
      { what: 'whole, server absent', unit: 's', values: whole(without) },
      { what: 'whole, server present', unit: 's', values: whole(withServer) },
      { what: 'a million lines, alone', unit: 's', values: bareFloods },
      { what: 'a million lines, pushed to the end', unit: 's', values: floods },
      { what: 'pushed and answered', unit: 'lines/s', values: rates },
      { what: 'of a million: not received in order', unit: 'lines', values: lost, aim: { atMost: 0 } },
    ],
  };
}

/** @param endpoint '' = none */
async function runOnce(args: readonly string[], endpoint: string, signal: AbortSignal): Promise<Run> {
  const [file = '', ...rest] = args;
  const startMs = performance.now();
  const child = spawn(file, rest, {
    env: { ...process.env, OTTO_WORKER_ID: 'bench', OTTO_LOG_ENDPOINT: endpoint },
    stdio: ['ignore', 'pipe', 'inherit'],
    signal,
  });
  let tail = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (tail = (tail + text).slice(-200)));
  await once(child, 'close');
  const [, own = '0'] = /took ([\d.]+)/.exec(tail) ?? [];
  return { own: Number(own) / 1_000, whole: (performance.now() - startMs) / 1_000 };
}
