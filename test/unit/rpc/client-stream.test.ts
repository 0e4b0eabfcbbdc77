/**
 * Streams of the promise client: how they end, and what people read of it.
 */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { describe, expect, test, vi } from 'vitest';
import { createOttoscalerClient, type OttoscalerClient } from '../../../src/rpc/client.ts';
import type { PipelineProgress } from '../../../src/rpc/generated/ottoscaler/v1/PipelineProgress.ts';
import { serverStream, type StreamHandler } from '../../../src/rpc/server-stream.ts';
import { RpcError } from '../../../src/rpc/status.ts';
import { startOttoscaler } from '../../support/rpc-server.ts';

const silent = () => {};
type Handler = StreamHandler<unknown, PipelineProgress>;
type Events = ReturnType<OttoscalerClient['executePipeline']>;

/** A server that streams what `handler` yields, a client before it, and whether the handler has ended. */
async function open(handler: Handler, { through = async (address: string) => address } = {}) {
  let ended = false;
  const handle: Handler = async function* (request, context) {
    try {
      yield* handler(request, context);
    } finally {
      ended = true;
    }
  };
  const server = await startOttoscaler({
    ExecutePipeline: serverStream(handle, silent),
    WatchPipeline: serverStream(handle, silent),
  });
  const address = await through(server.address);
  const client = createOttoscalerClient(address);
  return {
    client,
    address,
    server,
    hasEnded: () => ended,
    [Symbol.asyncDispose]: async () => {
      client.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** Yields one event and then waits until nobody listens. */
const oneAndWait: Handler = async function* (_, { signal }) {
  yield { message: 'first' };
  await once(signal, 'abort');
  signal.throwIfAborted();
};

async function readAll(events: Events, onMessage: (message: string) => void = () => {}) {
  const messages: string[] = [];
  try {
    for await (const { message } of events) {
      messages.push(message);
      onMessage(message);
    }
    return { messages, error: undefined };
  } catch (error) {
    return { messages, error };
  }
}

test('events are typed messages, with defaults filled in, to the end', async () => {
  await using opened = await open(async function* () {
    yield { pipeline_id: 'p-1', sequence: 1 };
    yield { status: 'STAGE_COMPLETED' };
  });
  for (const events of [opened.client.executePipeline({}), opened.client.watchPipeline({})]) {
    const received = [];
    for await (const event of events) received.push(event);
    expect(received).toMatchObject([
      { pipeline_id: 'p-1', stage_id: '', sequence: 1, worker_pod_names: [] },
      { status: 'STAGE_COMPLETED' },
    ]);
  }
});

test('nothing is called before the first event is asked for', async () => {
  const handler = vi.fn<Handler>(oneAndWait);
  await using opened = await open(handler);
  const events = opened.client.executePipeline({ pipeline_id: 'p-1' });
  expect(await opened.client.cancelPipeline({}).catch(() => 'answered')).toBe('answered');
  expect(handler).not.toHaveBeenCalled();
  await events[Symbol.asyncIterator]().next();
  expect(handler).toHaveBeenCalledWith(expect.objectContaining({ pipeline_id: 'p-1' }), expect.anything());
});

test('the error of the server comes after what was sent before', async () => {
  await using opened = await open(async function* () {
    yield { message: 'first' };
    throw new RpcError('ALREADY_EXISTS', 'pipeline_id "p" was accepted before');
  });
  expect(await readAll(opened.client.executePipeline({}))).toMatchObject({
    messages: ['first'],
    error: {
      name: 'OttoscalerClientError',
      code: 'ALREADY_EXISTS',
      message: 'pipeline_id "p" was accepted before',
    },
  });
});

describe('a reader', () => {
  test('that leaves its loop ends the call', async () => {
    await using opened = await open(oneAndWait);
    for await (const { message } of opened.client.watchPipeline({})) {
      expect(message).toBe('first');
      break;
    }
    await vi.waitUntil(opened.hasEnded);
  });

  test('that fails in its loop ends the call and gets its own error', async () => {
    await using opened = await open(oneAndWait);
    const reading = readAll(opened.client.watchPipeline({}), () => {
      throw new Error('of the reader');
    });
    expect(await reading).toMatchObject({ messages: ['first'], error: { message: 'of the reader' } });
    await vi.waitUntil(opened.hasEnded);
  });

  test('that aborts is told so, also where it had before', async () => {
    await using opened = await open(oneAndWait);
    const controller = new AbortController();
    const { signal } = controller;
    const cancelled = { code: 'CANCELLED', message: `the call to ${opened.address} was cancelled` };
    const reading = readAll(opened.client.watchPipeline({}, { signal }), () => controller.abort());
    expect(await reading).toMatchObject({ messages: ['first'], error: cancelled });
    await vi.waitUntil(opened.hasEnded);
    expect(await readAll(opened.client.watchPipeline({}, { signal }))).toMatchObject({
      messages: [],
      error: cancelled,
    });
  });
});

test('a stream may last for ever, unless it is given a time', async () => {
  await using opened = await open(async function* (_, { signal }) {
    yield { message: signal.aborted ? 'aborted' : 'first' };
    await once(signal, 'abort');
    signal.throwIfAborted();
  });
  expect(await readAll(opened.client.watchPipeline({}, { timeoutMs: 100 }))).toMatchObject({
    messages: ['first'],
    error: {
      code: 'DEADLINE_EXCEEDED',
      message: 'the run did not end within 0.1 s; it goes on, allow more with -timeout',
    },
  });
});

describe('a connection that is lost is UNAVAILABLE', () => {
  const lost = (address: string) => ({
    messages: ['first'],
    error: {
      code: 'UNAVAILABLE',
      message: expect.stringMatching(
        `^the connection to Ottoscaler at ${address} was lost \\(.+\\); the run goes on, attach again$`,
      ),
    },
  });

  test('where the server cuts it', async () => {
    await using opened = await open(oneAndWait);
    const reading = readAll(opened.client.watchPipeline({}), () => {
      void opened.server[Symbol.asyncDispose]();
    });
    expect(await reading).toMatchObject(lost(opened.address));
  });

  test.each<[string, (socket: Socket) => void]>([
    ['ends', (socket) => socket.end()],
    ['is reset', (socket) => socket.resetAndDestroy()],
  ])('where its socket %s', async (_, cut) => {
    const sockets: Socket[] = [];
    const proxy = createServer((inner) => {
      // Only bytes are passed on: the server must not be able to say a word about the end.
      inner.on('error', silent);
      sockets.push(inner);
      const outer = connect(Number(target.split(':')[1]), '127.0.0.1').on('error', silent);
      inner.on('data', (bytes) => outer.write(bytes));
      outer.on('data', (bytes) => inner.write(bytes));
      inner.on('close', () => outer.destroy());
    });
    let target = '';
    await using opened = await open(oneAndWait, {
      through: async (address) => {
        target = address;
        proxy.listen(0, '127.0.0.1');
        await once(proxy, 'listening');
        const bound = proxy.address();
        return `127.0.0.1:${typeof bound === 'object' && bound ? bound.port : 0}`;
      },
    });
    const reading = readAll(opened.client.watchPipeline({}), () => sockets.forEach(cut));
    expect(await reading).toMatchObject(lost(opened.address));
    proxy.close();
  });
});

test('where nobody listens the sentence is that of every call', async () => {
  const proxy = createServer().listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const bound = proxy.address();
  const port = typeof bound === 'object' && bound ? bound.port : 0;
  proxy.close();
  await once(proxy, 'close');
  const client = createOttoscalerClient(`127.0.0.1:${port}`);
  expect(await readAll(client.watchPipeline({}))).toMatchObject({
    error: {
      code: 'UNAVAILABLE',
      message: `no Ottoscaler answers at 127.0.0.1:${port}; start one with \`npm start\` or name another with -server`,
    },
  });
  client.close();
});
