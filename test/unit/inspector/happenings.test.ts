/** What is remembered of what happens to actors: real charts that are observed. */
import { createActor, createMachine, sendTo } from 'xstate';
import { expect, test } from 'vitest';
import { Happenings } from '../../../src/inspector/happenings.ts';

/** Called like a chart of ours, since nothing else is remembered. */
const chart = createMachine({
  id: 'worker',
  initial: 'a',
  on: { ping: {} },
  states: {
    a: { on: { go: { target: 'b', actions: sendTo(({ self }) => self, { type: 'more' }) } } },
    b: { on: { more: 'c' } },
    c: {},
  },
});

function observed(perTurn?: number) {
  const happenings = new Happenings(() => 0, perTurn);
  const start = (id: string) => {
    const actor = createActor(chart, { id });
    actor.system.inspect((event) => happenings.hear(event));
    return actor.start();
  };
  const typesOf = (id: string) => {
    const types = happenings.follow(id).happened.map(({ type }) => type);
    happenings.leave(id);
    return types.filter((type) => type !== 'xstate.init');
  };
  return { happenings, start, typesOf };
}

test('each event tells the states before and after it, also one that waited behind another', () => {
  const { happenings, start } = observed();
  start('one').send({ type: 'go' });
  expect(
    happenings
      .follow('one')
      .happened.map(({ type, before, after }) => [type, before, after])
      .slice(-2),
  ).toEqual([
    ['go', 'a', 'b'],
    ['more', 'b', 'c'],
  ]);
});

test('of what happens without end, that of the chosen is kept whole, and of others as much as a turn has room for', () => {
  const { happenings, start, typesOf } = observed(10);
  const chosen = start('chosen');
  const other = start('other');
  const followed = happenings.follow('chosen');
  // More than the ring of all holds.
  for (let n = 0; n < 6_000; n++) other.send({ type: 'ping' });
  happenings.turned();
  other.send({ type: 'go' });
  for (let n = 0; n < 100; n++) other.send({ type: 'ping' });
  expect(typesOf('other').filter((type) => type === 'go' || type === 'more')).toEqual(['go', 'more']);
  expect(typesOf('other').slice(-1)).toEqual(['ping']);
  const before = followed.count;
  for (let n = 0; n < 100; n++) chosen.send({ type: 'ping' });
  expect(followed.count - before).toBe(100);
  other.send({ type: 'ping' });
  happenings.turned();
  other.send({ type: 'more' });
  expect(typesOf('other').slice(-1)).toEqual(['more']);
});

test('of a recording everything is kept, however fast it is wound', () => {
  const { start, typesOf } = observed();
  const actor = start('one');
  for (let n = 0; n < 20_000; n++) actor.send({ type: 'ping' });
  actor.send({ type: 'go' });
  expect(typesOf('one').slice(-2)).toEqual(['go', 'more']);
});
