/** The built server and test-event with a real redis-server and the embedded cluster, as a user starts them. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createOttoscalerClient } from '../../src/rpc/client.ts';
import { startProgram, startServer } from '../support/program.ts';
import { startRedisServer, type RedisServer } from '../support/redis-server.ts';
import { until } from '../support/until.ts';

const stream = 'otto:scale:events';
const password = 'canary-of-the-redis-password';

function redisSettings({ place }: RedisServer) {
  return { REDIS_HOST: place.host, REDIS_PORT: String(place.port), REDIS_PASSWORD: place.password };
}

function temporaryDirectory(): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'ottoscaler-redis-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

async function redisServer(): Promise<RedisServer> {
  const redis = await startRedisServer({ password });
  onTestFinished(() => redis[Symbol.asyncDispose]());
  return redis;
}

test(
  'an event scales up, another down, a wrong one is a dead letter; the password is in no log and no recording',
  { tags: ['F50', 'I13'] },
  async () => {
    const redis = await redisServer();
    const recording = path.join(temporaryDirectory(), 'recording.jsonl');
    const server = await startServer({
      OTTO_CLUSTER: 'local',
      RECORD_FILE: recording,
      ...redisSettings(redis),
    });
    const testEvent = (...args: string[]) =>
      startProgram('bin/test-event.js', [...args, '-watch', '-server', server.address], redisSettings(redis));

    const up = testEvent('-type', 'scale_up', '-pods', '2', '-task', 't');
    expect(await up.ended).toBe(0);
    expect(up.stdout()).toMatch(/acknowledged: its command is in the ledger[^]*2 workers: 2 succeeded/);
    const down = testEvent('-type', 'scale_down', '-pods', '0', '-task', 't');
    expect(await down.ended).toBe(0);
    const wrong = testEvent('-type', 'scale_up', '-pods', '101');
    expect(await wrong.ended).toBe(1);
    expect(wrong.stdout()).toContain(
      'dead letter: pod_count: 101 is not a number of workers to add; write 1–100',
    );

    server.child.kill('SIGTERM');
    expect(await server.ended).toBe(0);
    const recorded = readFileSync(recording, 'utf8');
    expect(recorded).toContain('scale.up');
    expect(server.stdout() + server.stderr() + recorded).not.toContain(password);
  },
);

test(
  'without its Redis the server serves gRPC, and takes the events once it comes',
  { tags: ['F46'] },
  async () => {
    const redis = await redisServer();
    await redis.kill();
    const server = await startServer({ OTTO_CLUSTER: 'local', ...redisSettings(redis) });
    const client = createOttoscalerClient(server.address);
    onTestFinished(() => client.close());
    const scaleUp = (taskId: string) =>
      client.scaleUp({ task_id: taskId, worker_count: 1 }, { timeoutMs: 20_000 });
    expect(await scaleUp('at-the-start')).toMatchObject({ status: 'SUCCESS' });
    await redis.start();
    await server.says(/reading events from Redis/);
    await redis.kill();
    expect(await scaleUp('midway')).toMatchObject({ status: 'SUCCESS' });
    await redis.start();
    await redis.ask('XADD', stream, '*', 'type', 'scale_up', 'pod_count', '1', 'task_id', 'afterwards');
    const status = await until('the worker of the event', async () => {
      const answer = await client.getWorkerStatus({ task_id: 'afterwards' }, { timeoutMs: 5_000 });
      return answer.total_count > 0 && answer;
    });
    expect(status.total_count).toBe(1);
  },
);

test('who stands by reads no event', { tags: ['F44'] }, async () => {
  const redis = await redisServer();
  const directory = temporaryDirectory();
  const local = startProgram('bin/ottoscaler.js', ['local-cluster', '--no-node', '--directory', directory]);
  const [, KUBECONFIG] = await local.says(/export KUBECONFIG=(\S+)/);
  const common = { KUBECONFIG, ...redisSettings(redis) };
  const leader = await startServer({ ...common, OTTO_IDENTITY: 'leader' });
  await leader.says(/reading events from Redis/);
  const standby = startProgram('bin/ottoscaler.js', [], {
    ...common,
    GRPC_PORT: '0',
    HTTP_PORT: '0',
    OTTO_IDENTITY: 'standby',
  });
  await standby.says(/Ottoscaler is listening/);
  await redis.ask('XADD', stream, '*', 'type', 'scale_down', 'pod_count', '0');
  await until('the event to be acknowledged', async () => {
    const [group] = (await redis.ask('XINFO', 'GROUPS', stream)) as (string | number)[][];
    return group?.[group.indexOf('entries-read') + 1] === 1 && group[group.indexOf('pending') + 1] === 0;
  });
  const consumers = (await redis.ask('XINFO', 'CONSUMERS', stream, 'ottoscaler')) as string[][];
  expect(consumers.map((fields) => fields[fields.indexOf('name') + 1])).toEqual(['leader']);
  leader.child.kill('SIGTERM');
  await standby.says(/reading events from Redis/);
});
