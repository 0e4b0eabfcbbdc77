import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { InFlight } from '../../../src/actors/in-flight.ts';
import type { Effect, Opening, OpeningReply } from '../../../src/actors/observer.ts';
import { admissionMetrics } from '../../../src/metrics/admission-metrics.ts';
import { effectMetrics } from '../../../src/metrics/effect-metrics.ts';
import { openScaleUp, order, scaleUpCommand, slot } from '../../support/orders.ts';

const open: Opening = { name: 'open-scale-up', command: scaleUpCommand() };
const closed: Exclude<Effect, Opening> = { name: 'close-scale', ledgerName: order().ledger.name };

async function valuesOf(registry: Registry, name: string) {
  const all = await registry.getSingleMetric(name)?.get();
  return (all?.values ?? [])
    .filter((value) => !('metricName' in value) || String(value.metricName).endsWith('_sum'))
    .map(({ labels, value }) => [...Object.values(labels), value]);
}

function bench() {
  const registry = new Registry();
  let nowMs = 0;
  const inFlight = new InFlight(effectMetrics(registry, () => nowMs));
  const opened = (effect: Opening, tookMs: number, reply: OpeningReply | Error) =>
    inFlight.opened(effect, async () => {
      nowMs += tookMs;
      if (reply instanceof Error) throw reply;
      return reply;
    });
  const run = (effect: Exclude<Effect, Opening>, tookMs: number) =>
    inFlight.observed(effect, async () => void (nowMs += tookMs));
  return { registry, opened, run };
}

test('a command is measured from its taking to its record and to its end', async () => {
  const { registry, opened, run } = bench();
  await opened(open, 100, { kind: 'opened', ...openScaleUp(1) });
  await run({ name: 'mark-created', ledgerName: order().ledger.name }, 400);
  await run(closed, 500);
  await run(closed, 500);
  expect(await valuesOf(registry, 'ottoscaler_command_seconds')).toEqual([
    ['scale_up', 'recorded', 0.1],
    ['scale_up', 'created', 0.5],
    ['scale_up', 'over', 1],
  ]);
  expect(await valuesOf(registry, 'ottoscaler_commands_total')).toEqual([['scale_up', 'opened', 1]]);
});

test('a command that is replayed or resumed is counted and not measured', async () => {
  const { registry, opened, run } = bench();
  await opened(open, 100, { kind: 'replayed', podNames: [], acceptedAt: '' });
  await opened(open, 100, { kind: 'resumed', ...openScaleUp(1) });
  await run(closed, 500);
  expect(await valuesOf(registry, 'ottoscaler_command_seconds')).toEqual([]);
  expect(await valuesOf(registry, 'ottoscaler_commands_total')).toEqual([
    ['scale_up', 'replayed', 1],
    ['scale_up', 'resumed', 1],
  ]);
});

test('an effect that fails is measured as such, and fails as before', async () => {
  const { registry, opened } = bench();
  await expect(opened(open, 250, new Error('etcd is full'))).rejects.toThrow('etcd is full');
  expect(await valuesOf(registry, 'ottoscaler_effect_seconds')).toEqual([['open-scale-up', 'failed', 0.25]]);
});

test('a wait for capacity is from the look that finds a worker in line to its first create', async () => {
  const registry = new Registry();
  let nowMs = 0;
  const watch = admissionMetrics(registry, () => nowMs);
  const create = (index: number, tries: number) =>
    watch.began({ name: 'create-pod', worker: { order: order(), slot: slot(index), tries } });
  watch.look(new Set(['otto-a-0', 'otto-a-1']));
  nowMs = 4_000;
  watch.look(new Set(['otto-a-0', 'otto-a-1', 'otto-a-2']));
  nowMs = 5_000;
  create(0, 0);
  create(0, 1);
  expect(await valuesOf(registry, 'ottoscaler_admission_wait_seconds')).toEqual([[5]]);
  nowMs = 6_000;
  expect(await valuesOf(registry, 'ottoscaler_admission_oldest_wait_seconds')).toEqual([[6]]);
  watch.look(new Set(['otto-a-2']));
  expect(await valuesOf(registry, 'ottoscaler_admission_oldest_wait_seconds')).toEqual([[2]]);
  create(3, 0);
  expect(await valuesOf(registry, 'ottoscaler_admission_wait_seconds')).toEqual([[5]]);
});
