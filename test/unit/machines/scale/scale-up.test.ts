/** One ScaleUp command, from its durable intent to its tombstone. */
import { describe, expect, test } from 'vitest';
import { refused } from '../../../../src/machines/scale/replies.ts';
import { limits, openScaleUp } from '../../../support/orders.ts';
import {
  created,
  ended,
  finished,
  queued,
  refusedWorker,
  ScaleUpHarness,
} from '../../../support/scale-harness.ts';

function opened(count = 2): ScaleUpHarness {
  const command = new ScaleUpHarness();
  command.opening.reply({ kind: 'opened', ...openScaleUp(count) });
  return command;
}

describe('the ledger', () => {
  test('comes first: nothing is asked of the pool before it is open', { tags: ['G1', 'F34'] }, () => {
    const command = new ScaleUpHarness();
    expect(command.state).toBe('recording');
    expect(command.heard).toEqual([]);
    command.opening.reply({ kind: 'opened', ...openScaleUp(2) });
    expect(command.state).toBe('placing');
    expect(command.heard).toMatchObject([{ type: 'workers.requested', work: { slots: [{}, {}] } }]);
  });

  test(
    'of a command that is over answers the names of then, and nothing is done',
    { tags: ['G2', 'I7'] },
    () => {
      const command = new ScaleUpHarness();
      command.opening.reply({ kind: 'replayed', podNames: ['x', 'y'], acceptedAt: 'then' });
      expect(command.answer).toMatchObject({
        kind: 'accepted',
        replayed: true,
        podNames: ['x', 'y'],
        failedCount: 0,
      });
      expect(command.isOver).toBe(true);
      expect(command.heardTypes).toEqual(['command.finished']);
    },
  );

  test('of a command that nobody works on is taken over, and answers as a replay', () => {
    const command = new ScaleUpHarness();
    command.opening.reply({ kind: 'resumed', ...openScaleUp(1) });
    command.tell(created(0));
    expect(command.answer).toMatchObject({ kind: 'accepted', replayed: true, message: 'already processed' });
    expect(command.state).toBe('working.marking');
  });

  test.each(['differs', 'invalid', 'forbidden', 'unavailable', 'exhausted'] as const)(
    'that is refused as %s refuses the command',
    (code) => {
      const command = new ScaleUpHarness();
      command.opening.reply(refused(code, 'why'));
      expect(command.answer).toEqual({ kind: 'refused', code, reason: 'why' });
      expect(command.isOver).toBe(true);
      expect(command.heardTypes).toEqual(['command.finished']);
    },
  );

  test('whose effect breaks, or does not answer in time, is unavailable', () => {
    const broken = new ScaleUpHarness();
    broken.opening.fail(new Error('bug'));
    expect(broken.answer).toEqual(refused('unavailable', 'Error: bug'));
    const silent = new ScaleUpHarness();
    silent.clock.advance(30_000);
    expect(silent.answer).toMatchObject({ kind: 'refused', code: 'unavailable' });
    expect(silent.isOver).toBe(true);
  });

  test('that is resumed from an earlier process is not opened again', () => {
    const command = new ScaleUpHarness({ resume: openScaleUp(1) });
    expect(command.calls.openLedger).toEqual([]);
    expect(command.heardTypes).toEqual(['workers.requested']);
  });
});

describe('the answer', () => {
  test('waits until every Pod is created or in line, and what is in line until the ledger says so', () => {
    const command = opened(3).tell(created(0), queued(1));
    expect(command.isAnswered).toBe(false);
    command.tell(created(2));
    expect([command.state, command.isAnswered]).toEqual(['promising', false]);
    command.promising.reply();
    expect(command.isAnswered).toBe(true);
    expect(command.answer).toMatchObject({
      podNames: ['otto-a-0', 'otto-a-1', 'otto-a-2'],
      message: '2 of 3 created, 1 waiting for capacity',
      failedCount: 0,
      replayed: false,
    });
  });

  test('is partial after 20 s, and is not changed by what comes later', () => {
    const command = opened(3).tell(created(0));
    command.clock.advance(19_999);
    expect(command.isAnswered).toBe(false);
    command.clock.advance(1);
    expect(command.isAnswered).toBe(false);
    command.promising.reply();
    expect(command.answer).toMatchObject({ message: '1 of 3 created, 2 not yet taken by the API server' });
    command.tell(created(1), created(2));
    expect(command.answer).toMatchObject({ message: '1 of 3 created, 2 not yet taken by the API server' });
  });

  test('needs no word in the ledger where all Pods are created', () => {
    const command = opened(2).tell(created(0), created(1));
    expect(command.isAnswered).toBe(true);
    expect(command.calls.markPromised).toEqual([]);
  });

  test('is not given before the ledger says so, however often that has to be tried', () => {
    const command = opened(1).tell(queued(0));
    command.promising.fail(new Error('conflict'));
    expect([command.state, command.isAnswered]).toEqual(['promising', false]);
    command.clock.advance(limits.recordMs);
    expect(command.alarms).toEqual(['Error: conflict', 'the ledger could not be written in time']);
    expect(command.calls.markPromised).toHaveLength(2);
    command.promising.reply();
    expect(command.answer).toMatchObject({ message: '0 of 1 created, 1 waiting for capacity' });
  });

  test('counts workers that failed before their Pod existed', () => {
    const command = opened(2).tell(created(0), refusedWorker(1));
    expect(command.answer).toMatchObject({ message: '1 of 2 created, 1 failed', failedCount: 1 });
  });

  test('does not count a Pod that existed and failed as failed to be created', () => {
    const failure = { name: 'exit-code', evidence: '' } as const;
    const command = opened(1).tell(created(0), ended(0, { kind: 'failed', failure }));
    expect(command.answer).toMatchObject({ message: '1 of 1 created', failedCount: 0 });
  });
});

describe('the mark that every Pod was created', () => {
  test('is set only once none is in line any more', () => {
    const command = opened(2).tell(created(0), queued(1));
    command.promising.reply();
    expect(command.state).toBe('working.creating');
    command.tell(created(1));
    expect(command.state).toBe('working.marking');
    command.marking.reply();
    expect(command.state).toBe('working.created');
  });

  test('is tried again with an alarm until it is durable', () => {
    const command = opened(1).tell(created(0));
    command.marking.fail(new Error('conflict'));
    expect(command.state).toBe('working.marking');
    command.clock.advance(limits.recordMs);
    expect(command.alarms).toEqual(['Error: conflict', 'the ledger could not be written in time']);
    expect(command.calls.markCreated).toHaveLength(2);
  });

  test('is not set again where the ledger has it', () => {
    const command = new ScaleUpHarness({ resume: openScaleUp(1, { created: true }) }).tell(created(0));
    expect(command.state).toBe('working.creating');
    expect(command.calls.markCreated).toEqual([]);
  });
});

describe('the end', () => {
  test('closes the ledger once the last worker is absent, whether the mark was set or not', () => {
    const command = opened(2).tell(created(0), created(1), finished(0));
    expect(command.state).toBe('working.marking');
    command.tell(finished(1));
    expect(command.state).toBe('closing');
    expect(command.closing.input.ledgerName).toBe('otto-ledger-a');
    command.closing.reply();
    expect(command.isOver).toBe(true);
    expect(command.heardTypes).toEqual(['workers.requested', 'command.finished']);
    expect(command.clock.pending).toBe(0);
  });

  test('is tried again with an alarm until the tombstone is there', () => {
    const command = opened(1).tell(created(0), finished(0));
    command.closing.fail(new Error('503'));
    command.clock.advance(limits.recordMs);
    expect(command.alarms).toEqual(['Error: 503', 'the ledger could not be written in time']);
    command.closing.reply();
    expect(command.isOver).toBe(true);
  });

  test('of workers that outlive every deadline is alarmed, not assumed', () => {
    const command = opened(1).tell(created(0));
    command.marking.reply();
    command.clock.advance(limits.queueMs + limits.pendingMs + limits.runMs + limits.deleteMs);
    expect(command.alarms).toEqual(['some workers outlived every deadline']);
    expect(command.calls.closeLedger).toEqual([]);
  });
});

describe('a command of which not one Pod can exist', { tags: ['F21'] }, () => {
  test('leaves nothing behind: its ledger is discarded, and the caller is refused', () => {
    const command = opened(2).tell(refusedWorker(0));
    expect(command.state).toBe('placing');
    command.tell(refusedWorker(1));
    expect(command.state).toBe('discarding.waiting');
    command.tell(finished(0), finished(1));
    expect(command.discarding.input.ledgerName).toBe('otto-ledger-a');
    expect(command.isAnswered).toBe(false);
    command.discarding.reply();
    expect(command.answer).toEqual(refused('invalid', 'spec is wrong'));
    expect(command.isOver).toBe(true);
    expect(command.heardTypes.at(-1)).toBe('command.finished');
  });

  test.each(['forbidden', 'foreign'] as const)('refused as %s is forbidden', (refusal) => {
    const command = opened(1).tell(refusedWorker(0, refusal), finished(0));
    command.discarding.reply();
    expect(command.answer).toMatchObject({ code: 'forbidden' });
  });

  test('is tried again with an alarm until the ledger is gone', () => {
    const command = opened(1).tell(refusedWorker(0), finished(0));
    command.discarding.fail(new Error('503'));
    command.clock.advance(limits.recordMs);
    expect(command.alarms).toEqual(['Error: 503', 'the ledger could not be written in time']);
    command.discarding.reply();
    expect(command.isOver).toBe(true);
  });

  test('is not undone where it had been accepted before', () => {
    const command = new ScaleUpHarness();
    command.opening.reply({ kind: 'resumed', ...openScaleUp(1) });
    command.tell(refusedWorker(0));
    expect(command.state).toBe('promising');
    command.promising.reply();
    expect(command.state).toBe('working.marking');
    expect(command.answer?.kind).toBe('accepted');
  });

  test('is not undone by another process once the ledger says that it is accepted', () => {
    const command = new ScaleUpHarness({ resume: openScaleUp(1, { promised: true }) }).tell(refusedWorker(0));
    expect(command.state).toBe('working.marking');
    expect(command.calls.markPromised).toEqual([]);
    command.marking.reply();
    command.tell(finished(0));
    expect(command.state).toBe('closing');
    expect(command.calls.discardLedger).toEqual([]);
  });
});
