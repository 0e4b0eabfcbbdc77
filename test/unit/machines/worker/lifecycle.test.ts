/** A worker whose cluster does all that is asked of it, and one whose cluster skips steps. */
import { expect, test } from 'vitest';
import { exited, pod, running, waiting } from '../../../support/orders.ts';
import { WorkerHarness } from '../../../support/worker-harness.ts';

test('a worker goes from the queue to confirmed absence, one effect at a time', () => {
  const w = new WorkerHarness();
  expect(w.state).toBe('pending.queued');
  expect(w.isOpen('createPod')).toBe(false);

  w.admit();
  expect(w.state).toBe('pending.admitted.creating');
  w.open('createPod').reply({ kind: 'exists', pod: pod() });
  expect(w.state).toBe('pending.admitted.starting');
  w.observe(running());
  expect(w.state).toBe('running.active');
  w.observe(exited(0));
  expect(w.state).toBe('succeeded.recording');
  expect(w.open('recordOutcome').input).toMatchObject({ outcome: { kind: 'succeeded' }, pod: exited(0) });
  w.record();
  expect(w.state).toBe('cleanup.draining');
  w.open('drainLogs').reply();
  expect(w.state).toBe('cleanup.deleting');
  expect(w.open('deletePod').input.uid).toBe('pod-uid-1');
  w.open('deletePod').reply({ kind: 'deleting' });
  expect(w.state).toBe('cleanup.confirming');
  w.lose(exited(0));
  expect(w.state).toBe('done');
  expect(w.outcome).toBe('succeeded');
});

test('its pool hears of every step, and of its end once', () => {
  const w = new WorkerHarness().run().observe(exited(0)).record().delete().lose(exited(0));
  const steps = w.reportTypes.filter((type) => type !== 'freed');
  expect(steps).toEqual(['created', 'running', 'ended', 'recorded', 'settled', 'settled', 'finished']);
  expect(w.reports.at(-1)).toMatchObject({ id: 'otto-a-0', ended: { outcome: { kind: 'succeeded' } } });
  expect(w.crashes).toEqual([]);
  expect(w.alarms).toEqual([]);
});

test('it occupies capacity from its creation until its Pod is terminal', { tags: ['G13'] }, () => {
  const w = new WorkerHarness().run();
  expect(w.reportTypes).not.toContain('freed');
  w.observe(exited(0));
  expect(w.reportTypes.at(-1)).toBe('freed');
});

test('nothing is deleted before the outcome is recorded and the logs are read', () => {
  const w = new WorkerHarness().run().observe(exited(0));
  expect(w.calls.drainLogs).toHaveLength(0);
  w.record();
  expect(w.calls.deletePod).toHaveLength(0);
});

test('the watch may be faster than the reply to create', () => {
  const w = new WorkerHarness().admit().observe();
  expect(w.state).toBe('pending.admitted.starting');
  expect(w.isOpen('createPod')).toBe(false);
});

test('a container that is never seen running still succeeds', { tags: ['F31'] }, () => {
  const w = new WorkerHarness().admit().observe().observe(exited(0));
  expect(w.state).toBe('succeeded.recording');
});

test('a Pod first seen when it is over ends in the outcome it has', { tags: ['F31'] }, () => {
  const w = new WorkerHarness().admit().observe(exited(0));
  expect(w.state).toBe('succeeded.recording');
  expect(w.reportTypes).toEqual(['freed', 'created', 'ended', 'freed']);
});

test('a container that waits for ordinary reasons is starting, with that reason', () => {
  const w = new WorkerHarness().admit().observe(waiting('ErrImagePull', 'pull QPS exceeded'));
  expect(w.state).toBe('pending.admitted.starting');
  w.observe(waiting('ContainerCreating'));
  expect(w.state).toBe('pending.admitted.starting');
});

test('the effects are given the order and the slot that the worker was made with', () => {
  const w = new WorkerHarness().admit();
  expect(w.open('createPod').input).toMatchObject({
    order: { taskId: 'task-a' },
    slot: { podName: 'otto-a-0' },
    tries: 0,
  });
});
