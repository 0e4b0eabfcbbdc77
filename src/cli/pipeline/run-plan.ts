/**
 * The stages of a run as they were asked for: what waits for what, and in which order they are shown.
 *
 * Built from our own request or from the one that the server remembers. A graph
 * that cannot be run, which no server accepts, is shown without its edges.
 */
import { readStageGraph, type StageGraph } from '../../rpc/validate/stage-graph.ts';

interface PlannedStage {
  readonly stageId: string;
  readonly dependsOn: readonly string[];
  readonly runWhen: 'success' | 'failure' | 'always';
  readonly allowFailure: boolean;
  /** Workers of an attempt, in all combinations of its matrix. */
  readonly workers: number;
}

export interface RunPlan {
  readonly stages: readonly PlannedStage[];
  readonly graph: StageGraph;
}

/** A stage of a request, as we write it or as the server gives it back. */
interface RequestedStage {
  readonly stage_id?: string;
  readonly depends_on?: readonly string[];
  readonly run_when?: string;
  readonly allow_failure?: boolean;
  readonly worker_count?: number;
  readonly matrix?: readonly { readonly values?: readonly string[] }[];
}

export function runPlan(requested: readonly RequestedStage[]): RunPlan {
  const stages = requested.map(plannedStage);
  const reading = readStageGraph(stages);
  if (reading.kind === 'runnable') return { stages, graph: reading.graph };
  const free = stages.map((stage) => ({ ...stage, dependsOn: [] }));
  const order = [...free.keys()];
  return { stages: free, graph: { dependencies: order.map(() => []), order, closing: new Set() } };
}

function plannedStage(stage: RequestedStage): PlannedStage {
  const { stage_id = '', depends_on = [], run_when = '', worker_count = 1, matrix = [] } = stage;
  return {
    stageId: stage_id,
    dependsOn: depends_on,
    runWhen: run_when === 'failure' || run_when === 'always' ? run_when : 'success',
    allowFailure: stage.allow_failure ?? false,
    workers: matrix.reduce((count, { values = [] }) => count * values.length, worker_count),
  };
}
