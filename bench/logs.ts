/**
 * All the way: 200 logs of an API server, followed, spooled, relayed, acknowledged by otto-handler in a process of its
 * own; beside what bounds it, a bare HTTP reader and raw grpc-js batches.
 */
import { fileURLToPath } from 'node:url';
import { column, type Benchmark, type Findings, type Given } from './benchmark.ts';
import type { FollowCosts, FollowRun } from './logs-follow-reader.ts';
import type { PipeCosts, PipeRun } from './logs-pipe.ts';
import type { SendCosts, SendRun } from './logs-relay-sender.ts';
import { Child } from './support/child.ts';
import type { LogServerRequest } from './support/log-server.ts';
import { percentile, ratios } from './support/statistics.ts';

const streams = 200;
const linesPerStream = 2_000;
/** Of all streams together, where delays are measured. */
const pacedLinesPerSecond = 10_000;
const pacedLinesPerStream = 250;
const program = (file: string) => fileURLToPath(new URL(file, import.meta.url));

export const logs: Benchmark = {
  name: 'logs',
  purpose: 'log lines from an API server to acknowledged by otto-handler, against its two ceilings',
  needsKubernetes: false,
  run,
};

async function run({ repetitions, signal, progress }: Given): Promise<Findings> {
  const whole: PipeCosts[] = [];
  const bare: FollowCosts[] = [];
  const raw: SendCosts[] = [];
  const delays: Array<{ p50: number; p99: number }> = [];
  for (let repetition = 1; repetition <= repetitions; repetition++) {
    const step = (what: string) => progress.step(`logs: ${what}, repetition ${repetition} of ${repetitions}`);
    step('bare HTTP reader');
    bare.push(await readBare(signal));
    step('raw batches');
    raw.push(await sendRaw(signal));
    step('all the way');
    whole.push((await pipe({ linesPerStream }, signal)).costs);
    step('delays');
    const linesPerSecond = pacedLinesPerSecond / streams;
    const { delaysMs } = await pipe({ linesPerStream: pacedLinesPerStream, linesPerSecond }, signal);
    delays.push({ p50: percentile(delaysMs, 0.5), p99: percentile(delaysMs, 0.99) });
  }
  const rate = column(whole, 'linesPerSecond');
  const ceiling = bare.map(({ linesPerSecond }, at) =>
    Math.min(linesPerSecond, raw[at]?.linesPerSecond ?? 0),
  );
  return {
    setup: {
      streams,
      'lines a stream': linesPerStream,
      'bytes a line': 126,
      processes: 'API server, Ottoscaler, otto-handler',
      'lines/s for the delays': pacedLinesPerSecond,
    },
    rows: [
      { what: 'followed → acknowledged', unit: 'lines/s', values: rate, aim: { atLeast: 100_000 } },
      { what: 'bare HTTP reader', unit: 'lines/s', values: column(bare, 'linesPerSecond') },
      { what: 'raw grpc-js batches, acknowledged', unit: 'lines/s', values: column(raw, 'linesPerSecond') },
      { what: 'over the lower of the two', unit: '×', values: ratios(rate, ceiling), aim: { atLeast: 0.5 } },
      { what: 'CPU of Ottoscaler', unit: 'µs/line', values: column(whole, 'cpuUsPerLine') },
      { what: 'CPU, bare HTTP reader', unit: 'µs/line', values: column(bare, 'cpuUsPerLine') },
      { what: 'CPU, raw batches', unit: 'µs/line', values: column(raw, 'cpuUsPerLine') },
      { what: 'RSS of Ottoscaler', unit: 'MB', values: column(whole, 'rssMb') },
      { what: 'written → received, p50', unit: 'ms', values: column(delays, 'p50'), aim: { atMost: 10 } },
      { what: 'written → received, p99', unit: 'ms', values: column(delays, 'p99') },
    ],
  };
}

async function readBare(signal: AbortSignal): Promise<FollowCosts> {
  await using server = new Child([program('support/log-server.ts')]);
  const origin = await server.ask<string>({ linesPerStream } satisfies LogServerRequest, signal);
  await using reader = new Child([program('logs-follow-reader.ts')]);
  return await reader.ask({ reader: 'bare', origin, streams, linesPerStream } satisfies FollowRun, signal);
}

async function sendRaw(signal: AbortSignal): Promise<SendCosts> {
  await using handler = new Child([program('logs-relay-handler.ts')]);
  const port = await handler.ask<number>('port', signal);
  await using sender = new Child([program('logs-relay-sender.ts')]);
  const lines = streams * linesPerStream;
  return await sender.ask({ contender: 'raw batches', port, lines, streams } satisfies SendRun, signal);
}

async function pipe(
  served: LogServerRequest,
  signal: AbortSignal,
): Promise<{ readonly costs: PipeCosts; readonly delaysMs: readonly number[] }> {
  await using server = new Child([program('support/log-server.ts')]);
  const origin = await server.ask<string>(served, signal);
  await using handler = new Child([program('logs-relay-handler.ts')]);
  const port = await handler.ask<number>('port', signal);
  await using ottoscaler = new Child([program('logs-pipe.ts')]);
  const request: PipeRun = { origin, port, streams, linesPerStream: served.linesPerStream };
  const costs = await ottoscaler.ask<PipeCosts>(request, signal);
  return { costs, delaysMs: await handler.ask<readonly number[]>('delays', signal) };
}
