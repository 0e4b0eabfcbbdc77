/** The states that a recording speaks of are those that the actors are in. */
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { MemoryTape } from '../../../src/recording/tape.ts';
import { hashStates } from '../../../src/recording/state-hash.ts';
import { flatten, statesOf } from '../../../src/recording/states.ts';
import { parseLine } from '../../../src/recording/format.ts';
import { briefly } from '../../simulation/model/kubelet.ts';
import { Ottoscaler } from '../../simulation/model/ottoscaler.ts';
import { ProcessClock } from '../../simulation/model/sim-clock.ts';
import { World } from '../../simulation/model/world.ts';
import { scaleUpCommand } from '../../support/orders.ts';
import { pipelineCommand, stageCommand } from '../../support/pipelines.ts';

async function recorded() {
  const tape = new MemoryTape();
  const world = new World({ scripts: () => briefly });
  const otto = new Ottoscaler(world, { tape });
  await otto.scaleUp(scaleUpCommand({ workerCount: 2 }));
  const command = pipelineCommand([stageCommand('build'), stageCommand('test', { dependsOn: ['build'] })]);
  await otto.open({ kind: 'submit', pipelineId: 'p', command });
  return { tape, world, otto };
}

/** The actors' timers that are set, from the clock that they are set with. */
function watchTimers() {
  const set = new Map<unknown, readonly [actor: string, timer: string, delayMs: number]>();
  // oxlint-disable-next-line typescript/unbound-method -- called with their own `this` below
  const { setTimeout: setReal, clearTimeout: clearReal } = ProcessClock.prototype;
  const spied = vi.spyOn(ProcessClock.prototype, 'setTimeout');
  spied.mockImplementation(function (this: ProcessClock, fn, delayMs, ...of: unknown[]) {
    const id: unknown = setReal.call(
      this,
      () => {
        set.delete(id);
        fn();
      },
      delayMs,
    );
    const [actor, timer] = of;
    if (typeof actor === 'string' && typeof timer === 'string') set.set(id, [actor, timer, delayMs]);
    return id as number;
  });
  const cleared = vi.spyOn(ProcessClock.prototype, 'clearTimeout');
  cleared.mockImplementation(function (this: ProcessClock, id) {
    set.delete(id);
    clearReal.call(this, id);
  });
  onTestFinished(() => void vi.restoreAllMocks());
  return set;
}

/** What the hash should be, from the actors and the timers themselves. */
function hashOf(otto: Ottoscaler, timers: ReturnType<typeof watchTimers>): string {
  const { scaleUps, scaleDowns, pipelines, workers } = otto.registry;
  const runs = [...pipelines.values()];
  const stages = runs.flatMap((ref) => [...(ref.getSnapshot().context.run?.stages.values() ?? [])]);
  const below = [...scaleUps.values(), ...scaleDowns.values(), ...runs, ...stages, ...workers.values()];
  const states = below.map((ref) => [ref.id, ref.getSnapshot().value] as const);
  return hashStates([['pool', otto.ref.getSnapshot().value], ...states], timers.values());
}

describe('the hash of all states', () => {
  test('follows every change, and so is always that of the actors as they are', async () => {
    const timers = watchTimers();
    const { tape, world, otto } = await recorded();
    const seen = new Set<string>();
    for (let step = 0; step < 400; step++) {
      await world.pass(10);
      const before = hashOf(otto, timers);
      // Changes nothing, and is written down with the hash of now.
      otto.ref.send({ type: 'usage.sampled', samples: [] });
      expect(parseLine(tape.lines.at(-1) ?? '')).toMatchObject({ kind: 'sent', states: before });
      seen.add(before);
    }
    expect(seen.size).toBeGreaterThan(4);
    expect(timers.size).toBeGreaterThan(0);
  });

  test('tells states and actors apart, and does not depend on an order', () => {
    const [a, b] = [['a', { pending: 'queued' }] as const, ['b', 'done'] as const];
    expect(hashStates([a, b])).toBe(hashStates([b, a]));
    expect(hashStates([a, b])).not.toBe(hashStates([['a', 'done'], b]));
    expect(hashStates([a, b])).not.toBe(hashStates([a]));
    expect(hashStates([a], [['a', 'deadline', 1]])).not.toBe(hashStates([a], [['a', 'deadline', 2]]));
  });
});

describe('the tree of states', () => {
  test('has workers below who asked for them, each with why it is where it is', async () => {
    const { world, otto } = await recorded();
    await world.run(() => otto.views().every(({ status }) => status === 'running'));
    const tree = statesOf(otto.ref.getSnapshot());
    expect(tree).toMatchObject({
      kind: 'pool',
      state: 'operating.serving',
      reason: '3 live workers, 0 waiting',
    });
    const [command, run] = tree.children;
    expect(command).toMatchObject({ kind: 'scale-up', state: 'working.created' });
    expect(command?.children.map(({ kind, state }) => [kind, state])).toEqual([
      ['worker', 'running.active'],
      ['worker', 'running.active'],
    ]);
    expect(run).toMatchObject({ kind: 'pipeline', id: 'pipeline "p"', reason: '2 stages have not ended' });
    expect(run?.children).toMatchObject([
      { kind: 'stage', state: 'running', children: [{ kind: 'worker', state: 'running.active' }] },
      { kind: 'stage', state: 'pending.blocked', reason: 'waiting for build', children: [] },
    ]);
    expect([...flatten(tree)]).toHaveLength(8);
  });
});
