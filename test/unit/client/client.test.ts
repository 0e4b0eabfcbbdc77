import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import type { sendUnaryData, ServerUnaryCall } from '@grpc/grpc-js';
import { expect, onTestFinished, test } from 'vitest';
import { createOttoscalerClient } from '../../../src/client/client.ts';
import { startOttoscaler } from '../../support/rpc-server.ts';

/** Takes connections and says nothing. */
async function silentServer(): Promise<string> {
  const server = createServer((socket) => socket.on('error', () => {})).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("a program's client speaks of its own options, not of a terminal's", async () => {
  const client = createOttoscalerClient(await silentServer());
  onTestFinished(() => client.close());
  await expect(client.getWorkerStatus({}, { timeoutMs: 50 })).rejects.toMatchObject({
    code: 'DEADLINE_EXCEEDED',
    message: expect.stringMatching(/did not answer within 0\.05 s; allow more with timeoutMs$/),
  });
  const stream = client.watchPipeline({ pipeline_id: 'p' }, { timeoutMs: 50 });
  await expect(stream[Symbol.asyncIterator]().next()).rejects.toMatchObject({
    message: 'the run did not end within 0.05 s; it goes on, allow more with timeoutMs',
  });
  const nobody = createOttoscalerClient('127.0.0.1:1');
  onTestFinished(() => nobody.close());
  await expect(nobody.getWorkerStatus({})).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining('no Ottoscaler answers at 127.0.0.1:1; is it running there'),
  });
});

test('a token that is a function is asked for at every call', async () => {
  const shown: unknown[] = [];
  await using server = await startOttoscaler({
    GetWorkerStatus: ({ metadata }: ServerUnaryCall<unknown, unknown>, answer: sendUnaryData<object>) => {
      shown.push(...metadata.get('authorization'));
      answer(null, {});
    },
  });
  let token = 'first';
  const client = createOttoscalerClient(server.address, { token: () => token });
  onTestFinished(() => client.close());
  await client.getWorkerStatus({});
  token = 'second';
  await client.getWorkerStatus({});
  expect(shown).toEqual(['Bearer first', 'Bearer second']);
});

test('a token that cannot be had fails the call with its reason', async () => {
  const client = createOttoscalerClient('127.0.0.1:1', {
    token: () => {
      throw new Error('no such file: /run/secrets/token');
    },
  });
  onTestFinished(() => client.close());
  const refused = {
    name: 'OttoscalerClientError',
    code: 'UNAUTHENTICATED',
    message: 'the call was not begun: no such file: /run/secrets/token',
  };
  await expect(client.getWorkerStatus({})).rejects.toMatchObject(refused);
  await expect(client.watchLogs({})[Symbol.asyncIterator]().next()).rejects.toMatchObject(refused);
});
