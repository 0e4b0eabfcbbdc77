/**
 * What stages wait for. A stage that runs always or on failure and depends on nothing is a finally: it waits for all
 * ordinary stages (docs/pipelines.md), drawn as those of them that no other one waits for.
 */
import type { RunPicture, StagePicture } from '../../src/inspector/protocol.ts';

/** The same run, whose finallies say what they wait for, and whose critical path goes on through it. */
export function withFinallyWaits(run: RunPicture): RunPicture {
  const ordinary = run.stages.filter((stage) => !isFinally(stage));
  if (ordinary.length === run.stages.length) return run;
  const awaited = new Set(ordinary.flatMap(({ dependsOn }) => dependsOn));
  const last = ordinary.map(({ stageId }) => stageId).filter((id) => !awaited.has(id));
  const stages = run.stages.map((stage) => (isFinally(stage) ? { ...stage, dependsOn: last } : stage));
  return { ...run, stages, criticalPath: backToTheBeginning(run.criticalPath, stages) };
}

function isFinally({ runWhen, dependsOn }: StagePicture): boolean {
  return runWhen !== 'success' && dependsOn.length === 0;
}

/** Back along whichever ended last. */
function backToTheBeginning(
  criticalPath: readonly string[],
  stages: readonly StagePicture[],
): readonly string[] {
  const byId = new Map(stages.map((stage) => [stage.stageId, stage]));
  const path = [...criticalPath];
  while (path.length > 0 && path.length < stages.length) {
    const [former] = (byId.get(path[0] ?? '')?.dependsOn ?? [])
      .flatMap((id) => byId.get(id) ?? [])
      .filter(({ startedMs }) => startedMs !== undefined)
      .toSorted((a, b) => (b.endedMs ?? Infinity) - (a.endedMs ?? Infinity));
    if (!former) break;
    path.unshift(former.stageId);
  }
  return path;
}
