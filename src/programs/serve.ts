/**
 * The server: settings → adapters → actors → gRPC, and the same way back.
 *
 * Of several processes one leads: the others listen, refuse every call and say who does, and start their pool
 * once the lease is theirs. Ends with 0 after a signal, with 1 where the actors crash in a loop, the cluster
 * cannot be used, or the lease was lost: then nothing more is written, and the next start stands by.
 * On SIGTERM or SIGINT: health says NOT_SERVING, commands are refused, effects under way become durable, the
 * lease is given back, connections are told to go. Workers go on; the next leader takes them over from the ledgers.
 */
import { createActor } from 'xstate';
import { allOf } from '../actors/observer.ts';
import { providePool, type Ports } from '../actors/provide.ts';
import { readSettings } from '../config/read-settings.ts';
import { messageOf } from '../error-message.ts';
import { createLogger, type Logger } from '../log.ts';
import { summarize } from '../machines/pipeline/summary.ts';
import * as outputView from '../machines/pool/output-view.ts';
import * as pipelineView from '../machines/pool/pipeline-view.ts';
import * as view from '../machines/pool/view.ts';
import type { PoolFace } from '../recording/recorder.ts';
import { openSecurity, type Security } from '../rpc/security/security.ts';
import { startRpcServer, type RpcServer } from '../rpc/server.ts';
import type { PoolPort } from '../rpc/services/pool-port.ts';
import { admitVisitors } from './admit-visitors.ts';
import { systemClock, systemRandom } from './clock.ts';
import { limitsOf, policyOf, securityOf } from './compose.ts';
import { openHttpPort } from './http-port.ts';
import { inspect, scheduleTimers, type Inspected } from './inspect.ts';
import { elect, type Leadership } from './lead.ts';
import { measure, newMetrics } from './measure.ts';
import { openCluster } from './open-cluster.ts';
import { OutputPlaces } from './output-places.ts';
import { pushLogs } from './push-logs.ts';
import { readEvents, type EventReading } from './read-events.ts';
import { openRecording, type Recording } from './recording.ts';
import { showHandler } from './show-handler.ts';
import { tellCluster, type Told } from './tell-cluster.ts';
import { openTracing } from './trace.ts';
import { openWorkerAuthority } from './worker-authority.ts';

const nowMs = () => systemClock.now();

/** @returns the exit code, once everything has ended. */
export async function serve(env: NodeJS.ProcessEnv): Promise<number> {
  const settings = readSettings(env);
  const tracing = await openTracing(env);
  const log = createLogger({
    level: settings.LOG_LEVEL,
    format: settings.LOG_FORMAT,
    traceIdOf: tracing?.idOf,
  });
  const stop = untilSignal(log);
  const authority = openWorkerAuthority(settings, log);
  const shown = showHandler(settings, log);
  const permit = { mayWrite: () => true };
  const recording = await openRecording(settings, log);
  const metrics = newMetrics();
  const cluster = await openCluster(settings, log, {
    mayWrite: () => permit.mayWrite(),
    listener: metrics.api,
  });
  let told: Told | undefined;
  let secured: Security | undefined;
  const output = new OutputPlaces(settings, { cluster, log, answeredAfter: metrics.answeredAfter, shown });
  try {
    const { version } = await cluster.probe();
    const leadership = elect(cluster, log, settings);
    permit.mayWrite = leadership.mayWrite;
    const push = pushLogs(settings, { cluster, log, output, authority });
    told = tellCluster(settings, cluster, log);
    const { pool, inspected } = makePool(
      {
        cluster,
        log,
        witness: output.witness,
        fence: leadership.fence,
        observer: allOf([told.observer, ...(tracing ? [tracing.observer] : []), metrics.observer]),
      },
      policyOf(settings, push.policy),
      recording,
    );
    const ending = new AbortController();
    void stop.then(() => ending.abort());
    const broken = beginToLead(async () => {
      await leadership.led;
      await push.openKey(ending.signal);
      await output.open();
      // What is asked of it before is refused: it knows nothing yet.
      pool.start();
    }, log);
    const door = {
      pool: {
        ref: pool,
        view: { ...view, ...outputView, ...pipelineView, summarize },
        standsBy: leadership.standsBy,
        ...(tracing ? { traces: tracing.callers } : {}),
      } satisfies PoolPort,
      limits: limitsOf(settings),
    };
    const events = readEvents(settings, { ...door, log });
    const security = openSecurity(securityOf(settings, log, nowMs));
    secured = security;
    const inspector = inspect(settings, {
      ...inspected,
      ...door,
      lines: output.recent,
      admit: admitVisitors(settings.HTTP_HOST, security.credentials, nowMs, (path, peer, why) =>
        log.warn({ path, peer, why }, 'a visitor was refused'),
      ),
    });
    const http = await openHttpPort(
      settings,
      { pool, standsBy: leadership.standsBy, isEnding: () => ending.signal.aborted, log },
      {
        ...inspector,
        routes: [
          ...inspector.routes,
          measure(metrics, {
            pool,
            leadership,
            output: { counts: () => output.counts, sessions: push.sessions },
            redis: () => events.counts,
          }),
        ],
      },
    );
    const server = await startRpcServer({
      security,
      host: settings.GRPC_HOST,
      port: settings.GRPC_PORT,
      ...door,
      lastLines: { of: (podName) => output.recent.lastLineOf(podName) },
      recent: output.recent,
      push: push.portOf(pool),
      workerPort: settings.WORKER_LOG_PORT === 'off' ? undefined : settings.WORKER_LOG_PORT,
      now: nowMs,
      reportUnexpected: (err, correlationId) =>
        log.error({ err, correlationId }, 'a call failed unexpectedly'),
    });
    followHealth(pool, server);
    log.info(
      {
        host: settings.GRPC_HOST,
        port: server.port,
        workerPort: server.workerPort,
        httpPort: http.port,
        namespace: cluster.namespace,
        kubernetes: version,
      },
      'Ottoscaler is listening',
    );
    const ended = await Promise.race([stop, endOf(pool), leadership.lost, broken]);
    const code =
      ended === 'signal'
        ? await bringToEnd({ pool, server, events, leadership, output }, settings.SHUTDOWN_SECONDS * 1_000)
        : await giveUp(server, leadership, ended);
    await http.close(0);
    await events.close(0);
    log.info({}, 'Ottoscaler has ended');
    return code;
  } finally {
    told?.close();
    secured?.close();
    await output.close(0);
    authority?.close();
    shown?.close();
    await cluster.close();
    await recording?.close();
    await tracing?.close(lastSpansMs);
  }
}

/** @returns a promise that resolves only where the process cannot do its work */
async function beginToLead(begin: () => Promise<void>, log: Logger): Promise<'broken'> {
  try {
    await begin();
  } catch (error) {
    log.error({ reason: messageOf(error) }, 'Ottoscaler cannot begin');
    return 'broken';
  }
  return new Promise(() => undefined);
}

/** Not started: only who leads may act. */
function makePool(
  around: Pick<Ports, 'cluster' | 'log' | 'witness' | 'fence' | 'observer'>,
  policy: ReturnType<typeof policyOf>,
  recording: Recording | undefined,
): { readonly pool: PoolFace; readonly inspected: Inspected } {
  const recorder = recording?.begin();
  const provided = providePool({ ...around, clock: systemClock, random: systemRandom }, policy);
  const { machine, input } = recorder?.tap(provided) ?? provided;
  const pool = createActor(machine, { input, id: 'pool' });
  const inspected = scheduleTimers(pool, recorder?.clock(systemClock) ?? systemClock);
  return { pool: recorder?.face(pool) ?? pool, inspected };
}

/** Ready in the gRPC sense only while the pool serves. */
function followHealth(pool: PoolFace, server: RpcServer): void {
  let serving = false;
  const look = () => {
    const now = pool.getSnapshot().hasTag('serving');
    if (now !== serving) server.setServing((serving = now));
  };
  pool.subscribe({ next: look, error: look });
  look();
}

/** Resolves when the pool is over, which without a drain means that it gave up. */
function endOf(pool: PoolFace): Promise<'pool'> {
  const { promise, resolve } = Promise.withResolvers<'pool'>();
  const end = () => resolve('pool');
  pool.subscribe({ complete: end, error: end });
  return promise;
}

interface Running {
  readonly pool: PoolFace;
  readonly server: RpcServer;
  readonly events: EventReading;
  readonly leadership: Leadership;
  readonly output: OutputPlaces;
}

/** How long otto-handler is given to take the lines that are there. */
const lastLinesMs = 3_000;

/** How long the collector is given to take what was traced last. */
const lastSpansMs = 2_000;

/** How long events that are under way are given to be acknowledged; those that are not come again. */
const lastEventsMs = 2_000;

/** After a signal. The lease goes last: who takes over finds nothing half done. @returns the exit code */
async function bringToEnd(
  { pool, server, events, leadership, output }: Running,
  withinMs: number,
): Promise<number> {
  const endsMs = performance.now() + withinMs;
  server.setServing(false);
  if (leadership.standsBy() === undefined) {
    await events.close(Math.min(lastEventsMs, withinMs / 8));
    const drained = endOf(pool);
    pool.send({ type: 'pool.drain' });
    if ((await Promise.race([drained, leadership.lost])) === 'lost')
      return await giveUp(server, leadership, 'lost');
    await output.close(Math.min(lastLinesMs, withinMs / 4));
  }
  await leadership.resign();
  await server.close(Math.max(0, endsMs - performance.now()));
  return 0;
}

/** What was lost is not given back. @returns the exit code */
async function giveUp(
  server: RpcServer,
  leadership: Leadership,
  why: 'pool' | 'lost' | 'broken',
): Promise<number> {
  server.setServing(false);
  if (why !== 'lost') await leadership.resign();
  await server.close(0);
  return 1;
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
