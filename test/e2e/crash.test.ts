/**
 * kill -9 of the server at random moments, against the embedded cluster as a process of its own: what the
 * caller sends again takes effect once, and nothing is left behind.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { connectKubernetes } from '../../src/cluster/kubernetes/connect.ts';
import type { Cluster, PodFact } from '../../src/cluster/port.ts';
import { createOttoscalerClient } from '../../src/rpc/client.ts';
import { startProgram, startServer } from '../support/program.ts';

const workers = 20;

test.each([0, 15, 40, 80, 150, 300])(
  'a server killed %i ms after a scale-up of 20 leaves 20 Pods created once and deleted once',
  { tags: ['G1', 'F36', 'I1'] },
  async (killAfterMs) => {
    const directory = mkdtempSync(path.join(tmpdir(), 'ottoscaler-crash-'));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const local = startProgram('bin/ottoscaler.js', ['local-cluster', '--directory', directory]);
    const [, kubeconfig = ''] = await local.says(/export KUBECONFIG=(\S+)/);
    const cluster = await connectKubernetes({ namespace: 'default', kubeconfigPath: kubeconfig });
    onTestFinished(() => cluster.close());
    const seen = recordPods(cluster);

    const first = await startServer({ KUBECONFIG: kubeconfig });
    const lost = scaleUp(first.address).catch(() => 'lost');
    await pause(killAfterMs);
    first.child.kill('SIGKILL');
    await lost;
    await first.ended;

    const second = await startServer({ KUBECONFIG: kubeconfig });
    const answer = await scaleUp(second.address);
    expect(new Set(answer).size).toBe(workers);
    await finished(second.address);
    await seen.untilGone(workers);
    expect(seen.createdUids()).toBe(workers);
    expect(seen.names()).toEqual(new Set(answer));
    await tombstone(cluster);
  },
);

async function scaleUp(address: string): Promise<readonly string[]> {
  const client = createOttoscalerClient(address);
  try {
    const request = {
      task_id: 'crash',
      worker_count: workers,
      build_config: { command: 'echo $OTTO_WORKER_INDEX' },
    };
    return (await client.scaleUp(request, { timeoutMs: 20_000 })).worker_pod_names;
  } finally {
    client.close();
  }
}

/** Waits until all workers are over; how long is bounded by the test's own timeout. */
async function finished(address: string): Promise<void> {
  const client = createOttoscalerClient(address);
  try {
    for (;;) {
      const status = await client.getWorkerStatus({ task_id: 'crash' }, { timeoutMs: 5_000 });
      expect(status.failed_count).toBe(0);
      if (status.succeeded_count === workers) return;
      await pause(50);
    }
  } finally {
    client.close();
  }
}

/** Waits until the one ledger there is has become a tombstone. */
async function tombstone(cluster: Cluster): Promise<void> {
  for (;;) {
    for await (const page of cluster.records.list()) {
      expect(page).toHaveLength(1);
      if (page[0]?.data['state']?.includes('"closedAt":"2')) return;
    }
    await pause(50);
  }
}

/** Every Pod of ours that ever existed, by UID, from a watch that knows nothing of the server. */
function recordPods(cluster: Cluster) {
  const uids = new Map<string, string>();
  const gone = Promise.withResolvers<void>();
  const lost = new Set<string>();
  let awaited = Number.POSITIVE_INFINITY;
  const take = (facts: readonly PodFact[]) => {
    for (const fact of facts) {
      if (fact.type === 'pod.observed') uids.set(fact.pod.uid, fact.pod.name);
      else lost.add(fact.uid);
    }
    if (lost.size >= awaited) gone.resolve();
  };
  const reflection = cluster.pods.reflect({
    listed: (pods) => take(pods.map((pod) => ({ type: 'pod.observed', pod }))),
    changed: take,
    health: () => {},
  });
  onTestFinished(() => reflection.stop());
  return {
    createdUids: () => uids.size,
    names: () => new Set(uids.values()),
    untilGone: (count: number) => {
      awaited = count;
      take([]);
      return gone.promise;
    },
  };
}
