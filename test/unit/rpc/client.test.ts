/**
 * The promise client, and above all its sentences: people read them.
 */
import { createServer } from 'node:net';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { createOttoscalerClient, OttoscalerClientError } from '../../../src/rpc/client.ts';
import { RpcError } from '../../../src/rpc/status.ts';
import { unary } from '../../../src/rpc/unary.ts';
import { startOttoscaler } from '../../support/rpc-server.ts';

const silent = () => {};

/** The error of a ScaleUp that `handler` answers. */
async function failure(handler: () => Promise<never>) {
  await using server = await startOttoscaler({ ScaleUp: unary(handler, silent) });
  const client = createOttoscalerClient(server.address);
  const error: unknown = await client.scaleUp({}).catch((thrown: unknown) => thrown);
  client.close();
  return { error, address: server.address };
}

test('requests and answers are typed messages, with defaults filled in', async () => {
  await using server = await startOttoscaler({
    ScaleUp: unary(async () => ({ worker_pod_names: ['otto-a'] }), silent),
    ScaleDown: unary(async () => ({ status: 'ALREADY_PROCESSED' }), silent),
    GetWorkerStatus: unary(async () => ({ total_count: 1, workers: [{ pod_name: 'otto-a' }] }), silent),
  });
  const client = createOttoscalerClient(server.address);
  expect(await client.scaleUp({ worker_count: 1 })).toMatchObject({
    status: 'SUCCESS',
    worker_pod_names: ['otto-a'],
  });
  expect(await client.scaleDown({})).toMatchObject({ status: 'ALREADY_PROCESSED', worker_pod_names: [] });
  expect(await client.getWorkerStatus({})).toMatchObject({ workers: [{ pod_name: 'otto-a', labels: {} }] });
  client.close();
});

describe('errors say what to do', () => {
  test('where nobody listens', async () => {
    const port = await freePort();
    const client = createOttoscalerClient(`127.0.0.1:${port}`);
    await expect(client.scaleUp({})).rejects.toMatchObject({
      name: 'OttoscalerClientError',
      code: 'UNAVAILABLE',
      message: `no Ottoscaler answers at 127.0.0.1:${port}; start one with \`npm start\` or name another with -server`,
    });
    client.close();
  });

  test('where the host has no address', async () => {
    const client = createOttoscalerClient('ottoscaler.invalid:9090');
    await expect(client.scaleUp({})).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('no Ottoscaler answers at ottoscaler.invalid:9090'),
    });
    client.close();
  });

  test('where the server is there but refuses for now', async () => {
    const { error, address } = await failure(async () =>
      Promise.reject(new RpcError('UNAVAILABLE', 'shutting down')),
    );
    expect(error).toMatchObject({
      message: `Ottoscaler at ${address} cannot take the call now: shutting down`,
    });
  });

  test('where the request breaks a rule: the rule and nothing else', async () => {
    const { error } = await failure(async () =>
      Promise.reject(new RpcError('INVALID_ARGUMENT', 'task_id: is required; ä👋')),
    );
    expect(error).toBeInstanceOf(OttoscalerClientError);
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', message: 'task_id: is required; ä👋' });
  });

  test('where the server failed: the id to look for', async () => {
    const { error, address } = await failure(async () => Promise.reject(new Error('secret')));
    expect(error).toMatchObject({
      code: 'INTERNAL',
      message: expect.stringMatching(
        `^Ottoscaler at ${address} failed: internal error; the log has it under`,
      ),
    });
  });

  test('where no answer comes in time', async () => {
    await using server = await startOttoscaler({ ScaleUp: unary(async () => new Promise(() => {}), silent) });
    const client = createOttoscalerClient(server.address);
    await expect(client.scaleUp({}, { timeoutMs: 50 })).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      message: `Ottoscaler at ${server.address} did not answer within 0.05 s; allow more with -timeout`,
    });
    client.close();
  });

  test.each(['', 'localhost', 'localhost:', ':9090', 'localhost:port', 'local host:9090', 'localhost:99999'])(
    'where %j is no address',
    (address) => {
      expect(() => createOttoscalerClient(address)).toThrow(
        `"${address}" is not an address; write host:port`,
      );
    },
  );
});

test('a call is cancelled by its signal, also by one that had fired before', async () => {
  await using server = await startOttoscaler({ ScaleUp: unary(async () => new Promise(() => {}), silent) });
  const client = createOttoscalerClient(server.address);
  const controller = new AbortController();
  const call = client.scaleUp({}, { signal: controller.signal });
  controller.abort();
  const cancelled = { code: 'CANCELLED', message: `the call to ${server.address} was cancelled` };
  await expect(call).rejects.toMatchObject(cancelled);
  await expect(client.scaleUp({}, { signal: controller.signal })).rejects.toMatchObject(cancelled);
  client.close();
});

/** A port that nobody listens on: one that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}
