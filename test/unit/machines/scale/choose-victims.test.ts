/** Which workers a scale-down ends: the order of a ReplicaSet. */
import { fc, test as property } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { chooseVictims, type Candidate } from '../../../../src/machines/scale/choose-victims.ts';

const candidate = (
  podName: string,
  advance: Candidate['advance'],
  createdAt = '1',
  index = 0,
): Candidate => ({
  podName,
  advance,
  createdAt,
  index,
});

test.each<readonly [string, readonly Candidate[], number, readonly string[]]>([
  ['nobody where the target is met', [candidate('a', 'running')], 1, []],
  ['nobody where the target is beyond', [candidate('a', 'running')], 5, []],
  ['nobody of nobody', [], 0, []],
  ['everybody for a target of none', [candidate('a', 'running'), candidate('b', 'queued')], 0, ['b', 'a']],
  [
    'the least advanced first',
    [candidate('r', 'running'), candidate('s', 'starting'), candidate('q', 'queued')],
    0,
    ['q', 's', 'r'],
  ],
  [
    'the youngest of equals',
    [
      candidate('old', 'running', '2026-01-01T00:00:00Z'),
      candidate('new', 'running', '2026-01-02T00:00:00Z'),
    ],
    1,
    ['new'],
  ],
  [
    'a queued worker before a younger one that runs',
    [candidate('q', 'queued', '1'), candidate('r', 'running', '2')],
    1,
    ['q'],
  ],
  [
    'the highest index of one age',
    [candidate('a', 'running', '1', 0), candidate('b', 'running', '1', 2), candidate('c', 'running', '1', 1)],
    1,
    ['b', 'c'],
  ],
  ['by name where all else is equal', [candidate('b', 'queued'), candidate('a', 'queued')], 1, ['a']],
])('%s', (_, candidates, target, victims) => {
  expect(chooseVictims(candidates, target)).toEqual(victims);
});

const advances = ['queued', 'starting', 'running'] as const;
const someCandidates = fc
  .array(
    fc.record({
      advance: fc.constantFrom(...advances),
      createdAt: fc.constantFrom('1', '2', '3'),
      index: fc.nat({ max: 3 }),
    }),
    { maxLength: 20 },
  )
  .map((all) => all.map((each, i): Candidate => ({ ...each, podName: `pod-${i}` })));

property.prop([someCandidates, fc.nat({ max: 25 })])(
  'exactly the excess, each once, none of them spared for one that should go sooner',
  (candidates, target) => {
    const victims = chooseVictims(candidates, target);
    expect(victims).toHaveLength(Math.max(0, candidates.length - target));
    expect(new Set(victims).size).toBe(victims.length);
    const spared = candidates.filter(({ podName }) => !victims.includes(podName));
    for (const victim of candidates.filter(({ podName }) => victims.includes(podName))) {
      const sooner = spared.filter(
        ({ advance }) => advances.indexOf(advance) < advances.indexOf(victim.advance),
      );
      const younger = spared.filter((s) => s.advance === victim.advance && s.createdAt > victim.createdAt);
      expect([...sooner, ...younger]).toEqual([]);
    }
  },
);

const inTwoOrders = someCandidates.chain((all) =>
  fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
);

property.prop([inTwoOrders, fc.nat({ max: 25 })])(
  'whatever the order in which the workers are told',
  ([candidates, shuffled], target) => {
    expect(chooseVictims(shuffled, target)).toEqual(chooseVictims(candidates, target));
  },
);
