import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { overheard } from '../../../src/actors/overheard.ts';
import type { Witness, WitnessedWorker } from '../../../src/actors/ports.ts';
import { failure } from '../../../src/machines/failure.ts';
import type { ObservedPod } from '../../../src/machines/pod.ts';
import { workerMetrics } from '../../../src/metrics/worker-metrics.ts';
import { exited, order, pod, running, slot } from '../../support/orders.ts';

/** Since the ledger of the default order was written; its Pod is created a second later. */
const acceptedMs = Date.parse(order().acceptedAt);

function bench(beganAfterMs: number) {
  const registry = new Registry();
  const heard: string[] = [];
  let afterMs = beganAfterMs;
  const inner: Witness = {
    saw: () => heard.push('saw'),
    ending: async () => void heard.push('ending'),
    drain: async () => void heard.push('drain'),
    gone: () => heard.push('gone'),
  };
  const times = { nowMs: () => afterMs, wallMs: () => acceptedMs + afterMs };
  const witness = overheard(inner, workerMetrics(registry, times));
  const read = async () => {
    const all = await registry.getSingleMetric('ottoscaler_worker_step_seconds')?.get();
    return Object.fromEntries(
      (all?.values ?? [])
        .filter((value) => 'metricName' in value && String(value.metricName).endsWith('_sum'))
        .map(({ labels, value }) => [labels['step'], value]),
    );
  };
  const ended = async () => {
    const all = await registry.getSingleMetric('ottoscaler_workers_ended_total')?.get();
    return all?.values
      .filter(({ value }) => value > 0)
      .map(({ labels, value }) => [labels['outcome'], value]);
  };
  return { witness, heard, read, ended, at: (ms: number) => (afterMs = ms) };
}

const seen = (state?: Partial<ObservedPod>, attempt = 1): WitnessedWorker => ({
  order: order(),
  slot: { ...slot(), attempt },
  pod: state && pod(state),
});

test('each step of a life is measured from the one before, and the witness hears all of it', async () => {
  const b = bench(0);
  b.at(1_500);
  b.witness.saw(seen({}));
  b.at(2_000);
  b.witness.saw(seen(running()));
  b.witness.saw(seen(running()));
  b.at(5_000);
  await b.witness.ending(seen(exited(0)), { kind: 'succeeded' });
  await b.witness.drain(seen(exited(0)), 10);
  b.at(7_000);
  b.witness.gone(seen(exited(0)));
  expect(await b.read()).toEqual({ created: 1.5, running: 0.5, ended: 3, gone: 2 });
  expect(await b.ended()).toEqual([['succeeded', 1]]);
  expect(b.heard).toEqual(['saw', 'saw', 'saw', 'ending', 'drain', 'gone']);
});

test('of a worker that was taken over only the steps that were seen are measured', async () => {
  const b = bench(60_000);
  b.witness.saw(seen({}));
  b.at(61_000);
  b.witness.saw(seen(running()));
  b.at(63_000);
  await b.witness.ending(seen(exited(0)), { kind: 'succeeded' });
  expect(await b.read()).toEqual({ ended: 2 });
});

test('of one that ran already when it was taken over its run is not measured', async () => {
  const b = bench(60_000);
  b.witness.saw(seen(running()));
  b.at(63_000);
  await b.witness.ending(seen(exited(0)), { kind: 'succeeded' });
  expect(await b.read()).toEqual({});
});

test('a retry was not taken with its command, so how long that took is not measured', async () => {
  const b = bench(0);
  b.witness.saw(seen({}, 2));
  expect(await b.read()).toEqual({});
});

test('an end is counted once by its failure, however often it is recorded', async () => {
  const b = bench(0);
  const outcome = { kind: 'failed', failure: failure('quota', 'no room') } as const;
  await b.witness.ending(seen(), outcome);
  await b.witness.ending(seen(), outcome);
  expect(await b.ended()).toEqual([['quota', 1]]);
});
