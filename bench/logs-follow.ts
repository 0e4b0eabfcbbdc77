/** What following costs: 200 logs written line by line, by followers and by a bare HTTP client, in turns. */
import { fileURLToPath } from 'node:url';
import { column, type Benchmark, type Findings, type Given } from './benchmark.ts';
import type { FollowCosts, FollowRun } from './logs-follow-reader.ts';
import { Child } from './support/child.ts';
import type { LogServerRequest } from './support/log-server.ts';
import { ratios } from './support/statistics.ts';

const streams = 200;
const linesPerStream = 2_000;
const serverProgram = fileURLToPath(new URL('support/log-server.ts', import.meta.url));
const readerProgram = fileURLToPath(new URL('logs-follow-reader.ts', import.meta.url));

export const logsFollow: Benchmark = {
  name: 'follow',
  purpose: 'following 200 logs that are written line by line, against a bare HTTP reader',
  needsKubernetes: false,
  run,
};

async function run({ repetitions, signal, progress }: Given): Promise<Findings> {
  const bare: FollowCosts[] = [];
  const followers: FollowCosts[] = [];
  await using server = new Child([serverProgram]);
  const served: LogServerRequest = { linesPerStream };
  const origin = await server.ask<string>(served, signal);
  for (let repetition = 1; repetition <= repetitions; repetition++) {
    for (const [costs, reader] of [
      [bare, 'bare'],
      [followers, 'follower'],
    ] as const) {
      progress.step(`follow: ${reader}, repetition ${repetition} of ${repetitions}`);
      await using child = new Child([readerProgram]);
      const request: FollowRun = { reader, origin, streams, linesPerStream };
      costs.push(await child.ask<FollowCosts>(request, signal));
    }
  }
  const bareRate = column(bare, 'linesPerSecond');
  const rate = column(followers, 'linesPerSecond');
  return {
    setup: { streams, 'lines a stream': linesPerStream, 'bytes a line': 126, 'lines a chunk': 1 },
    rows: [
      { what: 'bare HTTP reader', unit: 'lines/s', values: bareRate },
      { what: 'followers', unit: 'lines/s', values: rate },
      { what: 'followers over bare', unit: '×', values: ratios(rate, bareRate), aim: { atLeast: 0.5 } },
      { what: 'CPU, bare HTTP reader', unit: 'µs/line', values: column(bare, 'cpuUsPerLine') },
      { what: 'CPU, followers', unit: 'µs/line', values: column(followers, 'cpuUsPerLine') },
    ],
  };
}
