/** What a stage does about its workers' reports: tells, asks for tries, lets them rest. */
import type { StageStatus } from '../pipeline/progress.ts';
import { advance, live, record, rested, retryable, tryAgain } from './attempts.ts';
import { standing } from './context.ts';
import type { StageEvent } from './events.ts';
import { stageSetup } from './setup.ts';

/** Tells a status once: what a former process has told already is not told again. */
export const tellOnce = (status: StageStatus) =>
  stageSetup.enqueueActions(({ context, enqueue }) => {
    if (context.told === status) return;
    enqueue({ type: 'tell', params: { status } });
    enqueue.assign({ told: status });
  });

export const tellAgain = (status: StageStatus, { isOptional }: { isOptional?: true } = {}) =>
  stageSetup.enqueueActions(({ enqueue }) => {
    enqueue({ type: 'tell', params: { status, ...(isOptional ? { isOptional } : {}) } });
    enqueue.assign({ told: status });
  });

/** Asks the pool whether the tries that ended before this process are gone. */
export const claimEarlier = stageSetup.enqueueActions(({ context: { earlier, plan }, enqueue }) => {
  if (earlier.length === 0) return;
  const attempts = earlier.map(({ index, attempt, ended }) => ({
    slot: { podName: plan.nameOf(index, attempt), index, attempt },
    ...(ended ? { ended } : {}),
  }));
  enqueue.assign({ earlier: [] });
  enqueue({ type: 'want', params: { attempts } });
});

/** Asks the pool to see off every try that may be alive: none of them is to begin any more. */
export const claimStopped = stageSetup.enqueueActions(({ context: { slots, stop }, enqueue }) => {
  const attempts = live(slots).map(({ podName, index, attempt }) => ({
    slot: { podName, index, attempt },
    stopped: stop?.reason ?? '',
  }));
  if (attempts.length > 0) enqueue({ type: 'want', params: { attempts } });
});

/** Asks the pool for every try that is to be alive, and starts the rests. */
export const begin = stageSetup.enqueueActions(({ context: { slots, present }, enqueue }) => {
  const attempts = live(slots).map(({ podName, index, attempt }) => ({ slot: { podName, index, attempt } }));
  enqueue.assign({ present: new Set([...present, ...attempts.map(({ slot }) => slot.podName)]) });
  if (attempts.length > 0) enqueue({ type: 'want', params: { attempts } });
  for (const s of slots) {
    if (s.phase === 'resting') restLater(enqueue, s);
  }
});

function restLater(
  enqueue: {
    raise: (event: Extract<StageEvent, { type: 'attempt.due' }>, options: { delay: number }) => void;
  },
  { index, attempt, delayMs }: { index: number; attempt: number; delayMs: number },
): void {
  enqueue.raise({ type: 'attempt.due', index, attempt }, { delay: delayMs });
}

/** Begins the tries that are due, once nothing of the former ones can be alive. */
export const retryDue = stageSetup.enqueueActions(({ context, enqueue }) => {
  const due = retryable(context.slots, context.present);
  if (due.length === 0) return;
  const slots = due.reduce((all, { index }) => tryAgain(context.plan, all, index), context.slots);
  const attempts = due.flatMap(({ index }) => {
    const slot = slots[index];
    return slot ? [{ slot: { podName: slot.podName, index, attempt: slot.attempt } }] : [];
  });
  enqueue.assign({
    slots,
    present: new Set([...context.present, ...attempts.map(({ slot }) => slot.podName)]),
  });
  enqueue({ type: 'want', params: { attempts } });
});

/** The outcome of a worker is durable: it counts, it is tried again, or the stage is over. */
export const takeOutcome = stageSetup.enqueueActions(({ context, event, enqueue }) => {
  if (event.type !== 'worker.recorded' && event.type !== 'worker.finished') return;
  const isTerminal = event.type === 'worker.finished' || event.isTerminal;
  const slots = record(context.plan, context.slots, event.id, event.ended, isTerminal);
  if (slots === context.slots) return;
  enqueue.assign({ slots, waitReason: '' });
  const slot = slots.find((s) => s.podName === event.id);
  if (slot?.phase === 'resting') {
    enqueue(tellAgain('retrying'));
    restLater(enqueue, slot);
  } else if (standing({ ...context, slots }) === 'running' && context.told === 'running') {
    enqueue(tellAgain('running', { isOptional: true }));
  }
});

export const tellWaiting = (status: 'pending' | 'retrying') =>
  stageSetup.enqueueActions(({ context, event, enqueue }) => {
    const reason = event.type === 'workers.waiting' ? event.reasons.find((text) => text !== '') : undefined;
    const isNews = reason !== undefined && reason !== context.waitReason;
    // What has run does not go back to pending.
    if (!isNews || context.told !== status || context.waitNoticesLeft === 0) return;
    enqueue.assign({ waitReason: reason, waitNoticesLeft: context.waitNoticesLeft - 1 });
    enqueue(tellAgain(status, { isOptional: true }));
  });

export const observed = (phase: 'created' | 'running') =>
  stageSetup.assign(({ context, event }) =>
    'id' in event ? { slots: advance(context.slots, event.id, phase) } : {},
  );

/** The rest of a failed worker is over. */
export const rest = stageSetup.assign(({ context, event }) =>
  event.type === 'attempt.due' ? { slots: rested(context.slots, event.index, event.attempt) } : {},
);
