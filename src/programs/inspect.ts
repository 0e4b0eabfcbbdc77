/** The inspector on the HTTP port: the page, what it looks at, and what its buttons do. */
import { fileURLToPath } from 'node:url';
import type { Actor } from 'xstate';
import type { Settings } from '../config/settings.ts';
import { isLoopback } from '../http/trusted-request.ts';
import { effectsOf } from '../inspector/chart.ts';
import { chartRoutes } from '../inspector/charts.ts';
import { actionRoutes } from '../inspector/actions.ts';
import { InspectSockets } from '../inspector/inspect-socket.ts';
import { liveScene } from '../inspector/live-scene.ts';
import type { LinesPort } from '../inspector/log-tail.ts';
import { pageFiles } from '../inspector/page-files.ts';
import type { Reading } from '../inspector/reading.ts';
import { Secrets } from '../inspector/secrets.ts';
import type { TimersOf } from '../inspector/timers.ts';
import { StatelySockets } from '../inspector/stately/socket.ts';
import { TreeWatch, type Watched } from '../inspector/tree-watch.ts';
import { installIndexedScheduler, type TimerClock } from '../machines/indexed-scheduler.ts';
import { pipelineMachine } from '../machines/pipeline/pipeline.machine.ts';
import { poolMachine } from '../machines/pool/pool.machine.ts';
import { scaleDownMachine } from '../machines/scale/scale-down.machine.ts';
import { scaleUpMachine } from '../machines/scale/scale-up.machine.ts';
import { stageMachine } from '../machines/stage/stage.machine.ts';
import { workerMachine } from '../machines/worker/worker.machine.ts';
import type { PoolPort } from '../rpc/services/pool-port.ts';
import type { Limits } from '../rpc/validate/limits.ts';
import { systemClock } from './clock.ts';
import type { HttpParts } from './http-port.ts';
import { actingOn } from './inspect-actions.ts';
import { versions } from './versions.ts';

type PoolRef = Actor<typeof poolMachine>;

/** What the inspector needs of the actors beside what everybody knows of them. */
export interface Inspected {
  /** The pool itself, not what stands for it. */
  readonly root: PoolRef;
  readonly timersOf: TimersOf;
}

export interface InspectPorts extends Inspected {
  readonly pool: PoolPort;
  readonly limits: Limits;
  readonly lines: LinesPort;
}

const charts = {
  pool: poolMachine,
  pipeline: pipelineMachine,
  stage: stageMachine,
  worker: workerMachine,
  scaleUp: scaleUpMachine,
  scaleDown: scaleDownMachine,
};
const effects = Object.fromEntries(
  Object.entries(charts).map(([name, machine]) => [name, effectsOf(machine)]),
);

/** Where the page is built; the same place for the program as it is written and as it is built. */
const pageFolder = fileURLToPath(new URL('../../dist/page', import.meta.url));

/** What is shown of timers is when they are due; a clock of ours remembers it, an id of the inner one beside. */
interface DueTimer {
  readonly id: unknown;
  readonly dueMs: number;
}

/** Gives the pool its timers. Call it before the pool starts. */
export function scheduleTimers(root: PoolRef, clock: TimerClock): Inspected {
  const timersOfActor = installIndexedScheduler(root, {
    setTimeout: (fn, timeoutMs, actorId, timerId) =>
      ({
        id: clock.setTimeout(fn, timeoutMs, actorId, timerId),
        dueMs: systemClock.now() + timeoutMs,
      }) satisfies DueTimer,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- ids come from setTimeout above
    clearTimeout: (timer) => clock.clearTimeout((timer as DueTimer).id),
  });
  return {
    root,
    timersOf: (ref) =>
      Array.from(timersOfActor(ref), ([id, timer]) => {
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- ids come from setTimeout above
        const { dueMs } = timer as DueTimer;
        return { id, dueMs };
      }),
  };
}

export function inspect(
  { HTTP_HOST, NAMESPACE, LOG_SECRET_NAMES }: Settings,
  { root, timersOf, pool, limits, lines }: InspectPorts,
): Required<Pick<HttpParts, 'routes' | 'upgrades'>> & Pick<HttpParts, 'fallback'> {
  const secrets = new Secrets(LOG_SECRET_NAMES);
  // Nobody logs in yet: who reaches this machine's own loopback may act, others may look.
  const role = isLoopback(HTTP_HOST) ? 'operator' : 'viewer';
  const read = (): Reading => ({
    pool: root.getSnapshot(),
    root,
    timersOf,
    secrets,
    nowMs: systemClock.now(),
  });
  const watched: Watched = {
    inspect: (observer) => root.system.inspect(observer),
    read,
    now: () => systemClock.now(),
  };
  const watch = new TreeWatch(watched);
  const stately = new StatelySockets(watched, charts);
  const scene = liveScene({
    watch,
    read,
    effectsOf: (chart) => effects[chart] ?? (() => undefined),
    lines,
    openRun: (pipelineId) => {
      if (root.getSnapshot().hasTag('serving'))
        pool.ref.send({ type: 'pipeline.open', opening: { kind: 'attach', pipelineId } });
    },
  });
  const { ottoscaler: version = '' } = versions();
  const sockets = new InspectSockets({
    watch,
    scene,
    hello: () => ({ type: 'hello', version, namespace: NAMESPACE, role, nowMs: systemClock.now() }),
  });
  const files = pageFiles(pageFolder);
  return {
    routes: [...chartRoutes(Object.values(charts)), ...actionRoutes(actingOn({ pool, limits }), () => role)],
    upgrades: [
      {
        path: '/inspect',
        take: (request, socket, head, ending) => sockets.take(request, socket, head, ending),
      },
      {
        path: '/inspect/stately',
        take: (request, socket, head, ending) => stately.take(request, socket, head, ending),
      },
    ],
    ...(files ? { fallback: files } : {}),
  };
}
