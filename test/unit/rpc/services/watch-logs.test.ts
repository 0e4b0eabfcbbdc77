/** WatchLogs before a scripted pool, over real gRPC, with the real memory of newest lines. */
import { describe, expect, test, vi } from 'vitest';
import type { WorkerLine } from '../../../../src/logs/line.ts';
import { RecentLines } from '../../../../src/logs/recent/recent-lines.ts';
import type { WatchLogsRequest } from '../../../../src/rpc/generated/ottoscaler/v1/WatchLogsRequest.ts';
import type { WorkerLogEntry__Output } from '../../../../src/rpc/generated/ottoscaler/v1/WorkerLogEntry.ts';
import { lineOf, linesOf, originOf } from '../../../support/log-lines.ts';
import { scriptedPool, type ScriptedPool } from '../../../support/scripted-pool.ts';
import { serveScripted } from '../../../support/scripted-pool-server.ts';
import { failureOf } from '../../../support/workers.ts';

const a = originOf('a');
const b = originOf('b');
const task = { task_id: 'task' };
const atWork = (...workerIds: string[]) => ({ workerIds, mayGrow: false });

async function setUp(output: ScriptedPool['output'], bytesMax = 1024 * 1024) {
  const pool = scriptedPool();
  pool.output = output;
  const recent = new RecentLines(bytesMax);
  const served = await serveScripted(pool, recent);
  const watch = (request: WatchLogsRequest) => entriesOf(served.client.watchLogs(request));
  return { pool, recent, served, watch, [Symbol.asyncDispose]: () => served[Symbol.asyncDispose]() };
}

async function* entriesOf(
  batches: AsyncIterable<{ readonly entries: readonly WorkerLogEntry__Output[] }>,
): AsyncGenerator<WorkerLogEntry__Output> {
  for await (const { entries } of batches) yield* entries;
}

async function collect(entries: AsyncIterable<WorkerLogEntry__Output>): Promise<WorkerLogEntry__Output[]> {
  const found: WorkerLogEntry__Output[] = [];
  for await (const entry of entries) found.push(entry);
  return found;
}

async function messages(entries: AsyncIterable<WorkerLogEntry__Output>): Promise<string[]> {
  return (await collect(entries)).map(({ message }) => message);
}

/** @returns the next so many messages; the stream goes on */
async function next(entries: AsyncGenerator<WorkerLogEntry__Output>, count: number): Promise<string[]> {
  const found: string[] = [];
  for (let n = 0; n < count; n++) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const { value } = (await entries.next()) as IteratorYieldResult<WorkerLogEntry__Output>;
    found.push(value.message);
  }
  return found;
}

describe('what is there', () => {
  test('is streamed with the fields that otto-handler gets, and then the stream ends', async () => {
    await using bench = await setUp(atWork('a'));
    const run = { ...a, taskId: 'p', pipelineId: 'p', stageId: 'unit' };
    bench.recent.add([{ ...lineOf(run, 1, 'compiling…'), source: 'stderr', level: 'ERROR' }, lineOf(run, 4)]);
    const entries = await collect(bench.watch({ pipeline_id: 'p', stage_id: 'unit' }));
    expect(entries).toMatchObject([
      {
        worker_id: 'a',
        task_id: 'p',
        timestamp: '2026-01-01T00:00:00.000000001Z',
        level: 'ERROR',
        source: 'stderr',
        message: 'compiling…',
        pod_metadata: { pod_name: 'pod-a', namespace: 'default', node_name: 'node' },
        metadata: {
          'otto.seq': '1',
          'otto.stream': 'uid-a/worker',
          'otto.pipeline': 'p',
          'otto.stage': 'unit',
        },
      },
      {
        level: 'WARN',
        message: '2 lines are missing: Ottoscaler keeps the newest lines only',
        pod_metadata: null,
        metadata: {
          'otto.seq': '3',
          'otto.gap': 'not-kept',
          'otto.gap.lines': '2',
          'otto.gap.first': '2',
        },
      },
      { message: 'a says 4', metadata: { 'otto.seq': '4' } },
    ]);
  });

  test('is cut to the newest lines of each worker', async () => {
    await using bench = await setUp(atWork());
    bench.recent.add([...linesOf(a, 1, 5), ...linesOf(b, 1, 1)]);
    expect(await messages(bench.watch({ ...task, tail: 2 }))).toEqual(['a says 4', 'a says 5', 'b says 1']);
  });

  test('is all there is, however much, in messages that any client takes', async () => {
    await using bench = await setUp(atWork(), 64 * 1024 * 1024);
    const long = 'ł'.repeat(64 * 1024);
    const lines = Array.from({ length: 60 }, (_, index) => lineOf(a, index + 1, long));
    bench.recent.add([...lines, ...linesOf(a, 61, 5_000)]);
    const entries = await collect(bench.watch(task));
    expect(entries.map(({ metadata }) => Number(metadata['otto.seq']))).toEqual(
      Array.from({ length: 5_060 }, (_, index) => index + 1),
    );
    expect(entries[0]?.message).toBe(long);
  });

  test('is nothing of work that has written nothing, and not found where there is no such work', async () => {
    await using bench = await setUp(atWork('a'));
    expect(await messages(bench.watch(task))).toEqual([]);
    bench.pool.output = undefined;
    await expect(messages(bench.watch({ pipeline_id: 'p', stage_id: 'b' }))).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: 'stage_id "b" of pipeline_id "p": no such worker or run is known, and no line of it is kept',
    });
    bench.recent.add([lineOf(a, 1)]);
    expect(await messages(bench.watch(task))).toEqual(['a says 1']);
    expect(await messages(bench.watch({ ...task, follow: true }))).toEqual(['a says 1']);
  });
});

describe('following', () => {
  test('goes on with what is written, and ends when the last worker has ended, with its last line', async () => {
    await using bench = await setUp(atWork('a', 'b'));
    const entries = bench.watch({ ...task, follow: true });
    bench.recent.add([lineOf(a, 1)]);
    expect(await next(entries, 1)).toEqual(['a says 1']);
    bench.recent.add([lineOf(b, 1)]);
    expect(await next(entries, 1)).toEqual(['b says 1']);
    bench.recent.ended('a');
    bench.recent.add([lineOf(b, 2)]);
    expect(await next(entries, 1)).toEqual(['b says 2']);
    bench.recent.add([lineOf(b, 3)]);
    bench.recent.ended('b');
    expect(await messages(entries)).toEqual(['b says 3']);
    await vi.waitUntil(() => bench.pool.observers === 0);
  });

  test('stays while a command or a run may make more workers', async () => {
    await using bench = await setUp({ workerIds: [], mayGrow: true });
    const entries = bench.watch({ ...task, follow: true });
    const first = next(entries, 1);
    await vi.waitUntil(() => bench.pool.observers === 1);
    bench.recent.add([lineOf(a, 1)]);
    bench.recent.ended('a');
    expect(await first).toEqual(['a says 1']);
    bench.recent.add([lineOf(b, 1)]);
    expect(await next(entries, 1)).toEqual(['b says 1']);
    bench.pool.output = atWork();
    bench.pool.change();
    expect(await messages(entries)).toEqual([]);
  });

  test('ends where a worker is over for the pool, though nobody said that its output has ended', async () => {
    await using bench = await setUp(atWork('a'));
    bench.recent.add([lineOf(a, 1)]);
    const entries = bench.watch({ ...task, follow: true });
    expect(await next(entries, 1)).toEqual(['a says 1']);
    bench.pool.output = atWork();
    bench.pool.change();
    expect(await messages(entries)).toEqual([]);
  });

  test('leaves nothing behind when the reader goes away', async () => {
    await using bench = await setUp(atWork('a'));
    bench.recent.add([lineOf(a, 1)]);
    const close = vi.spyOn(bench.recent, 'close');
    const entries = bench.watch({ ...task, follow: true });
    await next(entries, 1);
    await entries.return(undefined);
    await vi.waitUntil(() => bench.pool.observers === 0);
    expect(close).toHaveBeenCalledOnce();
    expect(bench.served.report).not.toHaveBeenCalled();
  });

  test('ends as UNAVAILABLE with the server', async () => {
    await using bench = await setUp(atWork('a'));
    const failure = failureOf(messages(bench.watch({ ...task, follow: true })));
    await vi.waitUntil(() => bench.pool.observers === 1);
    await bench.served.server.close(1_000);
    expect(await failure).toMatchObject({ code: 'UNAVAILABLE' });
  });

  test('holds up nobody where the reader stands still, and tells it what it missed', async () => {
    const bytesMax = 256 * 1024;
    await using bench = await setUp(atWork('a'), bytesMax);
    const text = 'x'.repeat(1_000);
    const lines = (first: number, count: number): WorkerLine[] =>
      Array.from({ length: count }, (_, index) => lineOf(a, first + index, text));
    bench.recent.add(lines(1, 1));
    const entries = bench.watch({ ...task, follow: true });
    await entries.next();
    for (let first = 2; first < 20_002; first += 100) {
      bench.recent.add(lines(first, 100));
      // oxlint-disable-next-line no-await-in-loop -- the server may send what it can
      await new Promise(setImmediate);
      expect(bench.recent.bytes).toBeLessThanOrEqual(bytesMax);
    }
    bench.recent.ended('a');
    let last = 1;
    let missed = 0;
    for await (const { metadata } of entries) {
      const gap = Number(metadata['otto.gap.lines'] ?? 0);
      expect(Number(metadata['otto.gap.first'] ?? metadata['otto.seq'])).toBe(last + 1);
      last = Number(metadata['otto.seq']);
      missed += gap;
    }
    expect(last).toBe(20_001);
    expect(missed).toBeGreaterThan(10_000);
  });
});

test('a moment of a recording holds no output', async () => {
  const pool = scriptedPool();
  await using served = await serveScripted({
    ...pool,
    port: { ...pool.port, past: 'line 7 of a recording' },
  });
  await expect(messages(entriesOf(served.client.watchLogs(task)))).rejects.toMatchObject({
    code: 'FAILED_PRECONDITION',
    message: 'this Ottoscaler shows line 7 of a recording, which holds no output',
  });
});
