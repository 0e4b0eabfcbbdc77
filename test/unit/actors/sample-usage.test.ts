/** The pool is told what Pods use every 15 seconds, never out of turn, and nothing where nobody knows. */
import { afterEach, expect, test } from 'vitest';
import { createActor, createMachine } from 'xstate';
import { sampleUsage } from '../../../src/actors/sample-usage.ts';
import type { PoolEvent } from '../../../src/machines/pool/events.ts';
import { EffectBench } from '../../simulation/model/effect-bench.ts';
import { always, faultless, inTurn, refused, type FaultPlan } from '../../simulation/model/fault-plan.ts';
import { podManifest } from '../../support/pod-manifest.ts';

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

function sampling(plan: FaultPlan = faultless) {
  const bench = new EffectBench(plan);
  const { world } = bench;
  world.createPod(podManifest('a'));
  world.bind('a');
  world.setStatus('a', { phase: 'Running' });
  const told: { readonly atMs: number; readonly event: unknown }[] = [];
  const startMs = world.clock.now();
  const pool = createMachine({
    types: { events: {} as PoolEvent },
    invoke: { src: sampleUsage(bench) },
    on: {
      '*': { actions: ({ event }) => void told.push({ atMs: world.clock.now() - startMs, event }) },
    },
  });
  const actor = createActor(pool).start();
  stops.push(() => actor.stop());
  const asked = () =>
    bench.network.trace.filter(({ verb }) => verb === 'pods.usage').map(({ atMs }) => atMs - startMs);
  return { world, actor, told, asked, said: bench.said };
}

test('first after five seconds, then every fifteen', async () => {
  const { world, told, asked } = sampling();
  await world.pass(50_000);
  expect(asked()).toEqual([5_000, 20_000, 35_000, 50_000]);
  expect(told[0]).toEqual({
    atMs: 5_000,
    event: {
      type: 'usage.sampled',
      samples: [{ podName: 'a', cpuCores: 0.5, memoryBytes: 20_000_000 }],
    },
  });
});

test('where nothing was measured the pool is told nothing', async () => {
  const { world, told, asked } = sampling();
  world.remove('a');
  await world.pass(30_000);
  expect([asked().length, told]).toEqual([2, []]);
});

test.each(['not-found', 'forbidden'] as const)(
  'a cluster without the API (%s) is asked every five minutes, and is used once it has one',
  async (code) => {
    const { world, told, asked, said } = sampling(inTurn('pods.usage', refused(code), refused(code)));
    await world.pass(620_000);
    expect(asked()).toEqual([5_000, 305_000, 605_000, 620_000]);
    expect(told.map(({ atMs }) => atMs)).toEqual([605_000, 620_000]);
    expect(said).toEqual([]);
  },
);

test('a question that fails is said quietly, and asked again at the next turn', async () => {
  const { world, told, asked, said } = sampling(inTurn('pods.usage', refused('timeout')));
  await world.pass(20_000);
  expect(asked()).toEqual([5_000, 20_000]);
  expect(told.map(({ atMs }) => atMs)).toEqual([20_000]);
  expect(said).toEqual([expect.stringMatching(/could not be read/)]);
});

test('a slow answer holds up the next question, and never is there a second one beside it', async () => {
  const slow = { kind: 'slow', beforeMs: 40_000, afterMs: 0 } as const;
  const { world, asked } = sampling(always('pods.usage', slow));
  await world.pass(100_000);
  expect(asked()).toEqual([5_000, 45_000, 85_000]);
});

test('once stopped it asks no more, and what is under way tells nobody', async () => {
  const slow = { kind: 'slow', beforeMs: 1_000, afterMs: 0 } as const;
  const { world, actor, told, asked } = sampling(always('pods.usage', slow));
  await world.pass(5_500);
  actor.stop();
  await world.pass(600_000);
  expect([asked(), told]).toEqual([[5_000], []]);
});
