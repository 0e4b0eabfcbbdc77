/** `worker.terminate` in every state of a worker's life. */
import { expect, test } from 'vitest';
import { exited, pod, running } from '../../../support/orders.ts';
import { WorkerHarness } from '../../../support/worker-harness.ts';

test('queued: it ends at once and asks the cluster for nothing', () => {
  const w = new WorkerHarness().terminate();
  expect(w.outcome).toBe('deleted: scaled down');
  expect(w.record().state).toBe('done');
  expect(w.calls.createPod).toHaveLength(0);
  expect(w.calls.deletePod).toHaveLength(0);
  expect(w.reportTypes).toEqual(['ended', 'freed', 'recorded', 'freed', 'settled', 'finished']);
});

test('creating: it waits for the reply, so that no Pod is made behind its back', { tags: ['F60'] }, () => {
  const w = new WorkerHarness().admit().terminate();
  expect(w.state).toBe('pending.admitted.creating');
  w.open('createPod').reply({ kind: 'exists', pod: pod() });
  expect(w.outcome).toBe('deleted: scaled down');
  w.record().open('drainLogs').reply();
  expect(w.open('deletePod').input.uid).toBe('pod-uid-1');
});

test('creating: a reply that asks to try again ends it, and the name is checked for a late Pod', () => {
  const w = new WorkerHarness().admit().terminate();
  w.open('createPod').reply({ kind: 'retry', cause: 'unavailable', reason: 'timeout', afterMs: 1_000 });
  expect(w.outcome).toBe('deleted: scaled down');
  w.record().open('drainLogs').reply();
  expect(w.open('deletePod').input.uid).toBeUndefined();
  w.open('deletePod').reply({ kind: 'gone' });
  expect(w.state).toBe('done');
});

test('creating: a refusal outranks the wish, since it says more', () => {
  const w = new WorkerHarness().admit().terminate();
  w.open('createPod').reply({ kind: 'refused', cause: 'invalid', reason: 'spec.image: too long' });
  expect(w.outcome).toBe('create-rejected: spec.image: too long');
});

test('backing off: it ends without another try', () => {
  const w = new WorkerHarness().admit();
  w.open('createPod').reply({ kind: 'retry', cause: 'quota', reason: 'pods=1', afterMs: 5_000 });
  w.terminate();
  expect(w.outcome).toBe('deleted: scaled down');
  w.clock.advance(5_000);
  expect(w.calls.createPod).toHaveLength(1);
});

test('starting: the Pod is deleted', () => {
  const w = new WorkerHarness().admit().observe().terminate();
  expect(w.outcome).toBe('deleted: scaled down');
  w.record().delete();
  expect(w.state).toBe('cleanup.confirming');
});

test('running: the Pod is deleted, and holds its capacity until it is terminal', () => {
  const w = new WorkerHarness().run().terminate().record().delete();
  expect(w.reportTypes).toEqual(['created', 'running', 'ended', 'recorded', 'settled']);
  w.observe({ ...exited(143), deleting: true });
  expect(w.reportTypes.at(-1)).toBe('freed');
  w.lose(exited(143));
  expect(w.outcome).toBe('deleted: scaled down');
});

test('running on a node that does not answer: the Pod is deleted', () => {
  const w = new WorkerHarness().run().observe({ phase: 'Unknown' });
  expect(w.state).toBe('running.unreachable');
  expect(w.terminate().outcome).toBe('deleted: scaled down');
});

test('a success that was already seen stays a success', { tags: ['F60', 'I5'] }, () => {
  const w = new WorkerHarness().run().observe(exited(0)).terminate();
  expect(w.outcome).toBe('succeeded');
  w.record().terminate().delete().terminate().lose(exited(0));
  expect(w.outcome).toBe('succeeded');
  expect(w.state).toBe('done');
});

test('a failure that was already seen keeps its name', { tags: ['I5'] }, () => {
  const w = new WorkerHarness().run().observe(exited(7)).terminate().record();
  expect(w.outcome).toBe('exit-code: container worker exited with 7');
});

test('asked twice, it is terminated once', () => {
  const w = new WorkerHarness().run().terminate('first').terminate('second');
  expect(w.outcome).toBe('deleted: first');
  expect(w.reportTypes.filter((type) => type === 'ended')).toHaveLength(1);
});

test('a deletion that someone else asked for is not asked for again', () => {
  const w = new WorkerHarness()
    .run()
    .observe(running({ deleting: true }))
    .terminate()
    .record();
  w.open('drainLogs').reply();
  expect(w.state).toBe('cleanup.confirming');
  expect(w.calls.deletePod).toHaveLength(0);
});
