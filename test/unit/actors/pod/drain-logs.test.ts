/** What a worker wrote is read once; what is missing is said; nothing holds up the cleanup. */
import { expect, test } from 'vitest';
import { drainLogs } from '../../../../src/actors/pod/drain-logs.ts';
import type { ObservedPod } from '../../../../src/machines/pod.ts';
import { EffectBench } from '../../../simulation/model/effect-bench.ts';
import { inTurn, refused, type FaultPlan } from '../../../simulation/model/fault-plan.ts';
import { World } from '../../../simulation/model/world.ts';
import { exited, order, pod, slot, waiting } from '../../../support/orders.ts';
import { podManifest } from '../../../support/pod-manifest.ts';

class WritingWorld extends World {
  readonly #text: string;

  constructor(text: string) {
    super();
    this.#text = text;
    this.createPod(podManifest(slot(0).podName));
    this.bind(slot(0).podName);
    this.setStatus(slot(0).podName, { phase: 'Succeeded' });
  }

  override logOf(): string {
    return this.#text;
  }
}

interface Drain {
  readonly plan?: FaultPlan;
  readonly bytesMax?: number;
  /** The Pod as last seen. */
  readonly last?: ObservedPod | 'none';
}

async function drained(
  text: string,
  { plan, bytesMax = 1_000, last = pod(exited(0)) }: Drain = {},
): Promise<EffectBench> {
  const b = new EffectBench(plan, new WritingWorld(text));
  const deps = { cluster: b.cluster, lines: b.lines, log: b.log, bytesMax };
  await b.end(drainLogs(deps, { order: order(), slot: slot(0), pod: last === 'none' ? undefined : last }));
  return b;
}

test.each([
  ['one line', 'a\n', ['a']],
  ['a last line without its end', 'a\nb', ['a', 'b']],
  ['empty lines', 'a\n\n\nb\n', ['a', '', '', 'b']],
  ['nothing', '', []],
  ['an empty line alone', '\n', ['']],
  [
    'carriage returns and colours, as they are',
    'a\r\n\u001b[31mred\u001b[0m\n',
    ['a\r', '\u001b[31mred\u001b[0m'],
  ],
])('%s', async (_what, text, lines) => {
  expect((await drained(text)).written).toEqual(lines);
});

test('more than is kept: the newest, and a line that says so in place', async () => {
  const b = await drained(`${'x'.repeat(100)}\nlast\n`, { bytesMax: 10 });
  expect(b.written).toEqual([
    '[ottoscaler: earlier output left out, only the newest 10 bytes are kept]',
    'xxxx',
    'last',
  ]);
});

test.each<[string, Drain]>([
  ['a worker whose container never ran', { last: pod(waiting('ImagePullBackOff')) }],
  ['a worker without a Pod', { last: 'none' }],
  ['a worker whose container is unknown', { last: pod() }],
  ['an Ottoscaler that reads no output', { bytesMax: 0 }],
])('%s is not asked for its log', async (_what, options) => {
  const b = await drained('a\n', options);
  expect([b.calls('pods.log'), b.written]).toEqual([0, []]);
});

test.each(['not-found', 'unavailable', 'timeout', 'forbidden'] as const)(
  'a log that cannot be read (%s) is said and lets the cleanup go on',
  async (code) => {
    const b = await drained('a\n', { plan: inTurn('pods.log', refused(code)) });
    expect(b.written).toEqual([]);
    expect(b.said.join()).toMatch(/worker output could not be read .*otto-a-0/);
  },
);
