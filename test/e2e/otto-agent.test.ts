/** The built server with its embedded cluster, and workers whose command is the built otto-agent. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { credentials, Metadata, status, type ServiceError } from '@grpc/grpc-js';
import { expect, onTestFinished, test } from 'vitest';
import { workerTokens } from '../../src/logs/sessions/worker-token.ts';
import { createOttoscalerClient } from '../../src/rpc/client.ts';
import { LogStreamingServiceClient } from '../../src/rpc/contract.ts';
import type { LogResponse__Output } from '../../src/rpc/generated/ottoscaler/v1/LogResponse.ts';
import type { RegistrationResponse__Output } from '../../src/rpc/generated/ottoscaler/v1/RegistrationResponse.ts';
import { startProgram, startServer, type Program } from '../support/program.ts';
import { until } from '../support/until.ts';

const key = 'CANARY-key-of-the-tokens';
const agent = `${process.execPath} ${path.resolve(import.meta.dirname, '../../bin/otto-agent.js')}`;

interface Pushed {
  readonly podName: string;
  readonly source: string;
  readonly stream?: string;
  readonly seq: number;
  readonly msg: string;
}

/** What the server's log has of pushed lines. */
function pushedLines(server: Program): readonly Pushed[] {
  return server
    .stdout()
    .split('\n')
    .filter((line) => line.includes('"stream":"'))
    .map((line) => JSON.parse(line) as Pushed);
}

async function scaleUp(address: string, command: string, taskId = 'pushing'): Promise<string> {
  const client = createOttoscalerClient(address);
  onTestFinished(() => client.close());
  const { worker_pod_names: names } = await client.scaleUp({
    task_id: taskId,
    worker_count: 1,
    build_config: { command },
  });
  return names[0] ?? '';
}

/** A free port cannot be told before the server listens, and Pods are told at their making: it is chosen here. */
const port = 20_000 + (process.pid % 12_000);
const pushing = {
  OTTO_CLUSTER: 'local',
  GRPC_PORT: String(port),
  WORKER_LOG_ENDPOINT: `127.0.0.1:${port}`,
  WORKER_TOKEN_KEY: key,
};

test(
  'a worker in otto-agent pushes its two streams apart and in order, and no secret leaves',
  { tags: ['I13'] },
  async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'otto-push-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const RECORD_FILE = path.join(folder, 'push.jsonl');
    const server = await startServer({ ...pushing, RECORD_FILE });
    const name = await scaleUp(
      server.address,
      `exec ${agent} -- sh -c 'for i in 1 2 3 4 5; do echo out $i; echo err $i >&2; done'`,
    );
    await server.says(/"msg":"worker cleaned up"/);
    const lines = pushedLines(server);
    for (const [source, word] of [
      ['stdout', 'out'],
      ['stderr', 'err'],
    ] as const) {
      const mine = lines.filter((line) => line.source === source);
      expect(mine.map(({ seq, msg }) => `${seq} ${msg}`)).toEqual(
        [1, 2, 3, 4, 5].map((n) => `${n} ${word} ${n}`),
      );
      expect(mine[0]).toMatchObject({ podName: name, taskId: 'pushing' });
    }
    server.child.kill('SIGTERM');
    expect(await server.ended).toBe(0);
    const token = workerTokens(key).tokenOf(name);
    for (const text of [server.stdout(), server.stderr(), readFileSync(RECORD_FILE, 'utf8')]) {
      expect(text).not.toContain(token);
      expect(text).not.toContain(key);
    }
  },
);

test('SIGTERM of a worker reaches the command within otto-agent', async () => {
  const server = await startServer(pushing);
  await scaleUp(
    server.address,
    `exec ${agent} -- sh -c 'trap "echo got it; exit 0" TERM; echo ready; while :; do sleep 0.1; done'`,
  );
  await until('the command runs', () => pushedLines(server).some(({ msg }) => msg === 'ready'));
  const client = createOttoscalerClient(server.address);
  onTestFinished(() => client.close());
  await client.scaleDown({ task_id: 'pushing', worker_count: 0 });
  // Its shell may say on stderr that the sleep was told, too.
  const last = await until('the command was told', () =>
    pushedLines(server).find(({ source, seq }) => source === 'stdout' && seq === 2),
  );
  expect(last).toMatchObject({ msg: 'got it' });
});

test('whoever shows no token, or another worker’s, may neither register nor push', async () => {
  const server = await startServer(pushing);
  const name = await scaleUp(server.address, 'exec sleep 600');
  const client = new LogStreamingServiceClient(server.address, credentials.createInsecure());
  onTestFinished(() => client.close());
  const tokens = workerTokens(key);
  const bearer = (workerId: string) => {
    const metadata = new Metadata();
    metadata.set('authorization', `Bearer ${tokens.tokenOf(workerId)}`);
    return metadata;
  };
  const register = (workerId: string, metadata: Metadata, taskId = '') =>
    new Promise<RegistrationResponse__Output | undefined>((resolve, reject) => {
      client.registerWorker({ worker_id: workerId, task_id: taskId }, metadata, (error, response) =>
        error ? reject(error) : resolve(response),
      );
    });
  const push = (workerId: string, metadata: Metadata) =>
    new Promise<LogResponse__Output>((resolve, reject) => {
      const call = client.streamLogs(metadata);
      call.on('data', resolve);
      call.on('error', (error: ServiceError) => reject(error));
      call.write({ worker_id: workerId, message: 'hello', metadata: {} });
    });

  for (const metadata of [new Metadata(), bearer('another')]) {
    // oxlint-disable-next-line no-await-in-loop -- two cases
    await expect(register(name, metadata)).rejects.toMatchObject({ code: status.UNAUTHENTICATED });
    // oxlint-disable-next-line no-await-in-loop -- two cases
    await expect(push(name, metadata)).rejects.toMatchObject({ code: status.UNAUTHENTICATED });
  }
  expect(await register('', bearer(''))).toMatchObject({ status: 'INVALID_REQUEST' });
  expect(await register('stranger', bearer('stranger'))).toMatchObject({ status: 'INVALID_REQUEST' });
  expect(await register(name, bearer(name), 'another task')).toMatchObject({ status: 'INVALID_REQUEST' });
  await expect(push(name, bearer(name))).rejects.toMatchObject({ code: status.FAILED_PRECONDITION });

  expect(await register(name, bearer(name), 'pushing')).toMatchObject({
    status: 'SUCCESS',
    config: { rate_limit: 100, buffer_size: 50, max_message_size: 1024, include_metadata: true },
  });
  expect(await register(name, bearer(name))).toMatchObject({ status: 'ALREADY_REGISTERED' });
  expect(await push(name, bearer(name))).toMatchObject({ status: 'ACK', sequence: 1 });
  const [line] = await until('the line', () => pushedLines(server).length > 0 && pushedLines(server));
  expect(line).toMatchObject({ podName: name, taskId: 'pushing', msg: 'hello' });
});

test(
  'the key of the tokens is made once and outlives the server; ledgers are read as before',
  { tags: ['G5'] },
  async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'otto-key-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const local = startProgram('bin/ottoscaler.js', ['local-cluster', '--directory', folder]);
    const [, KUBECONFIG = ''] = await local.says(/export KUBECONFIG=(\S+)/);
    const env = { ...pushing, OTTO_CLUSTER: 'kubernetes', KUBECONFIG, WORKER_TOKEN_KEY: '' };
    const first = await startServer(env);
    const loop = 'n=0; while :; do n=$((n+1)); echo $n; sleep 0.05; done';
    await scaleUp(first.address, `exec ${agent} -- sh -c '${loop}'`);
    await until('lines arrive', () => pushedLines(first).length > 5);
    first.child.kill('SIGKILL');
    await first.ended;
    const second = await startServer(env);
    await until('lines arrive again', () => pushedLines(second).length > 5);
    // Nothing is missing between the two: what was not answered came again.
    const numbers = [...pushedLines(first), ...pushedLines(second)].map(({ seq }) => seq);
    const unique = [...new Set(numbers)];
    expect(unique).toEqual(unique.map((_, at) => at + 1));
    expect(second.stdout()).not.toContain('a ledger is left alone');
  },
);
