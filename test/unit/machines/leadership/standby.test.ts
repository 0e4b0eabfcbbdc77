/** Who stands by looks, and reaches for the lease only where it is free. */
import { describe, expect, test } from 'vitest';
import { LeadershipHarness, lease } from '../../../support/leadership-harness.ts';

const reasonOf = (one: LeadershipHarness) =>
  Object.values(one.ref.getSnapshot().getMeta()).map((meta) => meta?.reason(one.context));

describe('standing by', { tags: ['F44'] }, () => {
  test('looks once a second while another renews', () => {
    const one = new LeadershipHarness();
    for (let version = 1; version <= 30; version++) {
      one.sees(lease({ resourceVersion: String(version) }));
      expect(one.state).toBe('standby.waiting');
      expect(reasonOf(one)).toContain('them leads');
      one.clock.advance(1_000);
      expect(one.state).toBe('standby.reading');
    }
    expect(one.calls.every(({ slot }) => slot === 'readLease')).toBe(true);
  });

  test('takes exactly the lease that it saw silent for its whole time', () => {
    const one = new LeadershipHarness();
    for (let second = 0; second < 6; second++) {
      one.sees(lease());
      expect(one.state).toBe('standby.waiting');
      one.clock.advance(1_000);
    }
    one.sees(lease());
    expect(one.state).toBe('acquiring');
    expect(one.call('acquireLease').input.seen).toEqual(lease());
  });

  test('looks at the very moment at which the lease may be free', () => {
    const one = new LeadershipHarness({ retryMs: 3_500 });
    one.sees(lease());
    one.clock.advance(3_500);
    one.sees(lease());
    one.clock.advance(2_499);
    expect(one.state).toBe('standby.waiting');
    one.clock.advance(1);
    expect(one.state).toBe('standby.reading');
  });

  test.each([
    ['there is none', undefined],
    ['it was given back', lease({ holder: '' })],
    ['it carries our own name', lease({ holder: 'us' })],
  ])('reaches for the lease at once where %s', (_what, seen) => {
    const one = new LeadershipHarness();
    one.sees(seen);
    expect(one.state).toBe('acquiring');
  });

  test('tells what keeps it from looking, and looks again', () => {
    const one = new LeadershipHarness();
    one.call('readLease').reply({ kind: 'failed', reason: 'connection refused' });
    expect(reasonOf(one).join()).toContain('connection refused');
    one.clock.advance(1_000);
    one.call('readLease').fail(new Error('a defect'));
    one.clock.advance(1_000);
    expect(one.state).toBe('standby.reading');
    // One that is never answered.
    one.clock.advance(2_000);
    expect(one.state).toBe('standby.waiting');
  });

  test('failed looks count as no silence of the holder', () => {
    const one = new LeadershipHarness();
    one.sees(lease());
    for (let tries = 0; tries < 30; tries++) {
      one.clock.advance(1_000);
      one.call('readLease').reply({ kind: 'failed', reason: 'no answer' });
    }
    one.clock.advance(1_000);
    one.sees(lease({ resourceVersion: '9' }));
    expect(one.state).toBe('standby.waiting');
  });

  test('ends at once where it is told to', () => {
    const one = new LeadershipHarness();
    one.ref.send({ type: 'leadership.resign' });
    expect(one.state).toBe('resigned');
    expect(one.clock.pending).toBe(0);
  });
});

describe('acquiring', { tags: ['G10', 'F44'] }, () => {
  test('leads in the epoch of the acquisition', () => {
    const one = LeadershipHarness.leading();
    expect(one.state).toBe('leading.resting');
    expect(one.context).toMatchObject({ epoch: 4, leftMs: 4_000 });
    expect(one.context.lease?.transitions).toBe(4);
  });

  test.each([
    [
      'somebody was first',
      (one: LeadershipHarness) => one.call('acquireLease').reply({ kind: 'failed', reason: 'conflict' }),
    ],
    ['a defect', (one: LeadershipHarness) => one.call('acquireLease').fail(new Error('x'))],
    ['no answer', (one: LeadershipHarness) => one.clock.advance(2_000)],
    ['an answer after its time', (one: LeadershipHarness) => one.acquires(4_000)],
  ])('stands by again after %s', (_what, happens) => {
    const one = new LeadershipHarness();
    one.sees(undefined);
    happens(one);
    expect(one.state).toBe('standby.waiting');
    one.clock.advance(1_000);
    expect(one.state).toBe('standby.reading');
  });

  test('an answer that took long leaves less time to lead', () => {
    const one = new LeadershipHarness();
    one.sees(undefined);
    one.clock.advance(1_500);
    one.acquires(1_500);
    expect(one.context.leftMs).toBe(2_500);
    one.clock.advance(2_499);
    expect(one.ref.getSnapshot().hasTag('leading')).toBe(true);
    one.clock.advance(1);
    expect(one.state).toBe('lost');
  });

  test('gives back what it may have got where it is told to end', () => {
    const one = new LeadershipHarness();
    one.sees(undefined);
    one.ref.send({ type: 'leadership.resign' });
    expect(one.state).toBe('resigning');
    one.call('releaseLease').reply();
    expect(one.state).toBe('resigned');
  });
});
