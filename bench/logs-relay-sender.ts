/**
 * The sender's part: lines from memory to acknowledged, once through our store and relay, once as raw grpc-js batches.
 *
 * A process of its own for each contender, so that its CPU time is all that it cost.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { credentials } from '@grpc/grpc-js';
import type { LineOrigin, WorkerLine } from '../src/logs/line.ts';
import { Relay } from '../src/logs/relay/relay.ts';
import { FileDisk } from '../src/logs/spool/file-disk.ts';
import { SpoolFiles } from '../src/logs/spool/spool-files.ts';
import { Spool } from '../src/logs/spool/spool.ts';
import { systemClock, systemRandom } from '../src/programs/clock.ts';
import { OttoHandlerLogServiceClient } from '../src/rpc/contract.ts';
import { createHandlerClient } from '../src/rpc/handler/handler-client.ts';
import { answerParent } from './support/answer-parent.ts';

export interface SendRun {
  readonly contender: 'relay' | 'raw batches' | 'raw lines';
  readonly port: number;
  readonly lines: number;
  readonly streams: number;
}

export interface SendCosts {
  readonly linesPerSecond: number;
  readonly cpuUsPerLine: number;
  readonly meanLinesPerMessage: number;
  readonly diskBytes: number;
}

const rawBatchLines = 256;
const rawInFlightMax = 64;
/** As a follower reads them: some lines of one container at a time. */
const offeredLines = 64;
const text = 'a line of output as builds and tests write it, neither short nor long: 0123456789';
const log = { debug() {}, info() {}, warn() {}, error() {} };

function originOf(index: number): LineOrigin {
  const name = `otto-bench-${index}`;
  return {
    workerId: name,
    taskId: 'bench',
    pipelineId: '',
    stageId: '',
    podName: name,
    podUid: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    namespace: 'default',
    nodeName: 'node-1',
    createdAt: '2026-01-01T00:00:00Z',
    labels: { app: 'otto-agent', 'managed-by': 'ottoscaler' },
  };
}

function linesOf(origin: LineOrigin, first: number, count: number): WorkerLine[] {
  const stream = `${origin.podUid}/worker`;
  return Array.from({ length: count }, (_, index) => ({
    origin,
    stream,
    seq: first + index,
    time: '2026-01-01T00:00:00.123456789Z',
    source: 'stdout',
    level: 'INFO',
    text,
  }));
}

async function throughRelay({
  port,
  lines,
  streams,
}: SendRun): Promise<Omit<SendCosts, 'linesPerSecond' | 'cpuUsPerLine'>> {
  const folder = await mkdtemp(join(tmpdir(), 'ottoscaler-bench-spool-'));
  const client = createHandlerClient(`127.0.0.1:${port}`);
  const files = await SpoolFiles.open(new FileDisk(folder), 256 * 2 ** 20);
  const bounds = { memoryBytesMax: 32 * 2 ** 20, spillAfterMs: 1_000, checkpointEveryMs: 1_000 };
  const store = Spool.open(files, { ...bounds, clock: systemClock, log });
  const relay = new Relay({ store, link: client, clock: systemClock, random: systemRandom, log });
  const origins = Array.from({ length: streams }, (_, index) => originOf(index));
  let diskBytes = 0;
  for (let first = 1; first <= lines / streams; first += offeredLines) {
    for (const origin of origins) {
      const count = Math.min(offeredLines, lines / streams - first + 1);
      const mark = { stream: `${origin.podUid}/worker`, seq: first + count - 1, state: first };
      await store.append(linesOf(origin, first, count), mark);
    }
    // As reading from sockets would let others run.
    await new Promise(setImmediate);
    diskBytes = Math.max(diskBytes, store.counts.diskBytes);
  }
  while (store.cursor < store.end) await new Promise((resolve) => setTimeout(resolve, 1));
  const { acks } = relay.counts;
  await relay.close(0);
  client.close();
  await store.close();
  await rm(folder, { recursive: true });
  return { meanLinesPerMessage: lines / acks, diskBytes };
}

/** What grpc-js does with the same entries and its own serializer, and nothing else around it. */
async function raw({
  port,
  lines,
  streams,
  contender,
}: SendRun): Promise<Omit<SendCosts, 'linesPerSecond' | 'cpuUsPerLine'>> {
  const options = { 'grpc.enable_retries': 0, 'grpc.enable_channelz': 0 };
  const client = new OttoHandlerLogServiceClient(`127.0.0.1:${port}`, credentials.createInsecure(), options);
  const isBatched = contender === 'raw batches';
  const size = isBatched ? rawBatchLines : 1;
  const inFlightMax = isBatched ? rawInFlightMax : 4_096;
  const messages = Math.ceil(lines / size);
  const origins = Array.from({ length: streams }, (_, index) => originOf(index));
  const entriesOf = (message: number) => {
    const origin = origins[message % streams] ?? originOf(0);
    return linesOf(origin, message * size + 1, size).map((line) => ({
      worker_id: origin.workerId,
      task_id: origin.taskId,
      timestamp: line.time,
      level: line.level,
      source: line.source,
      message: line.text,
      metadata: { 'otto.seq': String(line.seq), 'otto.stream': line.stream },
    }));
  };
  const done = Promise.withResolvers<void>();
  let sent = 0;
  let answered = 0;
  const batches = isBatched ? client.forwardWorkerLogBatches() : undefined;
  const single = isBatched ? undefined : client.forwardWorkerLogs();
  const call = batches ?? single;
  let hasRoom = true;
  const fill = () => {
    while (hasRoom && sent < messages && sent - answered < inFlightMax) {
      const entries = entriesOf(sent++);
      hasRoom = batches ? batches.write({ entries }) : (single?.write(entries[0] ?? {}) ?? true);
    }
  };
  call?.on('drain', () => {
    hasRoom = true;
    fill();
  });
  call?.on('data', () => {
    answered++;
    if (answered === messages) done.resolve();
    else fill();
  });
  call?.on('error', done.reject);
  fill();
  await done.promise;
  call?.end();
  client.close();
  return { meanLinesPerMessage: size, diskBytes: 0 };
}

async function send(run: SendRun): Promise<SendCosts> {
  const contend = run.contender === 'relay' ? throughRelay : raw;
  await contend({ ...run, lines: run.lines / 4 });
  const cpu = process.cpuUsage();
  const startMs = performance.now();
  const costs = await contend(run);
  const seconds = (performance.now() - startMs) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  return { ...costs, linesPerSecond: run.lines / seconds, cpuUsPerLine: (user + system) / run.lines };
}

answerParent<SendRun>(send);
