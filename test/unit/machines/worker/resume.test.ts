/** A worker that a former process had begun: it goes on from its Pod and its ledger, and renews nothing. */
import { describe, expect, test } from 'vitest';
import { failure } from '../../../../src/machines/failure.ts';
import type { ObservedPod } from '../../../../src/machines/pod.ts';
import { endedWorker, exited, limits, pod, running } from '../../../support/orders.ts';
import { WorkerHarness } from '../../../support/worker-harness.ts';

const withPod = (overrides: Partial<ObservedPod> = {}) => ({ resume: { pod: pod(overrides) } });
const deadline = endedWorker({ kind: 'failed', failure: failure('deadline', 'too long') });

describe('a Pod and no recorded end', { tags: ['F36', 'F37'] }, () => {
  test.each([
    ['pending', {}, 'pending.admitted.starting'],
    ['running', running(), 'running.active'],
    ['on a lost node', { phase: 'Unknown' }, 'running.unreachable'],
    ['succeeded', exited(0), 'succeeded.recording'],
    ['failed', exited(7), 'failed.recording'],
    ['deleting, still running', running({ deleting: true }), 'running.active'],
  ] as const)('%s', (_, overrides, state) => {
    const w = new WorkerHarness(withPod(overrides));
    expect(w.state).toBe(state);
    expect(w.reportTypes[0]).toBe('created');
    expect(w.calls.createPod).toHaveLength(0);
  });

  test('a deletion under way that completes is a deletion by someone else', () => {
    const w = new WorkerHarness(withPod(running({ deleting: true }))).lose(running({ deleting: true }));
    expect(w.outcome).toBe('deleted: the Pod was deleted by someone else');
  });
});

describe('a recorded end', { tags: ['F37', 'F39'] }, () => {
  test.each([
    ['running', running()],
    ['pending', {}],
    ['deleting', running({ deleting: true })],
    ['terminal', exited(0)],
  ])('a %s Pod goes straight to cleanup, and the end is not recorded or reported anew', (_, overrides) => {
    const w = new WorkerHarness({ resume: { pod: pod(overrides), ended: deadline } });
    expect(w.state).toBe('cleanup.draining');
    expect(w.calls.recordOutcome).toHaveLength(0);
    expect(w.reportTypes).not.toContain('ended');
    expect(w.outcome).toBe('deadline: too long');
  });

  test('without a Pod the worker is done once the API server has said that there is none', () => {
    const w = new WorkerHarness({ resume: { ended: endedWorker() } });
    expect(w.state).toBe('cleanup.missing');
    w.open('findPod').reply(undefined);
    expect(w.state).toBe('done');
    expect(w.calls.recordOutcome).toHaveLength(0);
    expect(w.reports.at(-1)).toMatchObject({ type: 'worker.finished', ended: endedWorker() });
  });

  test('of a Pod that a list does not have and that is there has it read to its end and deleted', () => {
    const w = new WorkerHarness({ resume: { ended: endedWorker() } });
    w.open('findPod').reply(pod(exited(0)));
    expect([w.state, w.reportTypes]).toEqual(['cleanup.draining', ['freed']]);
    w.open('drainLogs').reply();
    expect(w.open('deletePod').input.uid).toBe(pod().uid);
  });

  test('waits for as long as nobody can say whether its Pod is there', () => {
    const w = new WorkerHarness({ resume: { ended: endedWorker() } });
    w.clock.advance(limits.recordMs);
    expect(w.state).toBe('cleanup.missing');
    expect(w.calls.findPod).toHaveLength(2);
  });

  test('is as good where the watch tells of its Pod first', () => {
    const w = new WorkerHarness({ resume: { ended: endedWorker() } }).observe(exited(0));
    expect(w.state).toBe('cleanup.draining');
  });
});

describe('a Pod that was created and that a list does not have', { tags: ['F17', 'F30'] }, () => {
  const missing = { resume: { missing: true } };

  test('is looked for, and that it vanished is a failure, recorded and never created again', () => {
    const w = new WorkerHarness(missing);
    expect([w.state, w.outcome]).toEqual(['pending.missing', '']);
    w.open('findPod').reply(undefined);
    expect(w.outcome).toBe('unknown: the Pod vanished while Ottoscaler was away');
    expect(w.record().state).toBe('done');
    expect(w.calls.createPod).toHaveLength(0);
  });

  test('goes on where it is there', () => {
    const w = new WorkerHarness(missing);
    w.open('findPod').reply(pod(running()));
    expect(w.state).toBe('running.active');
  });

  test('goes on where the watch tells of it first', () => {
    const w = new WorkerHarness(missing).observe(running());
    expect([w.state, w.isOpen('findPod')]).toEqual(['running.active', false]);
  });

  test('is asked for until there is an answer, with an alarm', () => {
    const w = new WorkerHarness(missing);
    w.open('findPod').fail(new Error('bug'));
    w.clock.advance(limits.recordMs);
    expect(w.alarms).toEqual(['Error: bug', 'whether the Pod is still there is not known in time']);
    expect(w.isOpen('findPod')).toBe(true);
  });

  test('may be ended meanwhile, and is deleted if it is there', () => {
    const w = new WorkerHarness(missing).terminate().record();
    expect(w.state).toBe('cleanup.missing');
    w.open('findPod').reply(pod(running()));
    w.open('drainLogs').reply();
    expect(w.open('deletePod').input.uid).toBe(pod().uid);
  });
});

describe('time that a former process used', () => {
  const elapsed = {
    queueMs: limits.queueMs - 10,
    pendingMs: limits.pendingMs - 20,
    runMs: limits.runMs - 30,
  };

  test.each([
    ['the queue', { resume: { elapsed } }, 10],
    ['starting', { resume: { elapsed, pod: pod() } }, 20],
    ['running', { resume: { elapsed, pod: pod(running()) } }, 30],
  ])('%s has only what is left', (_, input, leftMs) => {
    const w = new WorkerHarness(input);
    w.clock.advance(leftMs - 1);
    expect(w.outcome).toBe('');
    w.clock.advance(1);
    expect(w.outcome).toMatch(/^deadline: /);
  });

  test('more than the limit ends it at once, and never earlier than that', () => {
    const w = new WorkerHarness({
      resume: { pod: pod(running()), elapsed: { ...elapsed, runMs: limits.runMs * 2 } },
    });
    w.clock.advance(0);
    expect(w.outcome).toBe('deadline: still running after 3600 s');
  });
});
