/**
 * The server's part in `bench/logs.ts`: all that lies between an API server and otto-handler, as the server composes
 * it, in a process of its own. Answers once every line is acknowledged.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { RecentLines } from '../src/logs/recent/recent-lines.ts';
import type { HandlerLink } from '../src/logs/relay/handler-link.ts';
import { FileDisk } from '../src/logs/spool/file-disk.ts';
import { systemClock, systemRandom } from '../src/programs/clock.ts';
import { openWorkerOutput } from '../src/programs/worker-output.ts';
import { createHandlerClient } from '../src/rpc/handler/handler-client.ts';
import { order, pod, running } from '../test/support/orders.ts';
import { answerParent } from './support/answer-parent.ts';
import { connectTo } from './support/connect-to.ts';

export interface PipeRun {
  /** Of the API server. */
  readonly origin: string;
  /** otto-handler's. */
  readonly port: number;
  readonly streams: number;
  readonly linesPerStream: number;
}

export interface PipeCosts {
  readonly linesPerSecond: number;
  readonly cpuUsPerLine: number;
  readonly rssMb: number;
}

const log = { debug() {}, info() {}, warn() {}, error() {} };

answerParent<PipeRun>(async ({ origin, port, streams, linesPerStream }) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'ottoscaler-bench-logs-'));
  const cluster = await connectTo(origin);
  const client = createHandlerClient(`127.0.0.1:${port}`);
  const all = streams * linesPerStream;
  const delivered = Promise.withResolvers<void>();
  const ports = {
    pods: cluster.pods,
    namespace: cluster.namespace,
    clock: systemClock,
    wallMs: () => systemClock.now(),
    random: systemRandom,
    log,
    spoolDisk: new FileDisk(folder),
    link: counting(client, all, delivered.resolve),
    recent: new RecentLines(64 * 2 ** 20),
  };
  const cpu = process.cpuUsage();
  const startedMs = performance.now();
  const output = await openWorkerOutput(ports, {
    spoolBytesMax: 2 ** 30,
    followsMax: streams,
    secretNames: [],
  });
  for (let index = 0; index < streams; index++) {
    const name = `pod-${index}`;
    const slot = { podName: name, index, attempt: 1 };
    output.witness.saw({ order: order(), slot, pod: { ...pod(running()), name, uid: name } });
  }
  await delivered.promise;
  const tookMs = performance.now() - startedMs;
  const { user, system } = process.cpuUsage(cpu);
  const rssMb = process.memoryUsage().rss / 1e6;
  await output.close(0);
  client.close();
  await cluster.close();
  await rm(folder, { recursive: true });
  return {
    linesPerSecond: (all / tookMs) * 1_000,
    cpuUsPerLine: (user + system) / all,
    rssMb,
  } satisfies PipeCosts;
});

/** @param done is called once so many lines are acknowledged */
function counting(link: HandlerLink, lines: number, done: () => void): HandlerLink {
  let left = lines;
  return {
    open(mode, events) {
      const sent: number[] = [];
      const stream = link.open(mode, {
        ...events,
        drained: () => events.drained(),
        ended: (end) => events.ended(end),
        answered: (answer) => {
          if (answer.status === 'ACK') left -= sent[answer.sequence - 1] ?? 0;
          events.answered(answer);
          if (left <= 0) done();
        },
      });
      return {
        send: (some) => {
          sent.push(some.length);
          return stream.send(some);
        },
        end: () => stream.end(),
        cancel: () => stream.cancel(),
      };
    },
  };
}
