/** What becomes of the workers of runs, by stage, worker and attempt instead of by the names of their Pods. */
import { attemptName } from '../../../src/actors/ledger/pipeline-order.ts';
import { workersOf, type PipelineCommand } from '../../../src/machines/pipeline/command.ts';
import type { PodScript, Scripts } from '../model/kubelet.ts';
import { briefly } from '../model/kubelet.ts';

/** Attempts of one worker that scripts foresee; later ones end briefly. */
const attemptsMax = 15;

/** @returns undefined: `briefly`. */
export type Casting = (stageId: string, index: number, attempt: number) => Partial<PodScript> | undefined;

export function scriptsFor(commands: readonly PipelineCommand[], cast: Casting): Scripts {
  const nameOf = attemptName('default');
  const scripts = new Map<string, PodScript>();
  for (const command of commands) {
    for (const stage of command.stages) {
      for (let index = 0; index < workersOf(stage); index++) {
        for (let attempt = 1; attempt <= attemptsMax; attempt++) {
          const name = nameOf(command.pipelineId, stage.stageId, index, attempt);
          scripts.set(name, { ...briefly, ...cast(stage.stageId, index, attempt) });
        }
      }
    }
  }
  return (name) => scripts.get(name) ?? briefly;
}
