/** Graphs of stages drawn from a seed: any shape that validation lets through. */
import type { Random } from '../../src/actors/ports.ts';
import type { PipelineCommand, RetryRule, StageCommand } from '../../src/machines/pipeline/command.ts';
import { noRetry, pipelineCommand, stageCommand } from './pipelines.ts';

export const below = (random: Random, count: number): number => Math.floor(random() * count);
export const chance = (random: Random, share: number): boolean => random() < share;

export function pick<T>(random: Random, items: readonly [T, ...T[]]): T {
  return items[below(random, items.length)] ?? items[0];
}

function shuffled<T>(random: Random, items: readonly T[]): T[] {
  const left = [...items];
  return items.flatMap(() => left.splice(below(random, left.length), 1));
}

/** @param fill makes a stage of its id and dependencies */
function drawGraph(
  random: Random,
  count: number,
  fill: (stageId: string, dependsOn: readonly string[]) => StageCommand,
): readonly StageCommand[] {
  const density = random() * 3;
  const reach = 1 + below(random, count);
  const stages = Array.from({ length: count }, (_, at) => {
    const known = Array.from({ length: Math.min(at, reach) }, (_unused, back) => `s${at - 1 - back}`);
    const wanted = Math.min(known.length, Math.floor(density * random() * 2));
    return fill(`s${at}`, shuffled(random, known).slice(0, wanted).toSorted());
  });
  // The order in which stages are sent says nothing about when they run.
  return chance(random, 0.5) ? shuffled(random, stages) : stages;
}

/** Stages as the schedule looks at them: it knows nothing of workers. */
export function drawOutline(random: Random, count: number): Pick<PipelineCommand, 'stages' | 'onFailure'> {
  const special = random() * 0.5;
  const stages = drawGraph(random, count, (stageId, dependsOn) =>
    stageCommand(stageId, {
      dependsOn,
      runWhen: chance(random, special) ? pick(random, ['failure', 'always']) : 'success',
      allowFailure: chance(random, 0.2),
    }),
  );
  return { stages, onFailure: pick(random, ['stop', 'continue']) };
}

function drawRetry(random: Random): RetryRule {
  if (chance(random, 0.5)) return noRetry;
  return {
    retriesMax: below(random, 4),
    delaySeconds: below(random, 4),
    backoffFactor: pick(random, [1, 2]),
    delaySecondsMax: pick(random, [0, 5]),
    failures: pick(random, [[], [], ['exit-code'], ['oom-killed', 'unknown']]),
    exitCodes: pick(random, [[], [], [1]]),
  };
}

/** A whole run, with workers. */
export function drawPipeline(random: Random, pipelineId: string, count: number): PipelineCommand {
  const outline = drawOutline(random, count);
  const stages = outline.stages.map((stage): StageCommand => ({
    ...stage,
    workerCount: 1 + below(random, chance(random, 0.3) ? 3 : 1),
    matrix: chance(random, 0.1) ? [{ name: 'FLAVOUR', values: ['a', 'b'] }] : [],
    retry: drawRetry(random),
  }));
  return pipelineCommand(stages, { pipelineId, onFailure: outline.onFailure });
}
