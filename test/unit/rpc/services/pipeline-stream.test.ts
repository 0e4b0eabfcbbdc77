/**
 * ExecutePipeline and WatchPipeline before a scripted pool, over real gRPC.
 */
import { describe, expect, test, vi } from 'vitest';
import type { PipelineProgress__Output } from '../../../../src/rpc/generated/ottoscaler/v1/PipelineProgress.ts';
import { defaultLimits } from '../../../../src/rpc/validate/limits.ts';
import { validatePipeline } from '../../../../src/rpc/validate/pipeline.ts';
import {
  progressEvent,
  scriptedPool,
  ScriptedRun,
  type ScriptedPool,
} from '../../../support/scripted-pool.ts';
import { serveScripted } from '../../../support/scripted-pool-server.ts';
import { pipelineRequest, stageOf } from '../validate/requests.ts';

const request = { pipeline_id: 'p-1', stages: [stageOf()] };
const command = validatePipeline(pipelineRequest(request), defaultLimits);
const named = (message: string) => progressEvent({ message });

/** Everything a stream carries, and the error it ends with, if any. */
async function readAll(stream: AsyncIterable<PipelineProgress__Output>) {
  const messages: string[] = [];
  try {
    for await (const { message } of stream) messages.push(message);
    return { messages, error: undefined };
  } catch (error) {
    return { messages, error };
  }
}

/** A pool with the run `p-1`, whose ledger has answered. */
function poolWith(run: ScriptedRun): ScriptedPool {
  const pool = scriptedPool();
  pool.runs.set('p-1', run);
  return pool;
}

describe('submitting a run', () => {
  test('sends the command, waits for its ledger and carries every event to the end', async () => {
    const run = new ScriptedRun();
    const pool = scriptedPool((event, { runs }) => {
      if (event.type === 'pipeline.open') runs.set(event.opening.pipelineId, run);
    });
    await using served = await serveScripted(pool);
    const reading = readAll(served.client.executePipeline(request));
    await vi.waitUntil(() => run.observers === 1);
    expect(pool.sent).toEqual([
      { type: 'pipeline.open', opening: { kind: 'submit', pipelineId: 'p-1', command } },
    ]);
    run.open(command).tell(named('1')).tell(named('2'), named('3')).end('completed');
    expect(await reading).toEqual({ messages: ['1', '2', '3', ''], error: undefined });
    expect(run.observers).toBe(0);
  });

  test('attaches to the same content, from the event asked for on', { tags: ['G7', 'F61'] }, async () => {
    const run = new ScriptedRun().open(command).tell(named('1'), named('2'), named('3'));
    await using served = await serveScripted(poolWith(run));
    const stream = served.client.executePipeline({ ...request, after_sequence: 2 })[Symbol.asyncIterator]();
    expect(await stream.next()).toMatchObject({ value: { message: '3', sequence: 3 } });
    run.end('failed');
    expect(await stream.next()).toMatchObject({
      value: { status: 'STAGE_FAILED', sequence: 4, stage_id: '' },
    });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  test('is refused where the id was accepted with other content', async () => {
    const run = new ScriptedRun().open({ ...command, name: 'other' });
    await using served = await serveScripted(poolWith(run));
    expect(await readAll(served.client.executePipeline(request))).toMatchObject({
      messages: [],
      error: {
        code: 'ALREADY_EXISTS',
        message: 'pipeline_id "p-1" was accepted before with other content; choose another pipeline_id',
      },
    });
    expect(run.observers).toBe(0);
  });

  test.each([
    ['differs', 'ALREADY_EXISTS'],
    ['invalid', 'INVALID_ARGUMENT'],
    ['forbidden', 'FAILED_PRECONDITION'],
    ['precondition', 'FAILED_PRECONDITION'],
    ['exhausted', 'RESOURCE_EXHAUSTED'],
  ] as const)('that its ledger refuses as %s is %s', async (code, expected) => {
    const pool = scriptedPool((event, { runs }) => {
      const refusal = { kind: 'refused', code, reason: 'the reason' } as const;
      if (event.type === 'pipeline.open')
        runs.set('p-1', new ScriptedRun().change({ phase: 'refused', refusal }));
    });
    await using served = await serveScripted(pool);
    expect(await readAll(served.client.executePipeline(request))).toMatchObject({
      error: { code: expected, message: 'the reason' },
    });
  });

  test('that breaks a rule never reaches the pool', async () => {
    const pool = scriptedPool();
    await using served = await serveScripted(pool);
    const cyclic = { ...request, stages: [stageOf({ depends_on: ['build'] })] };
    expect(await readAll(served.client.executePipeline(cyclic))).toMatchObject({
      error: { code: 'INVALID_ARGUMENT', message: 'stages[0].depends_on: "build" is the stage itself' },
    });
    expect(await readAll(served.client.executePipeline({ ...request, after_sequence: -1 }))).toMatchObject({
      error: { code: 'INVALID_ARGUMENT', message: expect.stringMatching(/^after_sequence: -1/) },
    });
    expect(pool.sent).toEqual([]);
  });

  test.each(['recovering', 'draining'] as const)(
    'is UNAVAILABLE while the pool is %s',
    { tags: ['G11'] },
    async (state) => {
      const pool = scriptedPool();
      pool.state = state;
      await using served = await serveScripted(pool);
      expect(await readAll(served.client.executePipeline(request))).toMatchObject({
        error: { code: 'UNAVAILABLE' },
      });
      expect(pool.sent).toEqual([]);
    },
  );

  test('that meets somebody who only looked for it is asked for again', async () => {
    const looking = new ScriptedRun();
    const run = new ScriptedRun();
    const pool = scriptedPool((event, { runs }) => {
      if (event.type === 'pipeline.open' && !runs.has('p-1')) runs.set('p-1', run);
    });
    pool.runs.set('p-1', looking);
    await using served = await serveScripted(pool);
    const reading = readAll(served.client.executePipeline(request));
    await vi.waitUntil(() => looking.observers === 1);
    pool.runs.delete('p-1');
    looking.change({ phase: 'absent' });
    await vi.waitUntil(() => run.observers === 1);
    run.open(command).end('completed');
    expect(await reading).toEqual({ messages: [''], error: undefined });
    expect(looking.observers).toBe(0);
  });
});

describe('watching a run', () => {
  test('attaches and carries what an execution would', { tags: ['G7', 'G8'] }, async () => {
    const run = new ScriptedRun().open(command).tell(named('1')).end('cancelled');
    const pool = poolWith(run);
    await using served = await serveScripted(pool);
    expect(await readAll(served.client.watchPipeline({ pipeline_id: 'p-1' }))).toEqual({
      messages: ['1', ''],
      error: undefined,
    });
    expect(pool.sent).toEqual([{ type: 'pipeline.open', opening: { kind: 'attach', pipelineId: 'p-1' } }]);
  });

  test('after its last event ends at once', async () => {
    const run = new ScriptedRun().open(command).tell(named('1')).end('completed');
    await using served = await serveScripted(poolWith(run));
    const stream = served.client.watchPipeline({ pipeline_id: 'p-1', after_sequence: 2 });
    expect(await readAll(stream)).toEqual({ messages: [], error: undefined });
  });

  test('that is not there is NOT_FOUND', async () => {
    const pool = scriptedPool((_, { runs }) =>
      runs.set('p-9', new ScriptedRun().change({ phase: 'absent' })),
    );
    await using served = await serveScripted(pool);
    expect(await readAll(served.client.watchPipeline({ pipeline_id: 'p-9' }))).toMatchObject({
      error: {
        code: 'NOT_FOUND',
        message: 'pipeline_id: there is no run "p-9", or it ended more than 24 hours ago',
      },
    });
  });
});

describe('a stream', () => {
  test('loses no event, however they are bundled into changes', { tags: ['G7', 'F59', 'I12'] }, async () => {
    const run = new ScriptedRun().open(command);
    await using served = await serveScripted(poolWith(run));
    const readings = [0, 7, 50].map((after_sequence) =>
      readAll(served.client.watchPipeline({ pipeline_id: 'p-1', after_sequence })),
    );
    await vi.waitUntil(() => run.observers === 3);
    for (let index = 0; index < 200;) {
      const bundle = Array.from({ length: (index % 7) + 1 }, (_, offset) => named(String(index + offset)));
      run.tell(...bundle);
      index += bundle.length;
      // Sometimes the streams have written all before the next change, sometimes they have not.
      if (index % 3 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    run.end('completed');
    const wanted = run.progress.map(({ message }) => message);
    expect((await Promise.all(readings)).map(({ messages }) => messages)).toEqual([
      wanted,
      wanted.slice(7),
      wanted.slice(50),
    ]);
  });

  test(
    'holds one subscription however long it waits, and none once its reader has left',
    { tags: ['F58'] },
    async () => {
      const run = new ScriptedRun().open(command);
      await using served = await serveScripted(poolWith(run));
      const stream = served.client.watchPipeline({ pipeline_id: 'p-1' })[Symbol.asyncIterator]();
      for (let index = 0; index < 20; index++) {
        const next = stream.next();
        await vi.waitUntil(() => run.observers === 1);
        run.tell(named(String(index)));
        expect(await next).toMatchObject({ value: { message: String(index) } });
      }
      expect(run.subscribed).toBe(1);
      await stream.return?.();
      await vi.waitUntil(() => run.observers === 0);
      expect(run.reading.phase).toBe('under way');
      expect(served.report).not.toHaveBeenCalled();
    },
  );

  test('whose reader leaves before the ledger has answered leaves nothing behind', async () => {
    const run = new ScriptedRun();
    await using served = await serveScripted(poolWith(run));
    const controller = new AbortController();
    const reading = readAll(
      served.client.watchPipeline({ pipeline_id: 'p-1' }, { signal: controller.signal }),
    );
    await vi.waitUntil(() => run.observers === 1);
    controller.abort();
    expect(await reading).toMatchObject({ error: { code: 'CANCELLED' } });
    await vi.waitUntil(() => run.observers === 0);
    expect(served.report).not.toHaveBeenCalled();
  });

  test(
    'holds only what the connection holds for a reader that stands still',
    { tags: ['F59', 'I11'] },
    async () => {
      const message = 'x'.repeat(16 * 1024);
      const run = new ScriptedRun().open(command);
      let read = 0;
      const list = new Proxy(run.progress, {
        get(target, key, receiver): unknown {
          if (typeof key === 'string' && /^\d+$/.test(key)) read = Math.max(read, Number(key) + 1);
          return Reflect.get(target, key, receiver);
        },
      });
      run.progress.push(...Array.from({ length: 2_000 }, () => named(message)));
      run.change({ progress: list });
      await using served = await serveScripted(poolWith(run));
      const stream = served.client.watchPipeline({ pipeline_id: 'p-1' })[Symbol.asyncIterator]();
      await stream.next();
      // Once nothing was read from the list for a while of turns, the stream waits for its reader.
      for (let before = -1, turns = 0; turns < 50; turns = read === before ? turns + 1 : 0, before = read)
        await new Promise((resolve) => setImmediate(resolve));
      expect(read).toBeLessThan(500);
      run.end('completed');
      let count = 1;
      while (!(await stream.next()).done) count++;
      expect(count).toBe(2_001);
    },
  );

  test.each<[string, (run: ScriptedRun) => void]>([
    ['stops', (run) => run.complete()],
    ['crashes', (run) => run.crash(new Error('s3cret'))],
  ])('whose actor %s says how to go on', async (_, end) => {
    const run = new ScriptedRun().open(command).tell(named('1'));
    await using served = await serveScripted(poolWith(run));
    const reading = readAll(served.client.watchPipeline({ pipeline_id: 'p-1' }));
    await vi.waitUntil(() => run.observers === 1);
    end(run);
    expect(await reading).toMatchObject({
      messages: ['1'],
      error: {
        code: 'UNAVAILABLE',
        message: expect.stringContaining('re-attach a stream with after_sequence'),
      },
    });
    expect(run.observers).toBe(0);
    expect(served.report).not.toHaveBeenCalled();
  });

  test('whose actor stops right after the end carries the end', async () => {
    const run = new ScriptedRun().open(command);
    await using served = await serveScripted(poolWith(run));
    const reading = readAll(served.client.watchPipeline({ pipeline_id: 'p-1' }));
    await vi.waitUntil(() => run.observers === 1);
    run.tell(named('1')).end('completed').complete();
    expect(await reading).toEqual({ messages: ['1', ''], error: undefined });
  });

  test('ends with the server, at once and not at its deadline', async () => {
    const run = new ScriptedRun().open(command).tell(named('1'));
    await using served = await serveScripted(poolWith(run));
    const reading = readAll(served.client.watchPipeline({ pipeline_id: 'p-1' }));
    await vi.waitUntil(() => run.observers === 1);
    await served.server.close(60_000);
    expect(await reading).toMatchObject({
      messages: ['1'],
      error: { code: 'UNAVAILABLE', message: expect.stringContaining('re-attach with after_sequence') },
    });
    expect(run.observers).toBe(0);
  });
});
