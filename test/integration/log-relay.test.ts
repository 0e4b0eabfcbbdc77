/** The relay and a real gRPC server in the handler's place: whatever it answers, every line arrives or is marked. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Relay, type RelayOptions } from '../../src/logs/relay/relay.ts';
import { SpoolFiles } from '../../src/logs/spool/spool-files.ts';
import { Spool } from '../../src/logs/spool/spool.ts';
import { systemClock, systemRandom } from '../../src/programs/clock.ts';
import { createHandlerClient, type HandlerClient } from '../../src/rpc/handler/handler-client.ts';
import { linesOf, originOf, quietLog, streamOf } from '../support/log-lines.ts';
import { ModelDisk, Platter } from '../support/model-disk.ts';
import { acknowledge, ScriptedHandler, seqOf, tally } from '../support/scripted-handler.ts';
import { until } from '../support/until.ts';

let handler: ScriptedHandler;
let client: HandlerClient;
let store: Spool;
let relay: Relay;
let platter: Platter;

const workers = ['a', 'b', 'c', 'd'] as const;

beforeEach(async () => {
  handler = new ScriptedHandler();
  platter = new Platter();
  await handler.start();
  client = createHandlerClient(handler.address);
  const files = await SpoolFiles.open(new ModelDisk(platter), 4 * 2 ** 20);
  store = Spool.open(files, {
    clock: systemClock,
    log: quietLog,
    memoryBytesMax: 2 ** 20,
    spillAfterMs: 200,
    checkpointEveryMs: 200,
  });
});

afterEach(async () => {
  await relay.close(0);
  client.close();
  handler.kill();
  await store.close();
});

function startRelay(options: Partial<RelayOptions> = {}): void {
  relay = new Relay({
    store,
    link: client,
    clock: systemClock,
    // Half of every pause is chance.
    random: () => 0,
    log: quietLog,
    ...options,
  });
}

async function append(count: number, from = 1): Promise<void> {
  for (let first = from; first < from + count; first += 50)
    for (const worker of workers)
      await store.append(linesOf(originOf(worker), first, Math.min(50, from + count - first)));
}

/** Until every stream's numbers are told up to the last. */
async function untilTold(lastSeq: number, streams: readonly string[] = workers.map(streamOf)): Promise<void> {
  const isTold = (stream: string) => seqOf(handler.keptOf(stream).at(-1)) === lastSeq;
  await until(`every stream told up to ${lastSeq}`, () => streams.every(isTold), {
    timeoutMs: 30_000,
    seen: () => JSON.stringify([relay.counts, store.counts]),
  });
}

function expectWhole(lines: number): void {
  for (const worker of workers)
    expect(tally(handler.keptOf(streamOf(worker)))).toEqual({
      lines,
      marked: 0,
      unnoticed: 0,
      lastSeq: lines,
    });
}

describe('the relay', () => {
  it('brings every line in order, many a message, and the store forgets them', async () => {
    startRelay();
    await append(2_000);
    await untilTold(2_000);
    expectWhole(2_000);
    expect(handler.messages).toBeLessThan(handler.entries / 4);
    expect(relay.counts.mode).toBe('batches');
    await until('an empty store', () => store.cursor === store.end);
  });

  it('tells what is known of a line and its worker', async () => {
    startRelay();
    const origin = { ...originOf('a'), pipelineId: 'run', stageId: 'build' };
    await store.append([{ ...linesOf(origin, 1, 1)[0]!, source: 'stderr', level: 'ERROR', text: 'ä€😀' }]);
    await untilTold(1, [streamOf('a')]);
    expect(handler.keptOf(streamOf('a'))[0]).toMatchObject({
      worker_id: 'a',
      task_id: 'task',
      timestamp: '2026-01-01T00:00:00.000000001Z',
      level: 'ERROR',
      source: 'stderr',
      message: 'ä€😀',
      pod_metadata: {
        pod_name: 'pod-a',
        namespace: 'default',
        node_name: 'node',
        labels: { app: 'otto-agent' },
      },
      metadata: {
        'otto.seq': '1',
        'otto.stream': streamOf('a'),
        'otto.pipeline': 'run',
        'otto.stage': 'build',
      },
    });
  });

  it('sends line by line to a handler that knows no batches', async () => {
    handler.kill();
    handler.takesBatches = false;
    await handler.start();
    startRelay();
    await append(200);
    await untilTold(200);
    expectWhole(200);
    expect(relay.counts.mode).toBe('lines');
    expect(handler.messages).toBe(handler.entries);
  });

  it('sends again what is wanted again, in order, while other workers go on', async () => {
    let refusals = 0;
    handler.script = (arrival) => {
      const isWanted = arrival.entries.some(({ worker_id: worker }) => worker === 'a');
      if (isWanted && refusals++ < 4) return { status: 'RETRY', sequence: arrival.number };
      return acknowledge(arrival);
    };
    startRelay();
    await append(500);
    await untilTold(500, ['b', 'c', 'd'].map(streamOf));
    await untilTold(500);
    expectWhole(500);
    expect(handler.duplicates).toBe(0);
  });

  it('gives up what is wanted again too often, and says so in its place', async () => {
    handler.script = (arrival) => {
      const isPoison = arrival.entries.some(({ message }) => message === 'a says 10');
      return isPoison ? { status: 'RETRY', sequence: arrival.number } : acknowledge(arrival);
    };
    startRelay({ limits: { triesMax: 3, messageLinesMax: 20 } });
    await append(200);
    await untilTold(200);
    const told = tally(handler.keptOf(streamOf('a')));
    expect(told.unnoticed).toBe(0);
    expect(told.marked).toBeGreaterThan(0);
    expect(told.lines + told.marked).toBe(200);
    expect(relay.counts.givenUpLines).toBe(told.marked);
  });

  it('gives up what is dropped, and marks how many lines those were', async () => {
    handler.script = (arrival) =>
      arrival.number <= 3 ? { status: 'DROP', sequence: arrival.number } : acknowledge(arrival);
    startRelay();
    await append(300);
    await untilTold(300);
    const told = workers.map((worker) => tally(handler.keptOf(streamOf(worker))));
    expect(told.map(({ unnoticed }) => unnoticed)).toEqual([0, 0, 0, 0]);
    expect(told.reduce((sum, { marked }) => sum + marked, 0)).toBe(relay.counts.givenUpLines);
    expect(relay.counts.givenUpLines).toBeGreaterThan(0);
  });

  it('counts answers to nothing and answers that come twice, and changes nothing by them', async () => {
    handler.script = ({ number }) => [
      { status: 'ACK', sequence: number + 1_000_000 },
      { status: 'DROP', sequence: 0 },
      { status: 'RETRY', sequence: -1 },
      { status: 'ACK', sequence: number },
      { status: 'DROP', sequence: number },
    ];
    startRelay();
    await append(500);
    await untilTold(500);
    expectWhole(500);
    await until('all answers', () => relay.counts.repeatedAnswers === handler.messages);
    expect(relay.counts.unknownAnswers).toBe(3 * handler.messages);
  });

  it('goes on at once after a negative throttle', async () => {
    handler.script = ({ number }) => ({ status: 'ACK', sequence: number, throttle_ms: -1 });
    startRelay();
    await append(500);
    await untilTold(500);
    expect(relay.counts.throttled).toBe(0);
  });

  it('holds no more than its window for a handler that never answers, and connects again', async () => {
    handler.script = () => undefined;
    startRelay({ answerWithinMs: 400, limits: { linesMax: 1_000 } });
    const appended = append(5_000);
    await until('another connection', () => relay.counts.reconnects >= 2);
    // One portion of the store is taken as a whole.
    expect(relay.counts.windowLines).toBeLessThanOrEqual(1_000 + 1_024);
    expect(handler.kept.size).toBe(0);
    handler.script = acknowledge;
    await appended;
    await untilTold(5_000);
    expectWhole(5_000);
  });

  it('goes on where it was when the handler is killed and started again, again and again', async () => {
    startRelay();
    for (let round = 0; round < 4; round++) {
      await append(1_000, 1 + round * 1_000);
      handler.kill();
      await handler.start();
    }
    await untilTold(4_000);
    expectWhole(4_000);
    expect(relay.counts.reconnects).toBeGreaterThan(0);
  });

  it('does not send again after a restart what was acknowledged', async () => {
    startRelay({ random: systemRandom });
    await append(1_000);
    await untilTold(1_000);
    await relay.close(1_000);
    await store.close();
    const files = await SpoolFiles.open(new ModelDisk(platter), 4 * 2 ** 20);
    const options = { memoryBytesMax: 2 ** 20, spillAfterMs: 200, checkpointEveryMs: 200 };
    store = Spool.open(files, { ...options, clock: systemClock, log: quietLog });
    startRelay();
    await append(100, 1_001);
    await untilTold(1_100);
    expectWhole(1_100);
    expect(handler.duplicates).toBe(0);
  });
});
