/** Winding a recording: at each place all is as it was there, however one came to it. */
import { expect, test } from 'vitest';
import { attemptName } from '../../../src/actors/ledger/pipeline-order.ts';
import { readRecording } from '../../../src/recording/read-recording.ts';
import { relive } from '../../../src/recording/relive.ts';
import type { Replay } from '../../../src/recording/replay.ts';
import { flatten, statesOf } from '../../../src/recording/states.ts';
import { TapePlayer } from '../../../src/recording/tape-player.ts';
import { quietXstate } from '../../support/quiet-xstate.ts';

quietXstate();
const stages = 'test/recordings/pipeline-with-retried-stages.jsonl';
const restart = 'test/recordings/restart-in-the-middle.jsonl';

const open = (path: string, options: { readonly keptEvery?: number } = {}) =>
  TapePlayer.open(readRecording(path), {
    nameOf: attemptName,
    attend: (replay: Replay) => replay,
    ...options,
  });

const told = (player: TapePlayer<Replay>) =>
  [...flatten(statesOf(player.replay.snapshot))].map(({ id, state }) => `${id} ${state}`);

async function asReplayed(path: string, n: number): Promise<readonly string[]> {
  const relived = await relive(readRecording(path), { nameOf: attemptName, until: n });
  return relived ? [...flatten(relived.states)].map(({ id, state }) => `${id} ${state}`) : [];
}

test('it opens at its end and says what was taken last', async () => {
  const player = await open(stages);
  expect(player.place).toMatchObject({ n: 165, last: 165, what: 'the pool was sent usage.sampled' });
  expect(told(player)).toEqual(await asReplayed(stages, 165));
});

test.each([1, 2, 30, 66, 100, 165, 999])('at line %i all is as a replay up to there shows it', async (n) => {
  const player = await open(stages);
  await player.seek(n);
  expect(told(player)).toEqual(await asReplayed(stages, n));
});

test.each([
  ['from the beginning', 2_000],
  ['from points that are kept', 20],
])(
  'a step goes to where a state changes, and back through the same places, lived %s',
  async (_, keptEvery) => {
    const player = await open(stages, { keptEvery });
    await player.seek(1);
    const places: Array<readonly [number, readonly string[]]> = [];
    for (let last = 0; last !== player.place.n && places.length < 25;) {
      last = player.place.n;
      places.push([last, told(player)]);
      await player.step(1);
    }
    expect(places.length).toBeGreaterThan(20);
    const withoutChange = places.filter(
      ([, states], index) => index > 0 && states.join() === places[index - 1]?.[1].join(),
    );
    // An actor that ends and another one that begins in its place may leave the same picture, and the file ends somewhere.
    expect(withoutChange.length).toBeLessThan(3);
    for (const [n, states] of places.toReversed()) {
      await player.step(-1);
      expect([player.place.n, told(player)]).toEqual([n, states]);
    }
  },
);

test('of several lives each is shown by its own actors', async () => {
  const player = await open(restart);
  const { last } = player.place;
  const second = [];
  for await (const line of readRecording(restart)) if (line.kind === 'life') second.push(line.n);
  const [, begins = 0] = second;
  expect(begins).toBeGreaterThan(1);
  await player.seek(begins - 1);
  expect(told(player)).toEqual(await asReplayed(restart, begins - 1));
  await player.step(1);
  expect(player.place).toMatchObject({ n: begins, what: 'a life begins' });
  await player.step(-1);
  expect(player.place.n).toBe(begins - 1);
  await player.seek(last);
  expect(told(player)).toEqual(await asReplayed(restart, last));
});

test('timers are due by the time of the line that set them', async () => {
  const player = await open(stages);
  await player.seek(66);
  const { atMs } = player.place;
  const timers = player.replay.timersOf('pipeline "p"');
  expect(timers.length).toBeGreaterThan(0);
  for (const { dueMs } of timers) expect(dueMs).toBeGreaterThanOrEqual(atMs);
});
