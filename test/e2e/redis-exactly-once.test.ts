/**
 * Scale events through kill -9 of everything: two real servers, of which one leads, a real redis-server, and the
 * embedded API server as a process of its own. Its node is left out: the Pods never run, so that what is counted is
 * what the events asked for. REDIS_EVENTS is how many events there are; 10,000 take minutes.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { connectKubernetes } from '../../src/cluster/kubernetes/connect.ts';
import type { Cluster } from '../../src/cluster/port.ts';
import { keepFigures } from '../reliability/figures.ts';
import { diceFrom } from '../support/dice.ts';
import { baseEvents, produce, stormEvents, type StormEvent } from '../support/event-storm.ts';
import { PodRecorder } from '../support/pod-recorder.ts';
import { startProgram } from '../support/program.ts';
import { startRedisServer, type RedisServer } from '../support/redis-server.ts';
import { superviseServer } from '../support/supervised-server.ts';
import { until } from '../support/until.ts';

const count = Number(process.env['REDIS_EVENTS'] ?? 400);
const seed = Number(process.env['REDIS_SEED'] ?? 1);
const stream = 'otto:scale:events';
const patience = { timeoutMs: 60_000 + count * 100 };

test(
  `${count} events, two servers killed at random, redis-server restarted twice: each takes effect exactly once`,
  { tags: ['G6', 'F47', 'F49', 'F50', 'I10'], timeout: patience.timeoutMs * 2 },
  async () => {
    await using redis = await startRedisServer();
    const { cluster, kubeconfig } = await startCluster();
    const pods = new PodRecorder();
    const reflection = cluster.pods.reflect(pods);
    onTestFinished(() => reflection.stop());
    const settings = (identity: string) => ({
      KUBECONFIG: kubeconfig,
      OTTO_IDENTITY: identity,
      REDIS_HOST: redis.place.host,
      REDIS_PORT: String(redis.place.port),
      REDIS_CLAIM_SECONDS: '2',
      LEASE_SECONDS: '3',
      LEASE_RENEW_SECONDS: '2',
      WORKERS_LIVE_MAX: '100000',
      WORKER_PENDING_SECONDS: '86400',
    });
    await using one = await superviseServer(settings('one'));
    await using other = await superviseServer(settings('other'));

    const base = baseEvents(count);
    await produce(redis, stream, base);
    await until('the tasks that will be scaled down', () => isTaken(redis), patience);

    const events = stormEvents(count);
    const disturbed = disturb(redis, [one, other]);
    const malformedIds = await produce(redis, stream, events);
    const deeds = await disturbed;
    await until('nothing pending', () => isTaken(redis), patience);

    expect(await deadIds(redis)).toEqual(new Set(malformedIds));
    const effects = await expectEachOnce(cluster, pods, [...base, ...events]);
    const deadLetters = malformedIds.length;
    keepFigures('redis', {
      events: base.length + count,
      ...deeds,
      ...effects,
      deadLetters,
      pendingAtTheEnd: 0,
    });
  },
);

async function startCluster() {
  const directory = mkdtempSync(path.join(tmpdir(), 'ottoscaler-events-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const local = startProgram('bin/ottoscaler.js', ['local-cluster', '--no-node', '--directory', directory]);
  const [, kubeconfig = ''] = await local.says(/export KUBECONFIG=(\S+)/);
  const cluster = await connectKubernetes({ namespace: 'default', kubeconfigPath: kubeconfig });
  onTestFinished(() => cluster.close());
  return { cluster, kubeconfig };
}

/** Kills one of the servers again and again at random moments, and redis-server twice among that. */
async function disturb(redis: RedisServer, servers: ReadonlyArray<{ kill(): Promise<void> }>) {
  const dice = diceFrom(seed);
  const kills = Math.max(4, Math.ceil(count / 700));
  for (let kill = 1; kill <= kills; kill++) {
    await pause(500 + dice() * 5_000);
    if (kill === 2 || kill === kills - 1) {
      await redis.kill();
      await redis.start();
    }
    await servers[Math.floor(dice() * servers.length)]?.kill();
  }
  return { killsOfServers: kills, killsOfRedis: 2 };
}

/** Whether every entry was handed out and acknowledged. */
async function isTaken(redis: RedisServer): Promise<boolean> {
  const [group] = ((await redis.ask('XINFO', 'GROUPS', stream).catch(() => [])) ?? []) as (
    string | number
  )[][];
  const of = (name: string) => group?.[group.indexOf(name) + 1];
  return of('lag') === 0 && of('pending') === 0;
}

async function deadIds(redis: RedisServer): Promise<ReadonlySet<string>> {
  const letters = (await redis.ask('XRANGE', `${stream}:dead`, '-', '+')) as [string, string[]][];
  return new Set(letters.map(([, fields]) => fields[fields.indexOf('otto.source_id') + 1] ?? ''));
}

/** By the ledgers that there are and by every Pod that was ever seen. */
async function expectEachOnce(cluster: Cluster, pods: PodRecorder, events: readonly StormEvent[]) {
  const found = new Map<string, number>();
  for await (const page of cluster.records.list()) {
    for (const { data } of page) {
      const { kind, taskId } = JSON.parse(data['request'] ?? '{}') as { kind: string; taskId: string };
      const key = `${kind === 'scale-up' ? 'up' : 'down'} ${taskId}`;
      found.set(key, (found.get(key) ?? 0) + 1);
    }
  }
  const valid = events.filter(({ kind }) => kind !== 'malformed');
  expect(found).toEqual(new Map(valid.map(({ kind, taskId }) => [`${kind} ${taskId}`, 1])));
  const ups = valid.filter(({ kind }) => kind === 'up');
  const uids = new Map(
    pods.facts.map((fact) =>
      fact.type === 'pod.lost' ? [fact.uid, fact.name] : [fact.pod.uid, fact.pod.name],
    ),
  );
  expect(uids.size).toBe(ups.reduce((sum, event) => sum + event.count, 0));
  expect(new Set(uids.values()).size).toBe(uids.size);
  const downs = new Set(valid.filter(({ kind }) => kind === 'down').map(({ taskId }) => taskId));
  const remaining = ups
    .filter(({ taskId }) => !downs.has(taskId))
    .reduce((sum, event) => sum + event.count, 0);
  await until('the workers that were scaled down to be gone', () => pods.current.size === remaining, {
    seen: () => `${pods.current.size} Pods instead of ${remaining}`,
  });
  return { commandsInTheLedger: valid.length, podsEverMade: uids.size };
}
