/** Who leads renews in time, or does not lead. */
import { describe, expect, test } from 'vitest';
import { LeadershipHarness, lease } from '../../../support/leadership-harness.ts';

describe('leading', () => {
  test('renews once a second, for as long as it is answered', () => {
    const one = LeadershipHarness.leading();
    for (let second = 0; second < 100; second++) {
      one.clock.advance(1_000);
      expect(one.state).toBe('leading.renewing');
      one.renews();
      expect(one.state).toBe('leading.resting');
    }
    expect(one.context.epoch).toBe(4);
  });

  test('each renewal is of the lease as it was last written', () => {
    const one = LeadershipHarness.leading();
    one.clock.advance(1_000);
    one.renews();
    one.clock.advance(1_000);
    expect(one.call('renewLease').input.lease?.resourceVersion).toBe('1000');
  });

  test('tries again until its time is over, then is lost', { tags: ['G10'] }, () => {
    const one = LeadershipHarness.leading();
    for (let second = 1; second < 4; second++) {
      one.clock.advance(1_000);
      one.call('renewLease').reply({ kind: 'failed', reason: 'no route to host' });
      expect(one.state).toBe('leading.resting');
    }
    one.clock.advance(999);
    expect(one.state).toBe('leading.resting');
    one.clock.advance(1);
    expect(one.state).toBe('lost');
    expect(one.context.lostBecause).toBe('the lease could not be renewed for 4 s (no route to host)');
    expect(one.clock.pending).toBe(0);
  });

  test('one success after failures is a whole time more', () => {
    const one = LeadershipHarness.leading();
    one.clock.advance(1_000);
    one.call('renewLease').fail(new Error('reset'));
    one.clock.advance(1_000);
    one.renews();
    one.clock.advance(1_000);
    one.call('renewLease').reply({ kind: 'failed', reason: 'reset' });
    one.clock.advance(2_900);
    expect(one.ref.getSnapshot().hasTag('leading')).toBe(true);
  });

  test('a renewal that hangs is sent once more while there is time', () => {
    const one = LeadershipHarness.leading();
    one.clock.advance(3_000);
    expect(one.calls.filter(({ slot }) => slot === 'renewLease')).toHaveLength(2);
    one.renews();
    expect(one.state).toBe('leading.resting');
  });

  test('a renewal is true from when it was sent', () => {
    const one = LeadershipHarness.leading();
    one.clock.advance(2_500);
    one.renews(1_500);
    expect(one.context).toMatchObject({ renewedMs: 1_000, leftMs: 2_500 });
    one.clock.advance(1_000);
    one.call('renewLease').reply({ kind: 'failed', reason: 'x' });
    one.clock.advance(1_499);
    expect(one.ref.getSnapshot().hasTag('leading')).toBe(true);
    one.clock.advance(1);
    expect(one.state).toBe('lost');
  });

  test('an answer that comes after the time of its renewal is none', () => {
    const one = LeadershipHarness.leading();
    one.clock.advance(1_000);
    one.renews(4_000);
    expect(one.state).toBe('lost');
  });

  test('a lease that moved and is still ours is renewed as it is now, within the same time', () => {
    const one = LeadershipHarness.leading();
    one.clock.advance(1_000);
    const moved = lease({ holder: 'us', transitions: 4, resourceVersion: 'annotated' });
    one.call('renewLease').reply({ kind: 'moved', lease: moved });
    expect(one.call('renewLease').input.lease).toEqual(moved);
    one.call('renewLease').reply({ kind: 'failed', reason: 'x' });
    one.clock.advance(3_000);
    expect(one.state).toBe('lost');
  });

  test('a lease that somebody else holds is lost at once', () => {
    const one = LeadershipHarness.leading();
    one.clock.advance(1_000);
    one.call('renewLease').reply({ kind: 'taken', reason: 'them holds the lease now' });
    expect(one.state).toBe('lost');
    expect(one.context.lostBecause).toBe('them holds the lease now');
  });

  test.each(['leading.resting', 'leading.renewing'])(
    'is lost from %s where a ledger says so',
    { tags: ['G10'] },
    (state) => {
      const one = LeadershipHarness.leading();
      if (state === 'leading.renewing') one.clock.advance(1_000);
      expect(one.state).toBe(state);
      one.ref.send({ type: 'leadership.stepDown', reason: 'epoch 9' });
      expect(one.state).toBe('lost');
      expect(one.context.lostBecause).toBe('epoch 9');
    },
  );
});

describe('an epoch that is too low', { tags: ['G10'] }, () => {
  test('is raised by the next renewal, at once and only that far', () => {
    const one = LeadershipHarness.leading();
    one.ref.send({ type: 'leadership.outrank', epoch: 17 });
    expect(one.call('renewLease').input.epoch).toBe(18);
    expect(one.context.lease?.transitions).toBe(4);
    one.renews();
    expect(one.context.lease?.transitions).toBe(18);
    one.ref.send({ type: 'leadership.outrank', epoch: 5 });
    one.renews();
    expect(one.context.lease?.transitions).toBe(18);
  });

  test('takes nothing away from the deadline', () => {
    const one = LeadershipHarness.leading();
    one.clock.advance(900);
    one.ref.send({ type: 'leadership.outrank', epoch: 17 });
    one.call('renewLease').reply({ kind: 'failed', reason: 'x' });
    one.clock.advance(1_000);
    one.call('renewLease').reply({ kind: 'failed', reason: 'x' });
    one.clock.advance(2_100);
    expect(one.state).toBe('lost');
  });
});

describe('resigning', () => {
  test.each([
    ['given back', (one: LeadershipHarness) => one.call('releaseLease').reply()],
    ['refused', (one: LeadershipHarness) => one.call('releaseLease').fail(new Error('x'))],
    ['not answered', (one: LeadershipHarness) => one.clock.advance(2_000)],
  ])('ends where the lease is %s', (_what, happens) => {
    const one = LeadershipHarness.leading();
    one.ref.send({ type: 'leadership.resign' });
    expect(one.state).toBe('resigning');
    expect(one.ref.getSnapshot().hasTag('leading')).toBe(false);
    happens(one);
    expect(one.state).toBe('resigned');
    expect(one.clock.pending).toBe(0);
  });
});
