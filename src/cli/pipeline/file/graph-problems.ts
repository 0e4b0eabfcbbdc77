/**
 * Everything that is wrong with a graph of stages, not only what is wrong first.
 *
 * Each problem is noted, mended in a copy, and the copy is read again: what one
 * mistake hides shows once it is gone.
 */
import { readStageGraph, type GraphProblem, type GraphStage } from '../../../rpc/validate/stage-graph.ts';
import { didYouMean } from './did-you-mean.ts';

export interface StageProblem {
  /** Into the file's `stages`. */
  readonly path: readonly (string | number)[];
  readonly rule: string;
}

type Mutable = { stageId: string; dependsOn: string[]; runWhen?: NonNullable<GraphStage['runWhen']> };

export function graphProblems(stages: readonly GraphStage[], countMax: number): StageProblem[] {
  const copy: Mutable[] = stages.map((stage) => ({ ...stage, dependsOn: [...stage.dependsOn] }));
  const problems: StageProblem[] = [];
  while (problems.length < countMax) {
    const reading = readStageGraph(copy);
    if (reading.kind === 'runnable') break;
    problems.push(told(reading.problem, stages));
    mend(reading.problem, copy);
  }
  return problems;
}

function told(problem: GraphProblem, stages: readonly GraphStage[]): StageProblem {
  switch (problem.kind) {
    case 'duplicate id':
      return {
        path: [problem.stage, 'id'],
        rule: `"${problem.stageId}" is already the id of stages[${problem.first}]; each stage needs its own`,
      };
    case 'unknown dependency':
      return {
        path: dependencyPath(problem.stage, problem.dependency, stages),
        rule: `"${problem.dependency}" is no stage${didYouMean(problem.dependency, idsOf(stages))}`,
      };
    case 'own dependency':
      return {
        path: dependencyPath(problem.stage, problem.dependency, stages),
        rule: `"${problem.dependency}" cannot wait for itself`,
      };
    case 'repeated dependency':
      return {
        path: dependencyPath(problem.stage, problem.dependency, stages),
        rule: `"${problem.dependency}" is named twice`,
      };
    case 'cycle': {
      const [first = '', next = ''] = problem.path;
      return {
        path: dependencyPath(idsOf(stages).indexOf(first), next, stages),
        rule: `the stages wait for each other: ${problem.path.join(' → ')}`,
      };
    }
  }
}

/** The last place where the stage names it: of two, the second is the one too many. */
function dependencyPath(
  stage: number,
  dependency: string,
  stages: readonly GraphStage[],
): (string | number)[] {
  const at = stages[stage]?.dependsOn.lastIndexOf(dependency) ?? -1;
  return [stage, 'depends_on', ...(at < 0 ? [] : [at])];
}

function idsOf(stages: readonly GraphStage[]): string[] {
  return stages.map(({ stageId }) => stageId);
}

function mend(problem: GraphProblem, stages: Mutable[]): void {
  if (problem.kind === 'duplicate id') {
    const stage = stages[problem.stage];
    // A name that no file can hold: NUL is refused in YAML.
    if (stage) stage.stageId = `\0${problem.stage}`;
    return;
  }
  const { stage, dependency } =
    problem.kind === 'cycle'
      ? { stage: stages.findIndex(({ stageId }) => stageId === problem.path[0]), dependency: problem.path[1] }
      : problem;
  const mended = stages[stage];
  if (mended === undefined || dependency === undefined) return;
  mended.dependsOn.splice(mended.dependsOn.lastIndexOf(dependency), 1);
}
