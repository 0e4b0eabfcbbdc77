/** A pool on the embedded cluster with the inspector in front of it, in this process: all real but the settings. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { createActor } from 'xstate';
import { unfenced } from '../../src/actors/ledger/fence.ts';
import { providePool } from '../../src/actors/provide.ts';
import { connectKubernetes } from '../../src/cluster/kubernetes/connect.ts';
import { startLocalCluster } from '../../src/cluster/local/local-cluster.ts';
import type { Credential } from '../../src/config/credentials-file.ts';
import { readSettings } from '../../src/config/read-settings.ts';
import { startHttpServer } from '../../src/http/server.ts';
import { createLogger } from '../../src/log.ts';
import type { ScaleUpCommand } from '../../src/machines/command.ts';
import type { PipelineCommand } from '../../src/machines/pipeline/command.ts';
import { summarize } from '../../src/machines/pipeline/summary.ts';
import * as outputView from '../../src/machines/pool/output-view.ts';
import * as pipelineView from '../../src/machines/pool/pipeline-view.ts';
import * as view from '../../src/machines/pool/view.ts';
import { admitVisitors } from '../../src/programs/admit-visitors.ts';
import { systemClock, systemRandom } from '../../src/programs/clock.ts';
import { limitsOf, policyOf } from '../../src/programs/compose.ts';
import type { HttpParts } from '../../src/programs/http-port.ts';
import { inspect, scheduleTimers } from '../../src/programs/inspect.ts';
import { OutputPlaces } from '../../src/programs/output-places.ts';
import { quietXstate } from './quiet-xstate.ts';
import { until } from './until.ts';

export interface InspectedPool {
  /** Of the HTTP port, such as `127.0.0.1:8080`. */
  readonly address: string;
  /** For what a test and its workers tell each other; removed at the end. */
  readonly folder: string;
  /** What the HTTP port serves beside files. */
  readonly served: Required<Pick<HttpParts, 'routes' | 'upgrades'>>;
  /** How many observers are attached to the actors now. */
  readonly observers: () => number;
  readonly root: ReturnType<typeof newPool>['root'];
  scaleUp(command: ScaleUpCommand): void;
  submit(command: PipelineCommand): void;
}

/** @param credentials who may look and act, as it is whenever it is asked; undefined = everybody, as on loopback */
export async function startInspectedPool(
  env: Readonly<Record<string, string>> = {},
  credentials: () => readonly Credential[] | undefined = () => undefined,
): Promise<InspectedPool> {
  quietXstate();
  const folder = await mkdtemp(path.join(tmpdir(), 'otto-inspected-'));
  const settings = readSettings({ OTTO_CLUSTER: 'local', WORKER_GRACE_SECONDS: '1', ...env });
  const log = createLogger({ level: 'fatal', format: 'json' });
  const local = await startLocalCluster({ directory: folder });
  const cluster = await connectKubernetes({
    namespace: 'default',
    kubeconfigPath: local.kubeconfigPath,
    warn: () => {},
  });
  const output = new OutputPlaces(settings, { cluster, log, answeredAfter: () => {} });
  await output.open();
  const { root, timersOf, observers } = newPool(
    providePool(
      { cluster, clock: systemClock, random: systemRandom, log, witness: output.witness, fence: unfenced },
      policyOf(settings),
    ),
  );
  root.start();
  const port = { ref: root, view: { ...view, ...outputView, ...pipelineView, summarize } };
  const parts = inspect(settings, {
    admit: admitVisitors(
      settings.HTTP_HOST,
      credentials,
      () => systemClock.now(),
      () => {},
    ),
    root,
    timersOf,
    pool: port,
    limits: limitsOf(settings),
    lines: output.recent,
  });
  const http = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    ...parts,
    reportUnexpected: (error) => console.error(error),
  });
  onTestFinished(async () => {
    await http.close(0);
    root.send({ type: 'pool.drain' });
    await until('the pool to drain', () => root.getSnapshot().status === 'done');
    await output.close(0);
    await cluster.close();
    await local.close();
    await rm(folder, { recursive: true, force: true });
  });
  await until('a pool that serves', () => root.getSnapshot().hasTag('serving'));
  return {
    address: `127.0.0.1:${http.port}`,
    folder,
    served: { routes: parts.routes, upgrades: parts.upgrades ?? [] },
    observers,
    root,
    scaleUp: (command) => root.send({ type: 'scale.up', command }),
    submit: (command) =>
      root.send({
        type: 'pipeline.open',
        opening: { kind: 'submit', pipelineId: command.pipelineId, command },
      }),
  };
}

/** Whose observers are counted: xstate does not tell how many there are. */
function newPool({ machine, input }: ReturnType<typeof providePool>) {
  const root = createActor(machine, { input, id: 'pool' });
  const inspected = scheduleTimers(root, systemClock);
  let observers = 0;
  const attach = root.system.inspect.bind(root.system);
  root.system.inspect = (observer) => {
    observers += 1;
    const subscription = attach(observer);
    return {
      unsubscribe() {
        observers -= 1;
        subscription.unsubscribe();
      },
    };
  };
  return { ...inspected, observers: () => observers };
}
