/** What each reply to `createPod` means. Replies are hints: the watch may know better. */
import { expect, test } from 'vitest';
import { pod, running } from '../../../support/orders.ts';
import { WorkerHarness } from '../../../support/worker-harness.ts';

test('a Pod that exists already is adopted as it is', { tags: ['F1'] }, () => {
  const w = new WorkerHarness().admit();
  w.open('createPod').reply({ kind: 'exists', pod: pod(running()) });
  expect(w.state).toBe('running.active');
});

test.each(['quota', 'unavailable', 'occupied'] as const)(
  '%s is tried again after the time it asked for',
  (cause) => {
    const w = new WorkerHarness().admit();
    w.open('createPod').reply({ kind: 'retry', cause, reason: 'not now', afterMs: 2_000 });
    expect(w.state).toBe('pending.admitted.backingOff');
    w.clock.advance(1_999);
    expect(w.calls.createPod).toHaveLength(1);
    w.clock.advance(1);
    expect(w.open('createPod').input.tries).toBe(1);
  },
);

test('the tries are counted for the backoff and start anew with the deletion', () => {
  const w = new WorkerHarness().admit();
  for (const tries of [0, 1, 2]) {
    expect(w.open('createPod').input.tries).toBe(tries);
    w.open('createPod').reply({ kind: 'retry', cause: 'quota', reason: '', afterMs: 100 });
    w.clock.advance(100);
  }
  w.open('createPod').reply({ kind: 'exists', pod: pod() });
  w.terminate().record().open('drainLogs').reply();
  expect(w.open('deletePod').input.tries).toBe(0);
});

test('an effect that rejects is tried again like an API server that is away', () => {
  const w = new WorkerHarness().admit();
  w.open('createPod').fail(new Error('bug'));
  expect(w.context.obstacle).toEqual({ cause: 'unavailable', reason: 'Error: bug', afterMs: 1_000 });
  w.clock.advance(1_000);
  expect(w.isOpen('createPod')).toBe(true);
});

test.each(['invalid', 'forbidden', 'foreign'] as const)(
  'refused as %s: it fails and touches nothing',
  { tags: ['F2', 'F21'] },
  (cause) => {
    const w = new WorkerHarness().admit();
    w.open('createPod').reply({ kind: 'refused', cause, reason: 'never' });
    expect(w.outcome).toBe('create-rejected: never');
    expect(w.reports.at(-2)).toMatchObject({ type: 'worker.ended', refusal: cause });
    expect(w.record().state).toBe('done');
    expect(w.calls.deletePod).toHaveLength(0);
  },
);

test(
  'refused after a try whose reply was lost: a Pod of the lost try is looked for and deleted',
  { tags: ['F9'] },
  () => {
    const w = new WorkerHarness().admit();
    w.open('createPod').reply({ kind: 'retry', cause: 'unavailable', reason: 'timeout', afterMs: 100 });
    w.clock.advance(100);
    w.open('createPod').reply({ kind: 'refused', cause: 'forbidden', reason: 'role changed' });
    w.record().open('drainLogs').reply();
    expect(w.open('deletePod').input.uid).toBeUndefined();
  },
);

test('a Pod that the watch shows during the backoff needs no further try', { tags: ['F9'] }, () => {
  const w = new WorkerHarness().admit();
  w.open('createPod').reply({ kind: 'retry', cause: 'unavailable', reason: 'timeout', afterMs: 60_000 });
  w.observe(running());
  expect(w.state).toBe('running.active');
  w.clock.advance(60_000);
  expect(w.calls.createPod).toHaveLength(1);
});

test('a second admission changes nothing', () => {
  const w = new WorkerHarness().admit().admit();
  expect(w.calls.createPod).toHaveLength(1);
});
