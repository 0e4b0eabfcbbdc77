/**
 * From the end of the leader until the one that stood by answers calls, as a client sees it: after kill -9, where
 * it has to wait until the lease expires, and after SIGTERM, where the lease is given back.
 *
 * The two take turns under their own names. Both know a command of a hundred workers that never run, so that there
 * is something to take over.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { readSettings } from '../src/config/read-settings.ts';
import { OttoscalerClientError } from '../src/rpc/client.ts';
import type { Benchmark, Findings, Given } from './benchmark.ts';
import { openNamespace } from './support/namespace.ts';
import { startServer, type Server } from './support/server.ts';
import { scaleUpRequest, unschedulable } from './support/workloads.ts';

const workers = 100;
const askEveryMs = 10;
/** The one that stands by has to have looked at the lease, and a leader renews within that time. */
const restMs = 2_500;

export const failover: Benchmark = {
  name: 'failover',
  purpose: 'from the end of the leader until the other server answers',
  needsKubernetes: true,
  run,
};

type Ending = 'SIGKILL' | 'SIGTERM';

async function run({ repetitions, kubeconfigPath, signal, progress }: Given): Promise<Findings> {
  await using stack = new AsyncDisposableStack();
  progress.step('failover: a namespace and two servers');
  const namespace = stack.use(await openNamespace(kubeconfigPath, 'failover'));
  const env = { KUBECONFIG: kubeconfigPath, NAMESPACE: namespace.name, WORKER_PENDING_SECONDS: '86400' };
  const start = async (identity: string, until: 'serving' | 'listening') =>
    stack.use(await startServer({ ...env, OTTO_IDENTITY: identity }, until));
  let leader = await start('first', 'serving');
  let standby = await start('second', 'listening');
  let [ended, stays] = ['first', 'second'];
  const { kubernetes } = leader;
  await leader.client.scaleUp(scaleUpRequest('failover', workers, unschedulable), { timeoutMs: 60_000 });
  const found: Record<Ending, number[]> = { SIGKILL: [], SIGTERM: [] };
  for (let repetition = 1; repetition <= repetitions; repetition++) {
    for (const ending of ['SIGKILL', 'SIGTERM'] as const) {
      progress.step(`failover: ${ending}, repetition ${repetition} of ${repetitions}`);
      await pause(restMs, undefined, { signal });
      found[ending].push(await msUntilServing(leader, standby, ending, signal));
      await leader[Symbol.asyncDispose]();
      leader = standby;
      standby = await start(ended, 'listening');
      [ended, stays] = [stays, ended];
    }
  }
  const { LEASE_SECONDS, LEASE_RENEW_SECONDS, LEASE_RETRY_SECONDS } = readSettings({});
  const unit = 'ms';
  return {
    setup: {
      kubernetes,
      'to take over': `${workers} workers`,
      lease: `${LEASE_SECONDS} s, renewed every ${LEASE_RETRY_SECONDS} s, given up after ${LEASE_RENEW_SECONDS} s`,
      'asked for the status': `every ${askEveryMs} ms`,
    },
    rows: [
      { what: 'kill -9 until the other answers', unit, values: found.SIGKILL, aim: { atMost: 10_000 } },
      { what: 'SIGTERM until the other answers', unit, values: found.SIGTERM, aim: { atMost: 2_000 } },
    ],
  };
}

async function msUntilServing(
  leader: Server,
  standby: Server,
  ending: Ending,
  signal: AbortSignal,
): Promise<number> {
  const startMs = performance.now();
  leader.signal(ending);
  for (;;) {
    try {
      const { total_count } = await standby.client.getWorkerStatus({ task_id: 'failover' }, { signal });
      if (total_count !== workers) throw new Error(`${total_count} of ${workers} workers were taken over`);
      return performance.now() - startMs;
    } catch (error) {
      if (!(error instanceof OttoscalerClientError) || error.code !== 'UNAVAILABLE') throw error;
    }
    await pause(askEveryMs, undefined, { signal });
  }
}
