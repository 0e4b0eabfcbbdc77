import { describe, expect, test } from 'vitest';
import { Lanes, type Turn } from '../../../src/redis/lanes.ts';

/** Enters each task in this order. @returns what may go on, as far as it has come, and how to end each */
function entered(...taskIds: readonly string[]) {
  const lanes = new Lanes();
  const going: number[] = [];
  const turns = taskIds.map((taskId, at): Turn => {
    const turn = lanes.enter(taskId);
    void turn.come.then(() => going.push(at));
    return turn;
  });
  const end = async (at: number) => {
    turns[at]?.end();
    // Promises of promises: a macrotask later all of them have settled.
    await new Promise(setImmediate);
    return going;
  };
  return { lanes, end, start: async () => (await new Promise(setImmediate), going) };
}

describe('events of one task', () => {
  test('take turns in the order in which they entered', async () => {
    const { start, end } = entered('a', 'a', 'a');
    expect(await start()).toEqual([0]);
    expect(await end(0)).toEqual([0, 1]);
    expect(await end(1)).toEqual([0, 1, 2]);
  });

  test('do not wait for those of another task', async () => {
    expect(await entered('a', 'b', 'a', 'c').start()).toEqual([0, 1, 3]);
  });
});

describe('an event that concerns all tasks', () => {
  test('waits for all that entered before it', async () => {
    const { start, end } = entered('a', 'b', '');
    expect(await start()).toEqual([0, 1]);
    expect(await end(0)).toEqual([0, 1]);
    expect(await end(1)).toEqual([0, 1, 2]);
  });

  test('is waited for by all that enter after it', async () => {
    const { start, end } = entered('', 'a', '', 'b');
    expect(await start()).toEqual([0]);
    expect(await end(0)).toEqual([0, 1]);
    expect(await end(1)).toEqual([0, 1, 2]);
    expect(await end(2)).toEqual([0, 1, 2, 3]);
  });
});

test('whoever enters when all others have ended goes on at once', async () => {
  const { lanes, end } = entered('a', '');
  await end(0);
  await end(1);
  await expect(lanes.enter('a').come).resolves.toBeDefined();
});
