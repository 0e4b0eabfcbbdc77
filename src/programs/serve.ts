/**
 * The server: settings → adapters → actors → gRPC, and the same way back.
 *
 * Ends with 0 after a signal, with 1 where the actors crash in a loop or the cluster cannot be used.
 * On SIGTERM or SIGINT: health says NOT_SERVING, commands are refused, effects under way become durable,
 * connections are told to go. Workers go on; the next process takes them over from the ledgers.
 */
import { createActor, type ActorRefFrom } from 'xstate';
import { LastLines } from '../actors/pod/last-lines.ts';
import { providePool } from '../actors/provide.ts';
import type { Cluster } from '../cluster/port.ts';
import { readSettings } from '../config/read-settings.ts';
import { createLogger, type Logger } from '../log.ts';
import { installIndexedScheduler } from '../machines/indexed-scheduler.ts';
import { summarize } from '../machines/pipeline/summary.ts';
import * as pipelineView from '../machines/pool/pipeline-view.ts';
import type { poolMachine } from '../machines/pool/pool.machine.ts';
import * as view from '../machines/pool/view.ts';
import { startRpcServer, type RpcServer } from '../rpc/server.ts';
import { systemClock, systemRandom } from './clock.ts';
import { limitsOf, policyOf } from './compose.ts';
import { openCluster } from './open-cluster.ts';

/** @returns the exit code, once everything has ended. */
export async function serve(env: NodeJS.ProcessEnv): Promise<number> {
  const settings = readSettings(env);
  const log = createLogger({ level: settings.LOG_LEVEL, format: settings.LOG_FORMAT });
  const stop = untilSignal(log);
  const cluster = await openCluster(settings, log);
  const lastLines = new LastLines({ cluster, clock: systemClock, log });
  try {
    const { version } = await cluster.probe();
    const pool = startPool(cluster, log, policyOf(settings));
    const server = await startRpcServer({
      host: settings.GRPC_HOST,
      port: settings.GRPC_PORT,
      pool: { ref: pool, view: { ...view, ...pipelineView, summarize } },
      limits: limitsOf(settings),
      lastLines,
      now: () => systemClock.now(),
      reportUnexpected: (err, correlationId) =>
        log.error({ err, correlationId }, 'a call failed unexpectedly'),
    });
    followHealth(pool, server);
    log.info(
      { host: settings.GRPC_HOST, port: server.port, namespace: cluster.namespace, kubernetes: version },
      'Ottoscaler is listening',
    );
    const ended = await Promise.race([stop, endOf(pool)]);
    if (ended === 'signal') await drain(pool, server, settings.SHUTDOWN_SECONDS * 1_000);
    else await server.close(0);
    log.info({}, 'Ottoscaler has ended');
    return ended === 'signal' ? 0 : 1;
  } finally {
    lastLines.stop();
    await cluster.close();
  }
}

type PoolRef = ActorRefFrom<typeof poolMachine>;

function startPool(cluster: Cluster, log: Logger, policy: ReturnType<typeof policyOf>): PoolRef {
  const lines = {
    write: ({ podName, taskId, text }: { podName: string; taskId: string; text: string }) =>
      log.info({ podName, taskId, source: 'stdout' }, text),
  };
  const { machine, input } = providePool(
    { cluster, clock: systemClock, random: systemRandom, log, lines },
    policy,
  );
  const pool = createActor(machine, { input, id: 'pool' });
  installIndexedScheduler(pool, systemClock);
  return pool.start();
}

/** Ready in the gRPC sense only while the pool serves. */
function followHealth(pool: PoolRef, server: RpcServer): void {
  let serving = false;
  const look = () => {
    const now = pool.getSnapshot().hasTag('serving');
    if (now !== serving) server.setServing((serving = now));
  };
  pool.subscribe({ next: look, error: look });
  look();
}

/** Resolves when the pool is over, which without a drain means that it gave up. */
function endOf(pool: PoolRef): Promise<'pool'> {
  const { promise, resolve } = Promise.withResolvers<'pool'>();
  const end = () => resolve('pool');
  pool.subscribe({ complete: end, error: end });
  return promise;
}

async function drain(pool: PoolRef, server: RpcServer, withinMs: number): Promise<void> {
  const drained = endOf(pool);
  pool.send({ type: 'pool.drain' });
  server.setServing(false);
  await drained;
  await server.close(withinMs / 2);
}

/** The first signal begins the end; a second changes nothing, since the end is bounded. */
function untilSignal(log: Logger): Promise<'signal'> {
  const { promise, resolve } = Promise.withResolvers<'signal'>();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      log.info({ signal }, 'ending');
      resolve('signal');
    });
  }
  return promise;
}
