/** No state of any chart waits for ever, and each says in a clause why it waits. */
import { createActor, createMachine, type AnyStateMachine } from 'xstate';
import { describe, expect, test } from 'vitest';
import { emptyRegistry } from '../../../src/machines/pool/registry.ts';
import { leadershipMachine } from '../../../src/machines/leadership/leadership.machine.ts';
import { poolMachine } from '../../../src/machines/pool/pool.machine.ts';
import { pipelineMachine } from '../../../src/machines/pipeline/pipeline.machine.ts';
import { scaleDownMachine } from '../../../src/machines/scale/scale-down.machine.ts';
import { scaleUpMachine } from '../../../src/machines/scale/scale-up.machine.ts';
import { stageMachine } from '../../../src/machines/stage/stage.machine.ts';
import { workerMachine } from '../../../src/machines/worker/worker.machine.ts';
import { statesOf, walk } from '../../support/chart-walk.ts';
import { LeadershipHarness } from '../../support/leadership-harness.ts';
import { PipelineHarness } from '../../support/pipeline-harness.ts';
import { stageCommand } from '../../support/pipelines.ts';
import { StageHarness } from '../../support/stage-harness.ts';
import { order, scaleDownCommand, scaleUpCommand, slot } from '../../support/orders.ts';

const worker = createActor(workerMachine, { input: { order: order(), slot: slot() } });
const scaleUp = createActor(scaleUpMachine, { input: { command: scaleUpCommand() } });
const scaleDown = createActor(scaleDownMachine, {
  input: { command: scaleDownCommand({ requestId: 'r' }), podNames: ['a'], at: '' },
});

const stage = new StageHarness({ dependsOn: ['a'] }).ref;
const run = PipelineHarness.opened([stageCommand('a')]).ref;

const charts: ReadonlyArray<readonly [string, AnyStateMachine, unknown, number]> = [
  ['worker', workerMachine, worker.getSnapshot().context, 20],
  ['scaleUp', scaleUpMachine, scaleUp.getSnapshot().context, 9],
  ['scaleDown', scaleDownMachine, scaleDown.getSnapshot().context, 4],
  ['stage', stageMachine, { ...stage.getSnapshot().context, skipReason: 'x failed' }, 14],
  ['pipeline', pipelineMachine, run.getSnapshot().context, 15],
  ['leadership', leadershipMachine, new LeadershipHarness().context, 8],
  ['pool', poolMachine, { registry: emptyRegistry(), drainMs: 1_000 }, 5],
];

describe.each(charts)('%s', (_, machine, context, statesMin) => {
  test('every state has a deadline and a reason', () => {
    expect(walk(machine, context)).toEqual([]);
  });

  test('the walk reaches all of the chart', () => {
    expect(statesOf(machine.root).length).toBeGreaterThanOrEqual(statesMin);
  });
});

const reason = () => 'because';
const chart = (states: Record<string, object>) => createMachine({ id: 'm', initial: 'a', states });

describe('the walk finds', () => {
  test('a state that waits for ever', () => {
    expect(walk(chart({ a: { meta: { reason } } }), {})).toEqual(['m.a has no deadline']);
  });

  test('a nested state that waits for ever', () => {
    const inner = { b: { meta: { reason }, after: { 5: 'c' } }, c: { meta: { reason } } };
    const machine = chart({ a: { meta: { reason }, initial: 'b', states: inner } });
    expect(walk(machine, {})).toEqual(['m.a.c has no deadline']);
  });

  test('no defect where the parent has the deadline', () => {
    const inner = { b: { meta: { reason } } };
    const a = { meta: { reason }, initial: 'b', states: inner, after: { 5: 'z' } };
    expect(walk(chart({ a, z: { type: 'final' } }), {})).toEqual([]);
  });

  test('a deadline of the root alone, which never re-arms', () => {
    const machine = createMachine({
      id: 'm',
      initial: 'a',
      after: { 5: '.a' },
      states: { a: { meta: { reason } } },
    });
    expect(walk(machine, {})).toEqual(['m.a has no deadline']);
  });

  test.each([
    ['no meta', {}],
    ['no reason', { meta: {} }],
    ['an empty reason', { meta: { reason: () => ' ' } }],
  ])('a state with %s', (_, config) => {
    expect(walk(chart({ a: { ...config, after: { 5: 'a' } } }), {})).toEqual(['m.a gives no reason']);
  });

  test('nothing in states that nobody rests in', () => {
    expect(walk(chart({ a: { always: 'z' }, z: { type: 'final' } }), {})).toEqual([]);
  });
});
