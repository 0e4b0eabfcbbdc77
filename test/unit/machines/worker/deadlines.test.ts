/** Each deadline of a worker: nothing one millisecond before, the next state at it. */
import { describe, expect, test } from 'vitest';
import { exited, limits, running, waiting } from '../../../support/orders.ts';
import { WorkerHarness } from '../../../support/worker-harness.ts';

const failing: ReadonlyArray<
  readonly [state: string, reach: () => WorkerHarness, afterMs: number, outcome: string]
> = [
  ['pending.queued', () => new WorkerHarness(), limits.queueMs, 'deadline: no capacity within 600 s'],
  [
    'pending.admitted.starting',
    () => new WorkerHarness().admit().observe(waiting('ContainerCreating')),
    limits.pendingMs,
    'deadline: not running after 120 s: ContainerCreating',
  ],
  ['running.active', () => new WorkerHarness().run(), limits.runMs, 'deadline: still running after 3600 s'],
  [
    'running.unreachable',
    () => new WorkerHarness().run().observe({ phase: 'Unknown', message: 'no heartbeat' }),
    limits.unreachableMs,
    'node-lost: no heartbeat',
  ],
];

test.each(failing)('%s fails at its deadline', { tags: ['F22', 'F27'] }, (state, reach, afterMs, outcome) => {
  const w = reach();
  expect(w.state).toBe(state);
  w.clock.advance(afterMs - 1);
  expect(w.state).toBe(state);
  w.clock.advance(1);
  expect(w.state).toBe('failed.recording');
  expect(w.outcome).toBe(outcome);
});

test('one pending deadline covers all tries to create', () => {
  const w = new WorkerHarness().admit();
  for (let ms = 0; ms < limits.pendingMs; ms += 10_000) {
    expect(w.outcome).toBe('');
    w.open('createPod').reply({ kind: 'retry', cause: 'unavailable', reason: '503', afterMs: 10_000 });
    w.clock.advance(10_000);
  }
  expect(w.outcome).toBe('create-rejected: not running after 120 s: 503');
});

test('a node that answers again in time stops its ceiling, not the run deadline', { tags: ['F27'] }, () => {
  const w = new WorkerHarness().run().observe({ phase: 'Unknown' });
  w.clock.advance(limits.unreachableMs - 1);
  w.observe(running());
  expect(w.state).toBe('running.active');
  w.clock.advance(limits.runMs - limits.unreachableMs);
  expect(w.state).toBe('running.active');
  w.clock.advance(1);
  expect(w.outcome).toBe('deadline: still running after 3600 s');
});

describe('recording', () => {
  test('is tried again at its deadline with an alarm, and the end is reported once', () => {
    const w = new WorkerHarness().run().observe(exited(0));
    w.clock.advance(limits.recordMs);
    expect(w.calls.recordOutcome).toHaveLength(2);
    expect(w.alarms).toEqual(['the outcome could not be recorded in time']);
    expect(w.reportTypes.filter((type) => type === 'ended')).toHaveLength(1);
    expect(w.record().state).toBe('cleanup.draining');
  });

  test('the answer to an abandoned try changes nothing', () => {
    const w = new WorkerHarness().run().observe(exited(0));
    const first = w.open('recordOutcome');
    w.clock.advance(limits.recordMs);
    first.fail(new Error('late'));
    expect(w.state).toBe('succeeded.recording');
    expect(w.isOpen('recordOutcome')).toBe(true);
  });

  test('a rejection is alarmed at once and repeated at the deadline', () => {
    const w = new WorkerHarness().run().observe(exited(7));
    w.open('recordOutcome').fail(new Error('conflict'));
    expect(w.alarms).toEqual(['Error: conflict']);
    expect(w.isOpen('recordOutcome')).toBe(false);
    w.clock.advance(limits.recordMs);
    expect(w.record().state).toBe('cleanup.draining');
  });
});

test('no timer is left behind by a worker that is over', () => {
  const w = new WorkerHarness().run();
  expect(w.clock.pending).toBeGreaterThan(0);
  w.observe(exited(0)).record().delete().lose(exited(0));
  expect(w.state).toBe('done');
  expect(w.clock.pending).toBe(0);
});
