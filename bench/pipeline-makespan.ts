/**
 * How long runs take in virtual time, on the model cluster of the tests: the real charts and effects, a store
 * and a kubelet in memory. Every duration is drawn, so what is longer than the longest way through the graph
 * is ours.
 */
import { attemptName } from '../src/actors/ledger/pipeline-order.ts';
import type { FaultPlan } from '../test/simulation/model/fault-plan.ts';
import { Ottoscaler } from '../test/simulation/model/ottoscaler.ts';
import { seeded } from '../test/simulation/model/seeded.ts';
import { World } from '../test/simulation/model/world.ts';
import {
  commandOf,
  criticalPath,
  durationMsMax,
  graphOf,
  levelByLevel,
  startMs,
  stageIdOf,
  type Graph,
} from './pipeline-graphs.ts';
import { answerParent } from './support/answer-parent.ts';

export interface MakespanRun {
  readonly stages: number;
  readonly seed: number;
  /** What each call to the API server takes, in virtual time. */
  readonly callMs: number;
}

export interface Makespan {
  /** From the acceptance to the run's last event, as a multiple of its critical path. */
  readonly overCriticalPath: number;
  /** The same of a scheduler with a barrier between levels, at best. */
  readonly levelByLevel: number;
}

const withinMs = 24 * 3_600_000;
const pipelineId = 'bench';

answerParent(measure);

async function measure({ stages, seed, callMs }: MakespanRun): Promise<Makespan> {
  const random = seeded(seed);
  const graph = graphOf('random', stages, random);
  const durations = graph.map(() => startMs + Math.round(random() * durationMsMax));
  const world = worldOf(graph, durations);
  const slow: FaultPlan = () => ({ kind: 'slow', beforeMs: callMs / 2, afterMs: callMs / 2 });
  const otto = new Ottoscaler(world, {
    policy: { liveMax: 1_000_000 },
    ...(callMs > 0 ? { plan: slow } : {}),
  });
  await otto.open({ kind: 'submit', pipelineId, command: commandOf(pipelineId, graph) });
  await world.run(() => otto.reading(pipelineId)?.phase === 'ended', withinMs);
  const { progress = [] } = otto.reading(pipelineId) ?? {};
  otto.kill();
  const last = progress.at(-1);
  if (last?.status !== 'completed')
    throw new Error(`the run ended as ${last?.status}: ${last?.errorMessage}`);
  const tookMs = Date.parse(last.at) - Date.parse(progress[0]?.at ?? '');
  const atLeastMs = criticalPath(graph, durations);
  return {
    overCriticalPath: tookMs / atLeastMs,
    levelByLevel: levelByLevel(graph, durations) / atLeastMs,
  };
}

function worldOf(graph: Graph, durations: readonly number[]): World {
  const nameOf = attemptName('default');
  const byName = new Map(
    graph.map((_, index) => [nameOf(pipelineId, stageIdOf(index), 0, 1), durations[index] ?? 0]),
  );
  return new World({
    scripts: (podName) => ({
      bindMs: startMs / 3,
      startMs: (startMs * 2) / 3,
      runMs: (byName.get(podName) ?? 0) - startMs,
      exitCode: 0,
      stopMs: startMs,
    }),
  });
}
