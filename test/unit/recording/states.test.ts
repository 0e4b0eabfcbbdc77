/** The states that a recording speaks of are those that the actors are in. */
import { describe, expect, test } from 'vitest';
import { MemoryTape } from '../../../src/recording/tape.ts';
import { hashStates } from '../../../src/recording/state-hash.ts';
import { flatten, statesOf } from '../../../src/recording/states.ts';
import { parseLine } from '../../../src/recording/format.ts';
import { briefly } from '../../support/model-adapter/kubelet.ts';
import { Ottoscaler } from '../../support/model-adapter/ottoscaler.ts';
import { World } from '../../support/model-adapter/world.ts';
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

/** What the hash should be, from the actors themselves. */
function hashOf(otto: Ottoscaler): string {
  const { scaleUps, scaleDowns, pipelines, workers } = otto.registry;
  const runs = [...pipelines.values()];
  const stages = runs.flatMap((ref) => [...(ref.getSnapshot().context.run?.stages.values() ?? [])]);
  const below = [...scaleUps.values(), ...scaleDowns.values(), ...runs, ...stages, ...workers.values()];
  const states = below.map((ref) => [ref.id, ref.getSnapshot().value] as const);
  return hashStates([['pool', otto.ref.getSnapshot().value], ...states]);
}

describe('the hash of all states', () => {
  test('follows every change, and so is always that of the actors as they are', async () => {
    const { tape, world, otto } = await recorded();
    const seen = new Set<string>();
    for (let step = 0; step < 400; step++) {
      await world.pass(10);
      const before = hashOf(otto);
      // Changes nothing, and is written down with the hash of now.
      otto.ref.send({ type: 'usage.sampled', samples: [] });
      expect(parseLine(tape.lines.at(-1) ?? '')).toMatchObject({ kind: 'sent', states: before });
      seen.add(before);
    }
    expect(seen.size).toBeGreaterThan(4);
  });

  test('tells states and actors apart, and does not depend on an order', () => {
    const [a, b] = [['a', { pending: 'queued' }] as const, ['b', 'done'] as const];
    expect(hashStates([a, b])).toBe(hashStates([b, a]));
    expect(hashStates([a, b])).not.toBe(hashStates([['a', 'done'], b]));
    expect(hashStates([a, b])).not.toBe(hashStates([a]));
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
