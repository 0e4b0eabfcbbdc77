import { describe, expect, test } from 'vitest';
import type { ActorHappening, Chart, ChartState } from '../../../src/inspector/protocol.ts';
import { boxId, chartGraph, dotId, labelLines, linesOf } from '../../../web/chart/chart-graph.ts';
import { lastChange, litStates, takenArrows } from '../../../web/chart/lit.ts';

const state = (id: string, more: Partial<ChartState> = {}): ChartState => ({
  id,
  name: id.split('.').at(-1) ?? '',
  kind: 'atomic',
  invokes: [],
  tags: [],
  children: [],
  transitions: [],
  ...more,
});

const chart: Chart = {
  name: 'worker',
  root: state('', {
    name: 'worker',
    kind: 'compound',
    initial: 'pending',
    transitions: [{ event: 'pod.observed', targets: [] }],
    children: [
      state('pending', {
        kind: 'compound',
        initial: 'pending.queued',
        transitions: [{ event: 'after deadline', targets: ['failed'] }],
        children: [
          state('pending.queued', { transitions: [{ event: 'admit', targets: ['pending.creating'] }] }),
          state('pending.creating', {
            invokes: ['createPod'],
            transitions: [
              { event: 'always', guard: 'runs', targets: ['running'] },
              { event: 'createPod done', targets: ['pending.creating'] },
              { event: 'createPod failed', targets: ['failed'] },
            ],
          }),
        ],
      }),
      state('running', {
        kind: 'compound',
        initial: 'running.active',
        children: [
          state('running.active', {
            transitions: [
              { event: 'always', guard: 'hasFailed', targets: ['failed'] },
              { event: 'stop', guard: 'a condition', targets: ['failed'] },
            ],
          }),
        ],
      }),
      state('failed', { kind: 'final' }),
    ],
  }),
};

const happening = (event: string, stateBefore: string, stateAfter: string): ActorHappening => ({
  n: 1,
  atMs: 0,
  event,
  from: '',
  stateBefore,
  stateAfter,
});

const drawn = () => chartGraph(chart, (text) => text.length * 7);

describe('a chart as a graph', () => {
  test('nests states as boxes, each with a dot for what it enters first', () => {
    const { graph } = drawn();
    const [root] = graph.children ?? [];
    expect(root?.id).toBe(boxId(''));
    expect(root?.children?.map(({ id }) => id)).toEqual([
      dotId(''),
      boxId('pending'),
      boxId('running'),
      boxId('failed'),
    ]);
    expect(graph.edges).toContainEqual({
      id: 'initial:running',
      sources: [dotId('running')],
      targets: [boxId('running.active')],
    });
  });

  test('draws one arrow for all transitions between two states, and none for those that stay', () => {
    const { arrows } = drawn();
    expect([...arrows.keys()]).toEqual([
      'pending→failed',
      'pending.queued→pending.creating',
      'pending.creating→running',
      'pending.creating→failed',
      'running.active→failed',
    ]);
    expect(arrows.get('running.active→failed')?.labels).toEqual(['[hasFailed]', 'stop']);
    expect(arrows.get('running.active→failed')?.titles).toEqual(['always [hasFailed]', 'stop [a condition]']);
  });

  test('writes effects, and events that lead back, into the box', () => {
    const creating = drawn().states.get('pending.creating');
    expect(creating && linesOf(creating)).toEqual(['▸ createPod', '↻ createPod done']);
  });

  test('makes boxes and labels as wide as their text', () => {
    const { graph } = drawn();
    const label = graph.edges?.find(({ id }) => id === 'pending→failed')?.labels?.[0];
    expect(label?.width).toBe('after deadline'.length * 7 + 4);
  });

  test('counts transitions beyond the third instead of naming them', () => {
    expect(labelLines(['a', 'b', 'c'])).toEqual(['a', 'b', 'c']);
    expect(labelLines(['a', 'b', 'c', 'd', 'e'])).toEqual(['a', 'b', '+ 3']);
  });
});

describe('what is lit', () => {
  test('is the leaf and all around it', () => {
    expect(litStates({ pending: 'queued' }, 'pending.queued')).toEqual(
      new Set(['', 'pending', 'pending.queued']),
    );
    expect(litStates('failed', 'failed')).toEqual(new Set(['', 'failed']));
  });

  test('is a leaf in each region', () => {
    const lit = litStates({ live: { run: { working: 'scheduling' }, journal: 'idle' } }, '');
    expect(lit).toContain('live.run.working.scheduling');
    expect(lit).toContain('live.journal.idle');
  });
});

test('an actor that is over is lit where its row says that it ended', () => {
  expect(litStates(null, 'live.a.b, live.c')).toEqual(new Set(['', 'live', 'live.a', 'live.a.b', 'live.c']));
  expect(litStates(null, 'done')).toEqual(new Set(['', 'done']));
});

describe('the transition just taken', () => {
  const taken = (event: string, before: string, after: string) => [
    ...takenArrows(drawn().states, happening(event, before, after)),
  ];

  test('is the arrow of the event', () => {
    expect(taken('admit', 'pending.queued', 'pending.creating')).toEqual(['pending.queued→pending.creating']);
  });

  test('may belong to a state around', () => {
    expect(taken('after deadline', 'pending.queued', 'failed')).toEqual(['pending→failed']);
  });

  test('goes on by what follows of itself', () => {
    expect(taken('pod.observed', 'pending.creating', 'failed')).toEqual([
      'pending.creating→running',
      'running.active→failed',
    ]);
  });

  test('is told for the region that moved', () => {
    const arrows = takenArrows(
      drawn().states,
      happening('admit', 'pending.queued, running.active', 'pending.creating, running.active'),
    );
    expect([...arrows]).toEqual(['pending.queued→pending.creating']);
  });

  test('is nothing where no way leads there', () => {
    expect(taken('admit', 'failed', 'pending.queued')).toEqual([]);
  });

  test('is of the newest happening that changed anything', () => {
    const all = [happening('a', 'x', 'y'), { ...happening('b', 'y', 'y'), n: 2 }];
    expect(lastChange(all)?.event).toBe('a');
    expect(lastChange([])).toBeUndefined();
  });
});
