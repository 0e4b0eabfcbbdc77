/**
 * Streaming handlers behind a real server, read by a real client.
 */
import { once } from 'node:events';
import { credentials, status } from '@grpc/grpc-js';
import { expect, test, vi } from 'vitest';
import { OttoscalerServiceClient } from '../../../src/rpc/contract.ts';
import type { PipelineProgress } from '../../../src/rpc/generated/ottoscaler/v1/PipelineProgress.ts';
import { serverStream, type StreamHandler } from '../../../src/rpc/server-stream.ts';
import { type ReportUnexpected, RpcError } from '../../../src/rpc/status.ts';
import { startOttoscaler } from '../../support/rpc-server.ts';

type Handler = StreamHandler<unknown, PipelineProgress>;

/** Opens ExecutePipeline answered by `handler`. */
async function open(handler: Handler) {
  const report = vi.fn<ReportUnexpected>();
  const answer = serverStream(handler, report);
  let serverCall: Parameters<typeof answer>[0] | undefined;
  const server = await startOttoscaler({
    ExecutePipeline: (call: Parameters<typeof answer>[0]) => {
      serverCall = call;
      answer(call);
    },
  });
  const client = new OttoscalerServiceClient(server.address, credentials.createInsecure());
  return {
    report,
    serverCall: () => serverCall,
    stream: client.executePipeline({ pipeline_id: 'p-1' }),
    [Symbol.asyncDispose]: async () => {
      client.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** Everything the stream carries, and the error it ends with, if any. */
async function readAll(stream: AsyncIterable<{ message: string }>) {
  const messages: string[] = [];
  try {
    for await (const { message } of stream) messages.push(message);
    return { messages, error: undefined };
  } catch (error) {
    return { messages, error };
  }
}

test('every message arrives in order, then the end', async () => {
  await using call = await open(async function* () {
    for (let index = 0; index < 100; index += 1) yield { message: `${index}` };
  });
  const wanted = Array.from({ length: 100 }, (_, index) => `${index}`);
  expect(await readAll(call.stream)).toEqual({ messages: wanted, error: undefined });
});

test('an error ends the stream with its status, after what was sent before', async () => {
  await using call = await open(async function* () {
    yield { message: 'first' };
    throw new RpcError('RESOURCE_EXHAUSTED', 'stages: too many');
  });
  expect(await readAll(call.stream)).toMatchObject({
    messages: ['first'],
    error: { code: status.RESOURCE_EXHAUSTED, details: 'stages: too many' },
  });
  expect(call.report).not.toHaveBeenCalled();
});

test('of an unexpected error the caller learns only an id', async () => {
  await using call = await open(() => {
    throw new Error('s3cret');
  });
  expect(await readAll(call.stream)).toMatchObject({
    error: { code: status.INTERNAL, details: expect.not.stringContaining('s3cret') },
  });
  expect(call.report).toHaveBeenCalledOnce();
});

test('a reader that goes away ends the generator through its signal', { tags: ['F58'] }, async () => {
  const ended = Promise.withResolvers<unknown>();
  await using call = await open(async function* (_, { signal }) {
    try {
      yield { message: 'first' };
      await once(signal, 'abort');
      signal.throwIfAborted();
    } finally {
      ended.resolve(signal.reason);
    }
  });
  call.stream.on('error', () => {});
  await once(call.stream, 'data');
  call.stream.cancel();
  expect(await ended.promise).toMatchObject({ code: 'CANCELLED' });
  expect(call.report).not.toHaveBeenCalled();
});

test(
  'a reader that stops reading holds the generator back, and ends it by leaving',
  { tags: ['F59'] },
  async () => {
    const message = 'x'.repeat(64 * 1024);
    let sent = 0;
    const ended = Promise.withResolvers<void>();
    await using call = await open(async function* () {
      try {
        for (; sent < 10_000; sent += 1) yield { message };
      } finally {
        ended.resolve();
      }
    });
    call.stream.on('error', () => {});
    // grpc-js stops buffering for a reader only once it has begun to read.
    call.stream.once('data', () => call.stream.pause());
    await vi.waitUntil(() => call.serverCall()?.writableNeedDrain);
    expect(sent).toBeLessThan(200);
    call.stream.cancel();
    await ended.promise;
    expect(call.report).not.toHaveBeenCalled();
  },
);
