/**
 * FAULT 60 and G12: a cancel at every moment of a run, in each of its modes.
 *
 * Whenever it comes there is one end; no Pod is there when that is told, what never started is skipped, and
 * nothing but what the mode leaves is begun any more.
 */
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { CancelMode } from '../../src/machines/pipeline/command.ts';
import { cancelledLife, type Moment } from '../simulation/lives/pipeline-cancel-runs.ts';

const modes: readonly CancelMode[] = ['now', 'run-finally', 'finish-running'];
/** Steps of the world; of writes half as many, which are fewer. */
const momentsMost = Number(process.env['CANCEL_MOMENTS'] ?? 40);

const undisturbed = await cancelledLife([]);

/** Evenly over the whole life. */
function spread(count: number, most: number): readonly number[] {
  const step = Math.max(1, count / most);
  return Array.from({ length: Math.min(count, most) }, (_, index) => Math.floor(index * step));
}

const steps = spread(undisturbed.steps, momentsMost).map((step) => ({ step }));
const writes = spread(undisturbed.writes, Math.ceil(momentsMost / 2)).map((index) => ({ write: 1 + index }));

test('undisturbed all stages complete, but for the one that runs on a failure', () => {
  expect(undisturbed).toMatchObject({ broken: [], statuses: { '': 'completed', rescue: 'skipped' } });
});

/** How it ends; a run that nobody could cancel any more ends as if nobody had tried. */
async function endOf(...asked: ReadonlyArray<readonly [CancelMode, Moment]>) {
  const { broken, statuses } = await cancelledLife(asked.map(([mode, at]) => ({ mode, at })));
  const isOne = statuses[''] === 'cancelled' || isDeepStrictEqual(statuses, undisturbed.statuses);
  return { broken, end: isOne ? statuses[''] : statuses };
}

const oneEnd = { broken: [], end: expect.stringMatching(/^(cancelled|completed)$/) };
const ends = (end: 'cancelled' | 'completed') => ({ broken: [], end });

describe.each(modes)('a cancel, %s,', { tags: ['G12', 'F60', 'I5', 'I12'] }, (mode) => {
  test.each(steps)('after $step steps leads to one end without Pods', async (at) => {
    expect(await endOf([mode, at])).toEqual(oneEnd);
  });

  test.each(writes)('right before write $write leads to one end without Pods', async (at) => {
    expect(await endOf([mode, at])).toEqual(oneEnd);
  });

  test('at the first step ends it as cancelled, and long after the end changes nothing', async () => {
    expect(await endOf([mode, { step: 0 }])).toEqual(ends('cancelled'));
    expect(await endOf([mode, { step: undisturbed.steps + 10 }])).toEqual(ends('completed'));
  });

  test('while a failed worker rests before its next try ends the stage without that try', async () => {
    const step = undisturbed.rests[Math.floor(undisturbed.rests.length / 2)] ?? NaN;
    expect(await endOf([mode, { step }])).toEqual(ends('cancelled'));
  });

  test('between the creates of a stage of two workers leaves neither', async () => {
    const [, , second = NaN] = undisturbed.creates;
    expect(await endOf([mode, { write: second }])).toEqual(ends('cancelled'));
  });

  test.each(spread(undisturbed.steps, 8))('twice, at step %i and soon after, is one cancel', async (step) => {
    expect(await endOf([mode, { step }], [mode, { step: step + 3 }])).toEqual(oneEnd);
  });
});

describe(
  'a cancel that lets finish what runs is followed by one that does not',
  { tags: ['G12', 'F60'] },
  () => {
    test.each(spread(undisturbed.steps, 12))('from step %i on: the stronger one holds', async (step) => {
      expect(await endOf(['finish-running', { step }], ['now', { step: step + 7 }])).toEqual(oneEnd);
      expect(await endOf(['run-finally', { step }], ['now', { step: step + 7 }])).toEqual(oneEnd);
    });

    test.each(spread(undisturbed.steps, 8))(
      'from step %i on, the other way round: it stays the stronger one',
      async (step) => {
        expect(await endOf(['now', { step }], ['finish-running', { step: step + 7 }])).toEqual(oneEnd);
      },
    );
  },
);
