/** Charts as the page draws them, of the machines that run. */
import { expect, test } from 'vitest';
import { chartFrom, effectsOf } from '../../../src/inspector/chart.ts';
import type { ChartState } from '../../../src/inspector/protocol.ts';
import { charts } from '../../../src/programs/inspect-page.ts';

function* statesOf(state: ChartState): Generator<ChartState> {
  yield state;
  for (const child of state.children) yield* statesOf(child);
}

test.each(Object.values(charts).map((machine) => [machine.id, machine] as const))(
  'every target and every initial state of %s is a state of it',
  (_name, machine) => {
    const states = [...statesOf(chartFrom(machine).root)];
    const ids = new Set(states.map(({ id }) => id));
    expect(ids.size).toBe(states.length);
    const named = states.flatMap(({ initial, transitions }) => [
      ...(initial === undefined ? [] : [initial]),
      ...transitions.flatMap(({ targets }) => targets),
    ]);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((id) => !ids.has(id))).toEqual([]);
  },
);

test('a state says what it waits for, what it runs and where it goes', () => {
  const states = [...statesOf(chartFrom(charts.worker).root)];
  const creating = states.find(({ id }) => id === 'pending.admitted.creating');
  expect(creating).toMatchObject({
    kind: 'atomic',
    invokes: ['createPod'],
    transitions: expect.arrayContaining([
      { event: 'createPod failed', targets: ['pending.admitted.backingOff'] },
      { event: 'always', targets: ['pending.admitted.starting'], guard: 'podSeen' },
    ]),
  });
  expect(states.find(({ id }) => id === 'running')?.transitions).toContainEqual({
    event: 'after runDeadline',
    targets: ['failed'],
  });
});

test('an effect is found by the id under which it is invoked', () => {
  expect(effectsOf(charts.worker)('0.worker.cleanup.deleting')).toBe('deletePod');
  expect(effectsOf(charts.worker)('0.nowhere')).toBeUndefined();
});

test('a guard that joins others tells them', () => {
  const states = [...statesOf(chartFrom(charts.scaleUp).root)];
  const placing = states.find(({ id }) => id === 'placing');
  expect(placing?.transitions.map(({ guard }) => guard)).toContain('isPlaced and isKept');
});
