/** A graph that no run may have: the request that asks for it is rejected, and names its culprit. */
import type { PipelineCommand } from '../../../src/machines/pipeline/command.ts';
import { readStageGraph } from '../../../src/rpc/validate/stage-graph.ts';

/** @returns whether the same graph with a cycle in it is rejected, by the names of those in it */
export function rejectsCycle({ stages }: PipelineCommand): boolean {
  const [first, last] = [stages[0]?.stageId ?? '', stages.at(-1)?.stageId ?? ''];
  const looped = stages.map((stage) => {
    const added = stage.stageId === first ? [last] : stage.stageId === last ? [first] : [];
    return { ...stage, dependsOn: [...new Set([...stage.dependsOn, ...added])] };
  });
  const reading = readStageGraph(looped);
  return reading.kind === 'broken' && JSON.stringify(reading.problem).includes(first);
}
