import { describe, expect, test } from 'vitest';
import { eventName, stateNames, timerName } from '../../../src/inspector/words.ts';

const effectOf = (invokeId: string) => (invokeId === '0.worker.pending' ? 'createPod' : undefined);

test.each([
  ['running', 'running'],
  [{ cleanup: 'deleting' }, 'cleanup.deleting'],
  [{ pending: { admitted: 'creating' } }, 'pending.admitted.creating'],
  [
    { live: { journal: 'idle', run: { working: 'scheduling' } } },
    'live.journal.idle, live.run.working.scheduling',
  ],
])('a state is the path of each leaf: %j', (value, names) => {
  expect(stateNames(value)).toBe(names);
});

describe('an event of xstate', () => {
  test.each([
    ['xstate.done.actor.0.worker.pending', 'createPod done'],
    ['xstate.error.actor.0.worker.pending', 'createPod failed'],
    ['xstate.done.actor.somebody', 'somebody done'],
    ['xstate.after.queueDeadline.worker.pending.queued', 'after queueDeadline'],
    ['xstate.done.state.worker.cleanup', 'done'],
    ['xstate.init', 'made'],
    ['', 'always'],
    ['pod.observed', 'pod.observed'],
  ])('%s is %s', (type, name) => {
    expect(eventName(type, effectOf)).toBe(name);
  });
});

test('a timer is called by its delay', () => {
  expect(timerName('xstate.after.runDeadline.worker.running')).toBe('runDeadline');
  expect(timerName('anonymous-7')).toBe('anonymous-7');
});
