/** Lines are fresh while somebody looks, cost little, and cost nothing once nobody does. */
import { afterEach, describe, expect, test } from 'vitest';
import { LastLines } from '../../../../src/actors/pod/last-lines.ts';
import { EffectBench } from '../../../simulation/model/effect-bench.ts';
import { always, inTurn, refused, type FaultPlan } from '../../../simulation/model/fault-plan.ts';
import { World } from '../../../simulation/model/world.ts';
import { podManifest } from '../../../support/pod-manifest.ts';

class WritingWorld extends World {
  readonly texts = new Map<string, string>();

  override logOf(podName: string): string {
    return this.texts.get(podName) ?? `I am ${podName}\n`;
  }

  runPod(name: string): void {
    this.createPod(podManifest(name));
    this.bind(name);
    this.setStatus(name, { phase: 'Running' });
  }
}

interface Setting {
  readonly world: WritingWorld;
  readonly bench: EffectBench;
  readonly lines: LastLines;
  /** The times at which each Pod was read, since the start. */
  readonly reads: (podName: string) => readonly number[];
}

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

function setting({ pods = ['a'], plan }: { pods?: readonly string[]; plan?: FaultPlan } = {}): Setting {
  const world = new WritingWorld();
  for (const name of pods) world.runPod(name);
  const bench = new EffectBench(plan, world);
  const startMs = world.clock.now();
  const lines = new LastLines(bench);
  stops.push(() => lines.stop());
  const reads = (podName: string) =>
    bench.network.trace
      .filter(({ verb, name }) => verb === 'pods.log' && name === podName)
      .map(({ atMs }) => atMs - startMs);
  return { world, bench, lines, reads };
}

const numbered = (count: number): readonly string[] => Array.from({ length: count }, (_, n) => `p${n}`);

test('nothing is read before somebody asks', async () => {
  const { world, bench } = setting();
  await world.pass(60_000);
  expect(bench.calls('pods.log')).toBe(0);
});

test('the first answer is empty, the next one is what the Pod wrote last', async () => {
  const { world, lines } = setting();
  expect(lines.of('a')).toBe('');
  await world.pass(100);
  expect(lines.of('a')).toBe('I am a');
  world.texts.set('a', 'one\ntwo\n');
  await world.pass(2_000);
  expect(lines.of('a')).toBe('two');
});

test('however often somebody asks, a Pod is read every two seconds, and for ten after the last time', async () => {
  const { world, lines, reads } = setting();
  for (let n = 0; n < 31; n += 1) {
    lines.of('a');
    await world.pass(100);
  }
  expect(reads('a')).toEqual([0, 2_000]);
  await world.pass(60_000);
  // Asked last at 3000.
  expect(reads('a')).toEqual([0, 2_000, 4_000, 6_000, 8_000, 10_000, 12_000]);
  expect(lines.of('a')).toBe('');
});

test('at most four are read at a time, and none is left out', async () => {
  const slow = { kind: 'slow', beforeMs: 300, afterMs: 0 } as const;
  const { world, bench, lines, reads } = setting({ pods: numbered(10), plan: always('pods.log', slow) });
  for (const name of numbered(10)) lines.of(name);
  await world.pass(299);
  expect(bench.calls('pods.log')).toBe(4);
  await world.pass(901);
  expect(numbered(10).map((name) => reads(name).length)).toEqual(numbered(10).map(() => 1));
  expect(numbered(10).map((name) => lines.of(name))).toEqual(numbered(10).map((name) => `I am ${name}`));
});

test('where reading takes longer than time allows, every Pod has its turn', async () => {
  const slow = { kind: 'slow', beforeMs: 1_000, afterMs: 0 } as const;
  const { world, lines, reads } = setting({ pods: numbered(40), plan: always('pods.log', slow) });
  for (let seconds = 0; seconds < 29; seconds += 1) {
    for (const name of numbered(40)) lines.of(name);
    await world.pass(1_000);
  }
  for (const name of numbered(40)) expect(reads(name)).toHaveLength(3);
});

test(
  'two hundred Pods are followed; the next one is when interest in one of them has ended',
  { tags: ['I11'] },
  async () => {
    const { world, lines, reads } = setting({ pods: numbered(201) });
    for (const name of numbered(200)) lines.of(name);
    await world.pass(9_000);
    for (const name of numbered(199)) lines.of(name);
    lines.of('p200');
    await world.pass(500);
    expect(reads('p200')).toEqual([]);
    await world.pass(1_000);
    lines.of('p200');
    await world.pass(100);
    expect(lines.of('p200')).toBe('I am p200');
  },
);

test.each(['not-found', 'unavailable', 'timeout', 'forbidden'] as const)(
  'a log that cannot be read (%s) leaves the line as it was, and is tried again',
  async (code) => {
    const served = { kind: 'served' } as const;
    const { world, bench, lines } = setting({ plan: inTurn('pods.log', served, refused(code)) });
    lines.of('a');
    await world.pass(100);
    world.texts.set('a', 'later\n');
    await world.pass(2_000);
    expect(bench.calls('pods.log')).toBe(2);
    expect(lines.of('a')).toBe('I am a');
    await world.pass(2_000);
    expect(lines.of('a')).toBe('later');
    expect(bench.said.join()).toMatch(/could not be read .*"podName":"a"/);
  },
);

describe('of what a Pod wrote', () => {
  test.each([
    ['nothing', '', ''],
    ['only blank lines', '\n \n\t\n', ''],
    ['a line and blank ones', 'x\n\n \n', 'x'],
    ['a line without its end', 'one\ntwo', 'two'],
    ['lines of Windows', 'one\r\ntwo\r\n', 'two'],
    ['a progress bar', '10 %\r55 %\r', '55 %'],
    ['colours', 'a\n\u001b[31mred\u001b[0m\n', '\u001b[31mred\u001b[0m'],
    ['a line that is too long', 'x'.repeat(500), 'x'.repeat(400)],
    ['a character at the cut', `${'x'.repeat(399)}🚀🚀`, 'x'.repeat(399)],
    ['much', `${'old line\n'.repeat(10_000)}new\n`, 'new'],
  ])('%s', async (_what, text, line) => {
    const { world, lines } = setting();
    world.texts.set('a', text);
    lines.of('a');
    await world.pass(100);
    expect(lines.of('a')).toBe(line);
  });
});

test('once stopped nothing is read any more, whoever asks', async () => {
  const slow = { kind: 'slow', beforeMs: 300, afterMs: 0 } as const;
  const { world, bench, lines } = setting({ pods: ['a', 'b'], plan: always('pods.log', slow) });
  lines.of('a');
  await world.pass(100);
  lines.stop();
  lines.of('b');
  await world.pass(60_000);
  expect(bench.calls('pods.log')).toBe(1);
});
