/** The order of a run's stages, dependencies first. Pure, without recursion: a chain may be 10,000 stages long. */
import type { StageCommand } from '../../machines/pipeline/command.ts';

type Node = Pick<StageCommand, 'stageId' | 'dependsOn'>;

/** By stage index, the indices of the stages that it depends on. @throws Error where an id is unknown or taken twice */
export function dependenciesOf(stages: readonly Node[]): ReadonlyArray<readonly number[]> {
  const byId = new Map(stages.map(({ stageId }, index) => [stageId, index]));
  if (byId.size < stages.length) throw new Error('two stages have one id');
  return stages.map(({ stageId, dependsOn }) =>
    dependsOn.map((id) => {
      const index = byId.get(id);
      if (index === undefined) {
        throw new Error(
          `stage ${JSON.stringify(stageId)} depends on ${JSON.stringify(id)}, which does not exist`,
        );
      }
      return index;
    }),
  );
}

/** @returns stage indices, each after all that it depends on. @throws Error where stages wait for each other */
export function inOrder(dependencies: ReadonlyArray<readonly number[]>): readonly number[] {
  const waitsFor = dependencies.map((all) => all.length);
  const dependents = dependencies.map((): number[] => []);
  for (const [stage, all] of dependencies.entries())
    for (const before of all) dependents[before]?.push(stage);
  const order = waitsFor.flatMap((count, stage) => (count === 0 ? [stage] : []));
  // The list grows while it is walked: each stage is added once, when the last that it waits for was passed.
  for (const stage of order) {
    for (const next of dependents[stage] ?? []) {
      const left = (waitsFor[next] ?? 0) - 1;
      waitsFor[next] = left;
      if (left === 0) order.push(next);
    }
  }
  if (order.length < dependencies.length) throw new Error('its stages wait for each other in a circle');
  return order;
}
