/** Cleanup: how a worker gets rid of its Pod, and what it does when the Pod will not go. */
import { describe, expect, test } from 'vitest';
import { exited, limits, running } from '../../../support/orders.ts';
import { WorkerHarness } from '../../../support/worker-harness.ts';

const recorded = () => new WorkerHarness().run().observe(exited(0)).record();

function stuck(): WorkerHarness {
  const w = recorded().delete();
  w.clock.advance(limits.deleteMs);
  return w;
}

describe('draining', () => {
  test('an error does not stop the deletion', () => {
    const w = recorded();
    w.open('drainLogs').fail(new Error('log gone'));
    expect(w.state).toBe('cleanup.deleting');
  });

  test('logs that never end do not stop the deletion', () => {
    const w = recorded();
    w.clock.advance(limits.drainMs - 1);
    expect(w.state).toBe('cleanup.draining');
    w.clock.advance(1);
    expect(w.state).toBe('cleanup.deleting');
  });

  test('a Pod that vanishes meanwhile needs no deletion', () => {
    expect(recorded().lose(exited(0)).state).toBe('done');
  });
});

describe('deleting', () => {
  test('a Pod that is gone already is absent', () => {
    const w = recorded();
    w.open('drainLogs').reply();
    w.open('deletePod').reply({ kind: 'gone' });
    expect(w.state).toBe('done');
  });

  test('an unreachable API server is asked again after the time it needs', () => {
    const w = recorded();
    w.open('drainLogs').reply();
    w.open('deletePod').reply({ kind: 'retry', reason: '503', afterMs: 3_000 });
    expect(w.state).toBe('cleanup.backingOff');
    w.clock.advance(3_000);
    expect(w.open('deletePod').input).toMatchObject({ uid: 'pod-uid-1', tries: 1 });
  });

  test('an effect that rejects is asked again', () => {
    const w = recorded();
    w.open('drainLogs').reply();
    w.open('deletePod').fail(new Error('bug'));
    w.clock.advance(1_000);
    expect(w.isOpen('deletePod')).toBe(true);
  });

  test('the watch may see the absence before the reply comes', () => {
    const w = recorded();
    w.open('drainLogs').reply();
    expect(w.lose(exited(0)).state).toBe('done');
  });

  test('a reply that never comes leaves the Pod stuck, not the worker', () => {
    const w = recorded();
    w.open('drainLogs').reply();
    w.clock.advance(limits.deleteMs);
    expect(w.state).toBe('cleanup.stuck');
  });
});

describe('stuck', { tags: ['F29'] }, () => {
  test('it frees its capacity, settles, and raises an alarm', () => {
    const w = new WorkerHarness().run().terminate().record().delete();
    w.observe(running({ deleting: true }));
    expect(w.reportTypes).not.toContain('freed');
    w.clock.advance(limits.deleteMs);
    expect(w.state).toBe('cleanup.stuck');
    expect(w.reportTypes.slice(-2)).toEqual(['freed', 'settled']);
    expect(w.alarms).toEqual(['the Pod is still there long after its deletion']);
  });

  test('the API server is asked by name whether the Pod is gone', () => {
    const w = stuck();
    w.clock.advance(limits.deleteMs);
    expect(w.state).toBe('cleanup.verifying');
    expect(w.open('deletePod').input.uid).toBeUndefined();
    w.open('deletePod').reply({ kind: 'gone' });
    expect(w.state).toBe('done');
  });

  test.each([
    ['is still deleting', (w: WorkerHarness) => w.open('deletePod').reply({ kind: 'deleting' })],
    ['cannot be asked', (w: WorkerHarness) => w.open('deletePod').fail(new Error('503'))],
    ['does not answer', (w: WorkerHarness) => w.clock.advance(limits.deleteMs)],
  ])('it %s: stuck again, with another alarm', (_, answer) => {
    const w = stuck();
    w.clock.advance(limits.deleteMs);
    answer(w);
    expect(w.state).toBe('cleanup.stuck');
    expect(w.alarms).toHaveLength(2);
  });

  test.each([0, limits.deleteMs])(
    'a lost DELETE that arrives after %i ms more ends it',
    { tags: ['F15'] },
    (ms) => {
      const w = stuck();
      w.clock.advance(ms);
      expect(w.lose(exited(0)).state).toBe('done');
    },
  );
});
