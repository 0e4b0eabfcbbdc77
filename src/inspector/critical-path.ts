/** The longest way through a run so far. Pure. */

export interface TimedStage {
  readonly stageId: string;
  readonly dependsOn: readonly string[];
  readonly startedMs?: number;
  readonly endedMs?: number;
}

/**
 * From the stage that ended last, or still runs, back along whichever dependency ended last: what would have to be
 * shorter for the run to be shorter.
 *
 * @returns ids in the order of their start
 */
export function criticalPath(stages: readonly TimedStage[]): readonly string[] {
  const begun = new Map(
    stages.flatMap((stage) => (stage.startedMs === undefined ? [] : [[stage.stageId, stage] as const])),
  );
  // What still runs ends after what has ended, also in the very millisecond that it began in.
  const endOf = ({ endedMs = Infinity }: TimedStage) => endedMs;
  const lastOf = (some: Iterable<TimedStage>) =>
    [...some].reduce<TimedStage | undefined>(
      (last, stage) => (last === undefined || endOf(stage) > endOf(last) ? stage : last),
      undefined,
    );
  const path: string[] = [];
  for (
    let stage = lastOf(begun.values());
    stage && path.length < stages.length;
    stage = lastOf(stage.dependsOn.flatMap((id) => begun.get(id) ?? []))
  )
    path.push(stage.stageId);
  return path.toReversed();
}
