/** The reading process of `bench/logs-follow.ts`: followers over the whole adapter, or a bare HTTP client. */
import { get } from 'node:http';
import { FollowPods } from '../src/logs/follow/follow-pods.ts';
import type { LineStore } from '../src/logs/store.ts';
import { systemClock, systemRandom } from '../src/programs/clock.ts';
import { answerParent } from './support/answer-parent.ts';
import { connectTo } from './support/connect-to.ts';

export interface FollowRun {
  readonly reader: 'bare' | 'follower';
  readonly origin: string;
  readonly streams: number;
  readonly linesPerStream: number;
}

export interface FollowCosts {
  readonly linesPerSecond: number;
  readonly cpuUsPerLine: number;
}

answerParent<FollowRun>(async (run) => {
  const read = run.reader === 'bare' ? readBare : readFollowed;
  const cpu = process.cpuUsage();
  const startedMs = performance.now();
  const lines = await read(run);
  const tookMs = performance.now() - startedMs;
  const { user, system } = process.cpuUsage(cpu);
  const expected = run.streams * run.linesPerStream;
  if (lines !== expected) throw new Error(`${lines} lines arrived, ${expected} were written`);
  const costs: FollowCosts = {
    linesPerSecond: (lines / tookMs) * 1000,
    cpuUsPerLine: (user + system) / lines,
  };
  return costs;
});

async function readBare({ origin, streams, linesPerStream }: FollowRun): Promise<number> {
  const one = (index: number): Promise<number> =>
    new Promise((resolve, reject) => {
      let lines = 0;
      get(`${origin}/pods/${index}/log?follow=true`, { agent: false }, (response) => {
        response.on('data', (chunk: Buffer) => {
          for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) lines += 1;
          if (lines < linesPerStream) return;
          response.destroy();
          resolve(lines);
        });
      }).on('error', reject);
    });
  const counts = await Promise.all(Array.from({ length: streams }, (_, index) => one(index)));
  return counts.reduce((sum, count) => sum + count, 0);
}

async function readFollowed({ origin, streams, linesPerStream }: FollowRun): Promise<number> {
  const cluster = await connectTo(origin);
  const all = streams * linesPerStream;
  const { promise, resolve } = Promise.withResolvers<void>();
  let lines = 0;
  const store: LineStore = {
    append: (some) => {
      lines += some.length;
      if (lines === all) resolve();
      return Promise.resolve();
    },
    markOf: () => undefined,
    forget: () => {},
  };
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  const deps = { store, clock: systemClock, random: systemRandom, log };
  const pods = new FollowPods({ ...deps, pods: cluster.pods, followsMax: streams });
  for (let index = 0; index < streams; index += 1) {
    const podName = `pod-${index}`;
    const worker = {
      workerId: podName,
      taskId: 'bench',
      pipelineId: '',
      stageId: '',
      podName,
      podUid: podName,
      namespace: 'bench',
      nodeName: '',
      createdAt: '',
      labels: {},
    };
    pods.started({ container: 'worker', origin: worker });
  }
  await promise;
  void pods.stop().then(() => cluster.close());
  return lines;
}
