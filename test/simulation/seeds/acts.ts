/** What callers of a life want, drawn beforehand: each of it alone can be left out. */
import type { Random } from '../../../src/actors/ports.ts';
import type { ScaleDownCommand, ScaleUpCommand } from '../../../src/machines/command.ts';
import type { Cancel, CancelMode, PipelineCommand } from '../../../src/machines/pipeline/command.ts';
import { scaleDownCommand, scaleUpCommand } from '../../support/orders.ts';
import { below, chance, drawPipeline, pick } from '../../support/random-pipelines.ts';
import type { Decisions } from './decisions.ts';

/** Value of a variable that is called like a secret: nobody may read it anywhere. */
export const plantedSecret = 'canary-4f1d2c';
const withSecret = { env: [['API_TOKEN', plantedSecret]] } as const;

export type Act = { readonly key: string; readonly atMs: number } & (
  | { readonly kind: 'scale-up'; readonly command: ScaleUpCommand }
  | { readonly kind: 'scale-down'; readonly command: ScaleDownCommand }
  | { readonly kind: 'pipeline'; readonly command: PipelineCommand }
  | { readonly kind: 'cancel'; readonly pipelineId: string; readonly cancel: Cancel }
  | { readonly kind: 'retry'; readonly pipelineId: string; readonly earlierId: string }
);

/** @param lastsMs within which all of them begin */
export function drawActs(decisions: Decisions, lastsMs: number): readonly Act[] {
  const count = 2 + below(decisions.dice('acts'), 5);
  const runs: string[] = [];
  const acts: Act[] = [];
  for (let nth = 0; nth < count; nth++) {
    const key = `act ${nth}`;
    const dice = decisions.dice(key);
    const atMs = nth === 0 ? 0 : dice() * lastsMs * 0.7;
    const wants = dice();
    if (wants < 0.35) acts.push({ key, atMs, kind: 'scale-up', command: drawScaleUp(dice, nth) });
    else if (wants < 0.5) acts.push({ key, atMs, kind: 'scale-down', command: drawScaleDown(dice, nth) });
    else {
      const command = drawRun(dice, `run-${nth}`);
      runs.push(command.pipelineId);
      acts.push({ key, atMs, kind: 'pipeline', command }, ...drawSequel(dice, key, command.pipelineId, atMs));
    }
  }
  return acts.filter(({ key }) => decisions.allows(key));
}

function drawScaleUp(dice: Random, nth: number): ScaleUpCommand {
  return scaleUpCommand({
    template: { image: '', timeoutSeconds: 0, resources: {}, ...withSecret },
    taskId: `task-${below(dice, 2)}`,
    requestId: `up-${nth}`,
    workerCount: 1 + below(dice, 4),
  });
}

function drawScaleDown(dice: Random, nth: number): ScaleDownCommand {
  const taskId = chance(dice, 0.3) ? '' : `task-${below(dice, 2)}`;
  return scaleDownCommand({ taskId, requestId: `down-${nth}`, target: below(dice, 3) });
}

function drawRun(dice: Random, pipelineId: string): PipelineCommand {
  const command = drawPipeline(dice, pipelineId, 1 + below(dice, 5));
  const timeoutSeconds = chance(dice, 0.15) ? 10 + below(dice, 60) : 0;
  const stages = command.stages.map((stage) => {
    const template = { ...stage.template, ...withSecret };
    return chance(dice, 0.1)
      ? { ...stage, template: { ...template, timeoutSeconds: 2 + below(dice, 8) } }
      : { ...stage, template };
  });
  return { ...command, stages, timeoutSeconds };
}

/** What comes after a run was sent: it may be cancelled, and repeated once it is over. */
function* drawSequel(dice: Random, key: string, pipelineId: string, atMs: number): Generator<Act> {
  if (chance(dice, 0.35)) {
    const mode = pick<CancelMode>(dice, ['now', 'run-finally', 'finish-running']);
    const cancel: Cancel = { mode, by: 'alice', reason: '' };
    yield { key: `${key} cancel`, atMs: atMs + dice() * 25_000, kind: 'cancel', pipelineId, cancel };
  }
  if (chance(dice, 0.3)) {
    const again = `${pipelineId}-again`;
    yield {
      key: `${key} retry`,
      atMs: atMs + 5_000,
      kind: 'retry',
      pipelineId: again,
      earlierId: pipelineId,
    };
  }
}
