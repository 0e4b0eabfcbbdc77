/** A reflector on a scripted API server under a clock of the test's own, taken down whatever happens. */
import { clusterOver } from '../../src/cluster/kubernetes/connect.ts';
import { fixedCredentials } from '../../src/cluster/kubernetes/credentials.ts';
import { Transport } from '../../src/cluster/kubernetes/transport.ts';
import type { Cluster, PodObserver } from '../../src/cluster/port.ts';
import { ManualClock } from './manual-clock.ts';
import { PodRecorder } from './pod-recorder.ts';
import { ScriptedApiServer, type ScriptedWatch } from './scripted-api-server.ts';

export interface ReflectionBench {
  readonly server: ScriptedApiServer;
  readonly clock: ManualClock;
  readonly cluster: Cluster;
  readonly recorder: PodRecorder;
  readonly warnings: string[];
  /** Starts to reflect into the recorder, or another observer. */
  readonly start: (observer?: PodObserver) => void;
  /** The next watch, once the reflector knows too that it is open. */
  readonly watching: () => Promise<ScriptedWatch>;
  readonly stop: () => Promise<void>;
}

export async function onScriptedServer(
  run: (bench: ReflectionBench) => Promise<void>,
  { reflectAhead = false }: { readonly reflectAhead?: boolean } = {},
): Promise<void> {
  const server = await ScriptedApiServer.start();
  const clock = new ManualClock();
  const warnings: string[] = [];
  const transport = new Transport(
    { origin: server.origin, basePath: '', tls: {}, credentials: fixedCredentials({}) },
    { requestTimeoutMs: 10_000, connectionsMax: 4, streamsMax: 8, userAgent: 'ottoscaler/test', clock },
  );
  const cluster = clusterOver(transport, {
    namespace: 'test',
    clock,
    random: () => 0,
    reflectAhead,
    warn: (problem) => warnings.push(problem),
  });
  const recorder = new PodRecorder();
  const reflections: { stop(): Promise<void> }[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(reflections.splice(0).map((reflection) => reflection.stop()));
  };
  try {
    await run({
      server,
      clock,
      cluster,
      recorder,
      warnings,
      start: (observer = recorder) => void reflections.push(cluster.pods.reflect(observer)),
      async watching() {
        const watch = await server.nextWatch();
        await recorder.until('health', ({ healths }) => healths.at(-1)?.healthy === true);
        return watch;
      },
      stop,
    });
  } finally {
    await stop();
    await cluster.close();
    await server.close();
  }
}
