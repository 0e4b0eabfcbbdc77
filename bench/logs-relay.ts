/** From the store to acknowledged by a handler in another process, against raw grpc-js with the same entries. */
import { fileURLToPath } from 'node:url';
import type { Benchmark, Findings, Given } from './benchmark.ts';
import type { SendCosts, SendRun } from './logs-relay-sender.ts';
import { Child } from './support/child.ts';
import { ratios } from './support/statistics.ts';

const lines = 800_000;
const streams = 200;
const contenders = ['relay', 'raw batches', 'raw lines'] as const;
const handlerProgram = fileURLToPath(new URL('logs-relay-handler.ts', import.meta.url));
const senderProgram = fileURLToPath(new URL('logs-relay-sender.ts', import.meta.url));

export const logsRelay: Benchmark = {
  name: 'logs-relay',
  purpose: 'log lines from the store to acknowledged, against raw grpc-js',
  needsKubernetes: false,
  run,
};

async function run({ repetitions, signal, progress }: Given): Promise<Findings> {
  const costs = new Map<string, SendCosts[]>(contenders.map((contender) => [contender, []]));
  for (let repetition = 1; repetition <= repetitions; repetition++) {
    for (const contender of contenders) {
      progress.step(`logs-relay: ${contender}, repetition ${repetition} of ${repetitions}`);
      await using handler = new Child([handlerProgram]);
      await using sender = new Child([senderProgram]);
      const port = await handler.ask<number>('port', signal);
      const count = contender === 'raw lines' ? lines / 8 : lines;
      const request: SendRun = { contender, port, lines: count, streams };
      costs.get(contender)?.push(await sender.ask<SendCosts>(request, signal));
    }
  }
  const of = (contender: (typeof contenders)[number], key: keyof SendCosts) =>
    (costs.get(contender) ?? []).map((one) => one[key]);
  return {
    setup: {
      lines,
      streams,
      'raw lines': `${lines / 8} lines`,
      text: '81 characters',
      'raw batches': '256 lines a message, 64 unanswered',
      disk: 'a new folder for each run',
    },
    rows: [
      {
        what: 'store → relay → acknowledged',
        unit: 'lines/s',
        values: of('relay', 'linesPerSecond'),
        aim: { atLeast: 100_000 },
      },
      {
        what: 'raw grpc-js batches, acknowledged',
        unit: 'lines/s',
        values: of('raw batches', 'linesPerSecond'),
      },
      {
        what: 'raw grpc-js, a line a message, acknowledged',
        unit: 'lines/s',
        values: of('raw lines', 'linesPerSecond'),
      },
      {
        what: 'relay / raw batches',
        unit: '×',
        values: ratios(of('relay', 'linesPerSecond'), of('raw batches', 'linesPerSecond')),
        aim: { atLeast: 0.5 },
      },
      { what: "CPU of the relay's process", unit: 'µs/line', values: of('relay', 'cpuUsPerLine') },
      { what: 'CPU of the raw batches’ process', unit: 'µs/line', values: of('raw batches', 'cpuUsPerLine') },
      { what: 'lines a message of the relay', unit: 'lines', values: of('relay', 'meanLinesPerMessage') },
      { what: 'most on the disk meanwhile', unit: 'bytes', values: of('relay', 'diskBytes') },
    ],
  };
}
