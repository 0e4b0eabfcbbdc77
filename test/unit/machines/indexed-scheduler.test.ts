/** The scheduler that replaces xstate's, and what it relies on inside xstate. */
import { readFileSync } from 'node:fs';
import { createActor, createMachine, fromTransition, type AnyActor, type EventObject } from 'xstate';
import { describe, expect, test } from 'vitest';
import { installIndexedScheduler } from '../../../src/machines/indexed-scheduler.ts';
import { TestClock } from '../../support/test-clock.ts';

function crash(): never {
  throw new Error('crash');
}

/** Two states that hand over to each other after a time, or when told. */
const ticking = createMachine({
  id: 'ticking',
  initial: 'tick',
  states: {
    tick: { after: { 1_000: 'tock' }, on: { skip: 'tock', stop: 'end', crash: { actions: crash } } },
    tock: { after: { 500: 'tick' }, on: { stop: 'end' } },
    end: { type: 'final' },
  },
});

function root(): { parent: AnyActor; clock: TestClock } {
  const clock = new TestClock();
  const parent = createActor(
    fromTransition(() => undefined, undefined),
    { clock },
  );
  installIndexedScheduler(parent, clock);
  parent.start();
  return { parent, clock };
}

function child(parent: AnyActor, id: string) {
  return createActor(ticking, { parent, id }).start();
}

interface Scheduler {
  schedule(source: AnyActor, target: AnyActor, event: EventObject, delay: number, id?: string): void;
  cancel(source: AnyActor, id: string): void;
  cancelAll(source: AnyActor): void;
}

function schedulerOf(actor: AnyActor): Scheduler {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what is not public is what is tested
  return (actor.system as unknown as { scheduler: Scheduler }).scheduler;
}

describe('timers', () => {
  test('fire at their time and are set anew by the next state', () => {
    const { parent, clock } = root();
    const ref = child(parent, 'a');
    clock.advance(999);
    expect(ref.getSnapshot().value).toBe('tick');
    clock.advance(1);
    expect(ref.getSnapshot().value).toBe('tock');
    clock.advance(500);
    expect(ref.getSnapshot().value).toBe('tick');
    expect(clock.pending).toBe(1);
  });

  test('are cancelled when their state is left', () => {
    const { parent, clock } = root();
    child(parent, 'a').send({ type: 'skip' });
    expect(clock.dueAt).toEqual([500]);
  });

  test.each(['stop', 'crash'])('are gone when their actor ends by %s', (type) => {
    const { parent, clock } = root();
    child(parent, 'a').send({ type });
    expect(clock.pending).toBe(0);
  });

  test('are gone when the whole system is stopped', () => {
    const clock = new TestClock();
    const actor = createActor(ticking, { clock });
    installIndexedScheduler(actor, clock);
    actor.start().stop();
    expect(clock.pending).toBe(0);
  });

  test('with an id that is in use replace the earlier one', () => {
    const { parent, clock } = root();
    const ref = child(parent, 'a');
    const scheduler = schedulerOf(parent);
    scheduler.schedule(ref, ref, { type: 'skip' }, 10, 'same');
    scheduler.schedule(ref, ref, { type: 'skip' }, 20, 'same');
    expect(clock.dueAt).toEqual([20, 1_000]);
  });

  test('without an id never replace each other', () => {
    const { parent, clock } = root();
    const ref = child(parent, 'a');
    schedulerOf(parent).schedule(ref, ref, { type: 'skip' }, 10);
    schedulerOf(parent).schedule(ref, ref, { type: 'skip' }, 10);
    expect(clock.dueAt).toEqual([10, 10, 1_000]);
  });

  test('of the same id in two actors do not touch each other', () => {
    const { parent, clock } = root();
    const [a, b] = [child(parent, 'a'), child(parent, 'b')];
    schedulerOf(parent).schedule(a, a, { type: 'skip' }, 10, 'same');
    schedulerOf(parent).schedule(b, b, { type: 'skip' }, 20, 'same');
    schedulerOf(parent).cancel(a, 'same');
    expect(clock.dueAt).toEqual([20, 1_000, 1_000]);
  });

  test('that are unknown or fired already can be cancelled in vain', () => {
    const { parent, clock } = root();
    const ref = child(parent, 'a');
    schedulerOf(parent).schedule(ref, ref, { type: 'skip' }, 10, 'once');
    clock.advance(10);
    schedulerOf(parent).cancel(ref, 'once');
    schedulerOf(parent).cancel(ref, 'never');
    schedulerOf(parent).cancelAll(parent);
    expect(clock.dueAt).toEqual([510]);
  });

  test('longer than an engine can keep are clamped instead of firing at once', () => {
    const { parent, clock } = root();
    const ref = child(parent, 'a');
    schedulerOf(parent).schedule(ref, ref, { type: 'skip' }, 2 ** 31, 'long');
    schedulerOf(parent).schedule(ref, ref, { type: 'skip' }, Infinity, 'endless');
    expect(clock.dueAt).toEqual([1_000, 2 ** 31 - 1, 2 ** 31 - 1]);
  });
});

test.each([1, 100, 1_000])('the end of one of %i actors costs its own timers only', (actors) => {
  const { parent, clock } = root();
  const refs = Array.from({ length: actors }, (_, index) => child(parent, `a-${index}`));
  const before = clock.operations;
  refs[0]?.send({ type: 'crash' });
  // One timer, cleared once; everyone else's stay.
  expect(clock.operations - before).toBe(1);
  expect(clock.pending).toBe(actors - 1);
});

/** What a clock sees of one actor's life, with our scheduler or with xstate's. */
function lifeOf(install: boolean): readonly unknown[] {
  const clock = new TestClock();
  const actor = createActor(ticking, { clock });
  if (install) installIndexedScheduler(actor, clock);
  actor.start();
  const seen: unknown[] = [];
  for (const step of [500, 499, 1, 499, 1, 300] as const) {
    clock.advance(step);
    seen.push([actor.getSnapshot().value, clock.pending, clock.dueAt]);
  }
  actor.send({ type: 'stop' });
  return [...seen, clock.pending, clock.operations];
}

describe('what it relies on inside xstate', () => {
  test('a system keeps its scheduler under `scheduler`, with exactly these three methods', () => {
    const actor = createActor(ticking);
    expect(Object.keys(schedulerOf(actor)).toSorted()).toEqual(['cancel', 'cancelAll', 'schedule']);
  });

  test('a system delivers with `_relay(source, target, event)`', () => {
    const actor: AnyActor = createActor(ticking).start();
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what is not public is what is tested
    const system = actor.system as unknown as { _relay(...args: readonly unknown[]): void };
    // oxlint-disable-next-line no-underscore-dangle -- xstate's own name
    system._relay(actor, actor, { type: 'skip' });
    expect(actor.getSnapshot().value).toBe('tock');
    actor.stop();
  });

  test('the stock scheduler does what ours does, as the clock sees it', () => {
    expect(lifeOf(true)).toEqual(lifeOf(false));
  });

  test('the version is pinned exactly, so that nothing of this changes unseen', () => {
    const manifest: unknown = JSON.parse(
      readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
    );
    expect(manifest).toMatchObject({ dependencies: { xstate: expect.stringMatching(/^\d+\.\d+\.\d+$/) } });
  });
});
