/**
 * What happens when a stage's actor throws: it is made again from what it knew. One that crashes again and
 * again is given up: its workers are ended, nobody judges them any more, and the run goes on without it.
 */
import type { AnyActorRef } from 'xstate';
import { describeFailure } from '../failure.ts';
import { hasEnded, type StageContext } from '../stage/context.ts';
import { carryOut, startStage, type Run } from './run.ts';

/** Restarts of one stage's actor. */
const restartsMax = 3;

/** The Pods of a stage that was given up: they are to go, and the run is told when they have. */
export interface GivenUp {
  readonly podNames: readonly string[];
  readonly reason: string;
}

export function superviseStage(
  run: Run,
  self: AnyActorRef,
  actorId: string,
  error: unknown,
): GivenUp | undefined {
  const found = [...run.stages].find(([, ref]) => ref.id === actorId);
  if (!found) return undefined;
  const [stage, ref] = found;
  const crashes = (run.crashes.get(stage) ?? 0) + 1;
  run.crashes.set(stage, crashes);
  const former = ref.getSnapshot().context;
  if (crashes > restartsMax) {
    return giveUp(run, stage, former, `the stage's actor crashed ${crashes} times: ${String(error)}`);
  }
  startStage(run, self, stage, { plan: former.plan, former });
  return undefined;
}

function giveUp(run: Run, stage: number, former: StageContext, reason: string): GivenUp {
  run.stages.delete(stage);
  const podNames = [...former.present];
  for (const podName of podNames) run.orphans.set(podName, stage);
  if (podNames.length === 0) run.uncleared.delete(stage);
  // What has told its end has ended, whatever happens to it afterwards.
  if (!hasEnded(former)) endBadly(run, stage, former, reason);
  return { podNames, reason };
}

function endBadly(run: Run, stage: number, { slots, plan, stop }: StageContext, evidence: string): void {
  const status = stop?.verdict ?? 'failed';
  run.drafts.push({
    stage,
    status,
    message: 'given up',
    percentage: 0,
    errorMessage: describeFailure({ name: 'unknown', evidence }),
    workers: { succeeded: 0, failed: slots.length, total: slots.length },
    attempt: slots.reduce((most, { attempt }) => Math.max(most, attempt), 1),
  });
  run.stagesEnded++;
  const isTolerated = status === 'failed' && plan.command.allowFailure;
  carryOut(run, run.schedule.settle(stage, isTolerated ? 'tolerated' : status));
}

/** A Pod is gone; if it was the last of a stage that was given up, nothing of that is left. */
export function seeOff({ orphans, uncleared }: Run, podName: string): void {
  const stage = orphans.get(podName);
  if (stage === undefined) return;
  orphans.delete(podName);
  if (![...orphans.values()].includes(stage)) uncleared.delete(stage);
}
