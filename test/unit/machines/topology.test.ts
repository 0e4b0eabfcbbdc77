/** How the actors hang together, and the rules of xstate that the charts lean on. */
import { createActor, createMachine, fromCallback, fromPromise, setup } from 'xstate';
import { describe, expect, test } from 'vitest';
import { ModelCluster } from '../../support/model-cluster.ts';
import { exited, pod, scaleUpCommand } from '../../support/orders.ts';
import { PoolHarness } from '../../support/pool-harness.ts';
import { TestClock } from '../../support/test-clock.ts';
import { WorkerHarness } from '../../support/worker-harness.ts';

function running(workerCount: number) {
  const cluster = new ModelCluster();
  const pool = new PoolHarness(cluster).list();
  pool.scaleUp(scaleUpCommand({ workerCount }));
  cluster.serve(pool);
  return { cluster, pool };
}

describe('workers', () => {
  test('are in the registry, and neither they nor commands in the children of the pool', () => {
    const { pool } = running(3);
    expect([...pool.registry.workers.keys()]).toEqual(['otto-task-a--0', 'otto-task-a--1', 'otto-task-a--2']);
    expect(Object.keys(pool.ref.getSnapshot().children).filter((id) => !id.includes('pool'))).toEqual([]);
  });

  test('report to the pool as to a parent, and live in its system', () => {
    const { pool } = running(1);
    const [worker] = pool.registry.workers.values();
    expect(worker?.system).toBe(pool.ref.system);
    expect(pool.registry.scaleUps.values().next().value?.getSnapshot().context.answer).toMatchObject({
      message: '1 of 1 created',
    });
  });

  test('leave no timer behind, and neither does their command', () => {
    const { cluster, pool } = running(3);
    const before = new PoolHarness(new ModelCluster()).list().clock.pending;
    expect(pool.clock.pending).toBeGreaterThan(before);
    expect(cluster.settle(pool)).toBe(true);
    expect(pool.clock.pending).toBe(before);
    expect(pool.registry).toMatchObject({ workers: new Map(), scaleUps: new Map(), owners: new Map() });
  });

  test('that are over stay out of the scheduler, also when facts come late', () => {
    const w = new WorkerHarness().run().observe(exited(0)).record().delete().lose(exited(0));
    w.observe(exited(0)).lose(exited(0)).terminate();
    expect(w.state).toBe('done');
    expect(w.clock.pending).toBe(0);
  });
});

function run(leave: boolean) {
  const started: string[] = [];
  const machine = setup({
    actors: {
      promise: fromPromise(() => Promise.resolve(started.push('promise'))),
      callback: fromCallback(() => void started.push('callback')),
    },
  }).createMachine({
    initial: 'passing',
    states: {
      passing: {
        invoke: [{ src: 'promise' }, { src: 'callback' }],
        always: { guard: () => leave, target: 'passed' },
      },
      passed: { on: { again: 'passing' } },
    },
  });
  const actor = createActor(machine).start();
  actor.send({ type: 'again' });
  return { state: actor.getSnapshot().value, started };
}

describe('an invocation in a state that is left at once', () => {
  test('never starts, at the beginning or later', () => {
    expect(run(true)).toEqual({ state: 'passed', started: [] });
  });

  test('would start if the state were kept', () => {
    expect(run(false)).toEqual({ state: 'passing', started: ['promise', 'callback'] });
  });

  test('is what a resumed worker relies on: it asks for nothing on its way', () => {
    const w = new WorkerHarness({ resume: { pod: pod(exited(0)) } });
    expect(w.calls.createPod).toEqual([]);
    expect(w.calls.recordOutcome).toHaveLength(1);
  });
});

test('timers of states that are passed through are set and cleared within one step', () => {
  const clock = new TestClock();
  const machine = createMachine({
    initial: 'a',
    states: { a: { after: { 10: 'late' }, always: 'b' }, b: {}, late: {} },
  });
  const actor = createActor(machine, { clock }).start();
  expect(clock.pending).toBe(0);
  clock.advance(10);
  expect(actor.getSnapshot().value).toBe('b');
});

test('of several always the innermost decides, so what must come first stands in the innermost state', () => {
  const a = { initial: 'b', always: 'byParent', states: { b: { always: '#byChild' } } };
  const machine = createMachine({ initial: 'a', states: { a, byParent: {}, byChild: { id: 'byChild' } } });
  expect(createActor(machine).getSnapshot().value).toBe('byChild');
});
