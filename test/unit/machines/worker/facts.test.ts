/** Facts that are late, double, foreign or about another Pod under the same name. */
import { expect, test } from 'vitest';
import { exited, pod, running } from '../../../support/orders.ts';
import { WorkerHarness } from '../../../support/worker-harness.ts';

test('a fact that comes twice changes nothing the second time', { tags: ['F13'] }, () => {
  const w = new WorkerHarness().run();
  const before = w.reports.length;
  w.observe(running()).observe(running());
  expect(w.state).toBe('running.active');
  expect(w.reports).toHaveLength(before);
});

test('a phase never goes back', { tags: ['F14', 'I5'] }, () => {
  const w = new WorkerHarness().run().observe();
  expect(w.state).toBe('running.active');
  w.observe(exited(0)).observe(running()).observe();
  expect(w.context.presence).toMatchObject({ kind: 'seen', pod: { phase: 'Succeeded' } });
});

test('a terminal phase never changes into the other', { tags: ['F14', 'I5'] }, () => {
  const w = new WorkerHarness().run().observe(exited(0)).observe(exited(7));
  expect(w.outcome).toBe('succeeded');
  expect(w.open('recordOutcome').input.pod?.phase).toBe('Succeeded');
});

test('a deletion is never taken back by a late fact', { tags: ['F14'] }, () => {
  const w = new WorkerHarness()
    .run()
    .observe(running({ deleting: true }))
    .observe(running());
  expect(w.context.presence).toMatchObject({ pod: { deleting: true } });
});

test(
  'a DELETED event whose last state is older than what was seen keeps what was seen',
  { tags: ['F14'] },
  () => {
    const w = new WorkerHarness().run().observe(exited(7)).lose(running());
    expect(w.context.presence).toMatchObject({ kind: 'gone', last: { phase: 'Failed' } });
  },
);

test('a node that comes and goes moves the worker between active and unreachable', { tags: ['F27'] }, () => {
  const w = new WorkerHarness().run().observe({ phase: 'Unknown' });
  expect(w.state).toBe('running.unreachable');
  w.observe(running());
  expect(w.state).toBe('running.active');
  w.observe(running({ reason: 'NodeLost' }));
  expect(w.state).toBe('running.unreachable');
  expect(w.observe(exited(0)).outcome).toBe('succeeded');
});

test('a Pod of ours that is not its own is reported as a stray, and only that', () => {
  const w = new WorkerHarness().run();
  const other = pod({ uid: 'pod-uid-2' });
  w.send({ type: 'pod.observed', pod: other });
  expect(w.reports.at(-1)).toEqual({ type: 'worker.strayed', id: 'otto-a-0', pod: other });
  expect(w.context.presence).toMatchObject({ pod: { uid: 'pod-uid-1' } });
});

test('a Pod of ours that appears after the own one is gone is a stray', { tags: ['F16'] }, () => {
  const w = new WorkerHarness().run().lose(exited(0)).observe({ uid: 'pod-uid-2' });
  expect(w.reportTypes).toContain('strayed');
  expect(w.outcome).toBe('succeeded');
});

test.each([
  ['of someone else', { owner: { name: 'theirs', uid: 'theirs' } }],
  ['with another name', { name: 'otto-b-0' }],
] as const)('a Pod %s is none of its business', { tags: ['I4'] }, (_, overrides) => {
  const w = new WorkerHarness().run();
  const before = w.reports.length;
  w.observe({ ...exited(1), ...overrides }).lose({ ...exited(1), ...overrides });
  expect(w.state).toBe('running.active');
  expect(w.reports).toHaveLength(before);
});

test('a Pod without an owner is none of its business', () => {
  const { owner: _, ...orphan } = pod(exited(1));
  const w = new WorkerHarness().run().send({ type: 'pod.observed', pod: orphan });
  expect(w.state).toBe('running.active');
});

test('the loss of another UID under its name is not its own loss', { tags: ['F16'] }, () => {
  const w = new WorkerHarness().run().lose({ uid: 'pod-uid-0' });
  expect(w.state).toBe('running.active');
});

test('its own Pod seen while it queues is taken over without admission', () => {
  const w = new WorkerHarness().observe(running());
  expect(w.state).toBe('running.active');
  expect(w.calls.createPod).toHaveLength(0);
  expect(w.reportTypes).toEqual(['created', 'running']);
});
