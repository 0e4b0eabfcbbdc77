/** What a stage says of itself to people: the drafts of its progress. Pure. */
import { describeFailure } from '../failure.ts';
import type { ProgressDraft, StageStatus } from '../pipeline/progress.ts';
import { meanOf } from '../pipeline/usage.ts';
import { seconds } from '../worker/context.ts';
import { failureOf, tally } from './attempts.ts';
import { attemptOf, type StageContext } from './context.ts';

/** What a skipped stage's message begins with; the reason follows, and the next process reads it there. */
export const skippedFor = 'skipped: ';

export function draftOf(c: StageContext, status: StageStatus): ProgressDraft {
  const { succeeded, failed, total } = tally(c.slots);
  const usage = meanOf(c.usage);
  return {
    stage: c.plan.stage,
    status,
    message: messageOf(c, status),
    podNames: status === 'skipped' ? [] : c.slots.map((s) => s.podName),
    percentage: status === 'completed' ? 100 : Math.floor((100 * succeeded) / total),
    errorMessage: errorOf(c, status),
    workers: { succeeded, failed, total },
    attempt: status === 'skipped' ? 0 : attemptOf(c),
    ...(usage ? { usage } : {}),
  };
}

function errorOf(c: StageContext, status: StageStatus): string {
  if (status === 'failed' && c.stop) return `deadline: ${c.stop.reason}`;
  const failure = failureOf(c.slots);
  return failure && (status === 'failed' || status === 'retrying') ? describeFailure(failure) : '';
}

function messageOf(c: StageContext, status: StageStatus): string {
  const { succeeded, failed, running, total } = tally(c.slots);
  switch (status) {
    case 'pending':
      return c.waitReason ? `pending: ${c.waitReason}` : `starting ${workers(total)}`;
    case 'running':
      if (c.stop) return `ending ${workers(c.present.size)}: ${c.stop.reason}`;
      if (total === 1) return 'running';
      return succeeded > 0
        ? `${succeeded} of ${workers(total)} succeeded`
        : `${running} of ${workers(total)} run`;
    case 'retrying':
      return c.waitReason ? `retrying: ${c.waitReason}` : retryMessage(c);
    case 'completed':
      return total === 1 ? 'succeeded' : `all ${workers(total)} succeeded`;
    case 'failed':
      return `${total === 1 ? 'failed' : `${failed} of ${workers(total)} failed`}${c.plan.command.allowFailure ? ', which it may' : ''}`;
    case 'cancelled':
      return `cancelled: ${c.stop?.reason ?? ''}`;
    case 'skipped':
      return `${skippedFor}${c.skipReason}`;
  }
}

function retryMessage({ slots }: StageContext): string {
  const resting = slots.findLast((s) => s.phase === 'resting' || s.phase === 'due');
  if (resting?.phase !== 'resting' && resting?.phase !== 'due') return 'trying again';
  const who = slots.length === 1 ? '' : `worker ${resting.index} `;
  return `${who}failed; attempt ${resting.attempt + 1} in ${seconds(resting.delayMs)}`;
}

const workers = (count: number) => `${count} worker${count === 1 ? '' : 's'}`;

/** Why a stage is where it is, for its chart's `meta.reason`. */
export function dependenciesOf({ plan }: StageContext): string {
  const { dependsOn, runWhen } = plan.command;
  if (dependsOn.length > 0) return `waiting for ${dependsOn.join(', ')}`;
  return runWhen === 'success' ? 'about to start' : 'waiting for all other stages';
}
