/** The chain of stages that took the longest, by the times of the run. */
import { criticalPath, type CriticalPath } from '../../rpc/validate/stage-graph.ts';
import { durationMs, type RunState } from './run-state.ts';

/** Its weight is in ms. Stages that never started weigh nothing and are left out. */
export function actualPath(state: RunState): CriticalPath {
  const { plan, stages, latestAtMs } = state;
  const weights = plan.stages.map(({ stageId }) => {
    const stage = stages.get(stageId);
    const lastsMs = stage ? durationMs(stage, latestAtMs) : 0;
    return Number.isNaN(lastsMs) ? 0 : lastsMs;
  });
  const { stages: path, weight } = criticalPath(plan.graph, weights);
  const ran = path.filter((index) => {
    const stage = stages.get(plan.stages[index]?.stageId ?? '');
    return stage !== undefined && !Number.isNaN(stage.startedAtMs);
  });
  return { stages: ran, weight };
}

export function namesOf({ plan }: Pick<RunState, 'plan'>, indices: readonly number[]): string[] {
  return indices.map((index) => plan.stages[index]?.stageId ?? '');
}
