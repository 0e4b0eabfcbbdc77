/**
 * Lives of a model cluster, recorded and lived again: the same effects begin, the same timers are set, every
 * actor is in the same state before each line. A failing seed is in its test's name; `RECORDING_SEED=<seed>`
 * runs it alone.
 */
import { describe, expect, test } from 'vitest';
import type { PoolFace } from '../../src/recording/recorder.ts';
import { MemoryTape } from '../../src/recording/tape.ts';
import { Ottoscaler } from '../simulation/model/ottoscaler.ts';
import type { Peripheral } from '../simulation/model/peripheral.ts';
import { World } from '../simulation/model/world.ts';
import { recordedLife } from '../simulation/lives/recorded-life.ts';
import { replayed } from '../support/replayed.ts';

const once = Number(process.env['RECORDING_SEED'] ?? 0);
const runs = Number(process.env['RECORDING_RUNS'] ?? 40);
const seeds = once > 0 ? [once] : Array.from({ length: runs }, (_, index) => index + 1);

describe('a recorded life is lived again as it was', { tags: ['G4'] }, () => {
  test.each(seeds)('seed %i', async (seed) => {
    const life = await recordedLife(seed, true);
    expect(life.lines.length).toBeGreaterThan(20);
    expect(await replayed(life.lines)).toBe('');
  });

  test('where its pool was told something before its start, such as to end', async () => {
    const hasty: Peripheral = {
      attach: () => ({
        ports: {},
        serve({ ref }) {
          // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the pool itself is behind this door
          (ref as PoolFace).send({ type: 'pool.drain' });
        },
      }),
      calm: () => {},
      examine: () => {},
    };
    const world = new World();
    const tape = new MemoryTape();
    const otto = new Ottoscaler(world, { tape, peripherals: [hasty] });
    await world.run(() => otto.ref.getSnapshot().status === 'done', 60_000);
    otto.kill();
    expect(otto.ref.getSnapshot().value).toBe('drained');
    expect(tape.lines.some((line) => line.includes('"pool.drain"'))).toBe(true);
    expect(await replayed(tape.lines)).toBe('');
  });
});

describe('whether a life is recorded changes nothing in it', () => {
  test.each(seeds.slice(0, 8))('seed %i', async (seed) => {
    const [recorded, unrecorded] = [await recordedLife(seed, true), await recordedLife(seed, false)];
    expect(recorded.hash).toBe(unrecorded.hash);
  });
});
