/** The inspector on the HTTP port: the page, what it looks at, and what its buttons do. */
import type { Actor } from 'xstate';
import type { Settings } from '../config/settings.ts';
import type { HttpUpgrade } from '../http/server.ts';
import { actionRoutes } from '../inspector/actions.ts';
import { InspectSockets } from '../inspector/inspect-socket.ts';
import { liveScene } from '../inspector/live-scene.ts';
import type { LinesPort } from '../inspector/log-tail.ts';
import type { Reading } from '../inspector/reading.ts';
import { Secrets } from '../inspector/secrets.ts';
import { StatelySockets } from '../inspector/stately/socket.ts';
import { tapesRoute } from '../inspector/tapes.ts';
import type { TimersOf } from '../inspector/timers.ts';
import { TreeWatch, type Watched } from '../inspector/tree-watch.ts';
import { admitted, sessionRoute, whileAdmitted, type Admit } from '../inspector/visitor.ts';
import { installIndexedScheduler, type TimerClock } from '../machines/indexed-scheduler.ts';
import type { poolMachine } from '../machines/pool/pool.machine.ts';
import type { PoolPort } from '../rpc/services/pool-port.ts';
import type { Limits } from '../rpc/validate/limits.ts';
import { systemClock } from './clock.ts';
import type { HttpParts } from './http-port.ts';
import { actingOn } from './inspect-actions.ts';
import { charts, effectsOfCharts, ownVersion, pageParts } from './inspect-page.ts';
import { tapesBeside } from './inspect-tapes.ts';

const nowMs = () => systemClock.now();

type PoolRef = Actor<typeof poolMachine>;

/** What the inspector needs of the actors beside what everybody knows of them. */
export interface Inspected {
  /** The pool itself, not what stands for it. */
  readonly root: PoolRef;
  readonly timersOf: TimersOf;
}

interface InspectPorts extends Inspected {
  readonly pool: PoolPort;
  readonly limits: Limits;
  readonly lines: LinesPort;
  /** Who may look, and who may act. */
  readonly admit: Admit;
}

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

type InspectSettings = Pick<Settings, 'NAMESPACE' | 'LOG_SECRET_NAMES' | 'RECORD_FILE'>;

export function inspect(settings: InspectSettings, ports: InspectPorts): HttpParts {
  const { NAMESPACE: namespace, RECORD_FILE } = settings;
  const { admit } = ports;
  const { routes, ...files } = pageParts();
  const shelf = tapesBeside(RECORD_FILE);
  const watched = watchedBy(settings, ports, (podName) => watch.environmentOf(podName));
  const version = ownVersion();
  const watch: TreeWatch = new TreeWatch(watched);
  const sockets = new InspectSockets({
    watch,
    scene: sceneOf(watch, watched, ports),
    hello: (session) => ({ type: 'hello', version, namespace, session, nowMs: nowMs() }),
    effectsOf: effectsOfCharts,
    openTape: (name, ending) => shelf.open(name, ending),
  });
  const stately = new StatelySockets(watched, charts);
  return {
    ...files,
    routes: [
      ...routes,
      sessionRoute(admit),
      ...actionRoutes(actingOn(ports), admit),
      admitted(
        admit,
        tapesRoute(() => shelf.list()),
      ),
    ],
    upgrades: [at('/inspect', sockets, admit), at('/inspect/stately', stately, admit)],
  };
}

function watchedBy(
  { LOG_SECRET_NAMES }: InspectSettings,
  { root, timersOf }: InspectPorts,
  environmentOf: Reading['environmentOf'],
): Watched {
  const secrets = new Secrets(LOG_SECRET_NAMES);
  return {
    inspect: (observer) => root.system.inspect(observer),
    read: (): Reading => ({
      pool: root.getSnapshot(),
      root,
      timersOf,
      secrets,
      environmentOf,
      nowMs: nowMs(),
    }),
    now: nowMs,
  };
}

function sceneOf(watch: TreeWatch, { read }: Watched, { root, pool, lines }: InspectPorts) {
  return liveScene({
    watch,
    read,
    effectsOf: effectsOfCharts,
    lines,
    openRun: (pipelineId) => {
      if (root.getSnapshot().hasTag('serving'))
        pool.ref.send({ type: 'pipeline.open', opening: { kind: 'attach', pipelineId } });
    },
  });
}

type Sockets = Pick<InspectSockets, 'take'>;

function at(path: string, sockets: Sockets, admit: Admit): HttpUpgrade {
  return {
    path,
    take(request, socket, head, ending) {
      const session = admit(request);
      sockets.take(request, socket, head, whileAdmitted(admit, session, request, socket, ending), session);
    },
  };
}
