/** One ScaleDown command: with a request id its choice is durable, without one it only states a target. */
import { describe, expect, test } from 'vitest';
import { refused } from '../../../../src/machines/scale/replies.ts';
import { endedWorker, scaleDownCommand } from '../../../support/orders.ts';
import { ScaleDownHarness } from '../../../support/scale-harness.ts';

const withId = { command: scaleDownCommand({ requestId: 'r' }) };
const ledger = { ledgerName: 'down-ledger', podNames: ['a', 'b'], acceptedAt: 'then' };

describe('without a request id', () => {
  test('the workers are terminated at once, and no ledger is written', () => {
    const command = new ScaleDownHarness();
    expect(command.state).toBe('terminating');
    expect(command.calls.openLedger).toEqual([]);
    expect(command.heard).toEqual([
      { type: 'workers.terminate', ids: ['a', 'b'], reason: 'scaled down to 0 by alice', by: 'down' },
    ]);
  });

  test('the answer waits for each worker, and says how many', () => {
    const command = new ScaleDownHarness().settle('a', 'unknown');
    expect(command.state).toBe('terminating');
    command.settle('b');
    expect(command.answer).toMatchObject({ podNames: ['a', 'b'], failedCount: 0, message: '2 terminated' });
    expect(command.isOver).toBe(true);
    expect(command.heardTypes).toEqual(['workers.terminate', 'command.finished']);
    expect(command.calls.closeLedger).toEqual([]);
  });

  test('a worker that is finished is settled too', () => {
    const command = new ScaleDownHarness({ podNames: ['a'] });
    command.ref.send({ type: 'worker.finished', id: 'a', ended: endedWorker() });
    expect(command.isOver).toBe(true);
  });

  test('a target that is met already is a success of nothing', () => {
    const command = new ScaleDownHarness({ podNames: [] });
    expect(command.answer).toMatchObject({ kind: 'accepted', podNames: [], message: '0 terminated' });
  });

  test('after 20 s the answer is partial, and says for how many', () => {
    const command = new ScaleDownHarness().settle('a');
    command.clock.advance(20_000);
    expect(command.answer).toMatchObject({
      failedCount: 1,
      message: '2 terminated, 1 of them not confirmed yet',
    });
    expect(command.isOver).toBe(true);
  });

  test.each([
    [{ triggeredBy: '', reason: '' }, 'scaled down to 0'],
    [{ triggeredBy: 'bob', reason: 'night' }, 'scaled down to 0 by bob: night'],
  ])('the reason given to the workers says who and why: %j', (overrides, reason) => {
    const command = new ScaleDownHarness({ command: scaleDownCommand(overrides) });
    expect(command.heard[0]).toMatchObject({ reason });
  });
});

describe('with a request id', () => {
  test('nothing is terminated before the choice is durable', { tags: ['G1', 'F34'] }, () => {
    const command = new ScaleDownHarness(withId);
    expect(command.state).toBe('recording');
    expect(command.heard).toEqual([]);
    expect(command.opening.input.podNames).toEqual(['a', 'b']);
    command.opening.reply({ kind: 'opened', ...ledger });
    expect(command.heardTypes).toEqual(['workers.terminate']);
  });

  test('the ledger is closed once every worker is settled', () => {
    const command = new ScaleDownHarness(withId);
    command.opening.reply({ kind: 'opened', ...ledger });
    command.settle('a', 'b');
    expect(command.state).toBe('closing');
    expect(command.answer).toMatchObject({ kind: 'accepted', replayed: false });
    command.closing.reply();
    expect(command.isOver).toBe(true);
    expect(command.heardTypes).toEqual(['workers.terminate', 'command.finished']);
    expect(command.clock.pending).toBe(0);
  });

  test('closing is tried again with an alarm', () => {
    const command = new ScaleDownHarness(withId);
    command.opening.reply({ kind: 'opened', ...ledger });
    command.settle('a', 'b').closing.fail(new Error('503'));
    command.clock.advance(30_000);
    expect(command.alarms).toEqual(['Error: 503', 'the ledger could not be written in time']);
    expect(command.calls.closeLedger).toHaveLength(2);
  });

  test('an unfinished choice of earlier is gone on with, in place of the new one', () => {
    const command = new ScaleDownHarness(withId);
    command.opening.reply({ kind: 'resumed', ...ledger, podNames: ['x'] });
    expect(command.heard[0]).toMatchObject({ ids: ['x'] });
    command.settle('x');
    expect(command.answer).toMatchObject({ replayed: true, podNames: ['x'], acceptedAt: 'then' });
  });

  test('a replay answers the names of then and touches nobody', { tags: ['G2', 'I7'] }, () => {
    const command = new ScaleDownHarness(withId);
    command.opening.reply({ kind: 'replayed', ...ledger, podNames: ['x'] });
    expect(command.answer).toMatchObject({ replayed: true, podNames: ['x'] });
    expect(command.isOver).toBe(true);
    expect(command.heardTypes).toEqual(['command.finished']);
  });

  test('a refusal, a broken effect and silence refuse the command', () => {
    const differs = new ScaleDownHarness(withId);
    differs.opening.reply(refused('differs', 'other content'));
    expect(differs.answer).toEqual(refused('differs', 'other content'));
    const broken = new ScaleDownHarness(withId);
    broken.opening.fail(new Error('bug'));
    expect(broken.answer).toEqual(refused('unavailable', 'Error: bug'));
    const silent = new ScaleDownHarness(withId);
    silent.clock.advance(30_000);
    expect(silent.answer).toMatchObject({ code: 'unavailable' });
  });

  test('a worker that will not settle leaves the ledger open, answered in part and alarmed', () => {
    const command = new ScaleDownHarness(withId);
    command.opening.reply({ kind: 'opened', ...ledger });
    command.settle('a');
    command.clock.advance(20_000);
    expect(command.state).toBe('settled');
    expect(command.answer).toMatchObject({ failedCount: 1 });
    command.clock.advance(20_000);
    expect(command.alarms).toEqual(['some workers could not be terminated yet']);
    command.settle('b').closing.reply();
    expect(command.isOver).toBe(true);
  });

  test('a choice that a former process made is not made again', () => {
    const command = new ScaleDownHarness({ ...withId, podNames: ['new'], resume: ledger });
    expect(command.calls.openLedger).toEqual([]);
    expect(command.heard[0]).toMatchObject({ ids: ['a', 'b'] });
  });
});
