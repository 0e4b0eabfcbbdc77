/**
 * FAULTS 34, 35, 36, 39: kill -9 at every side effect of a command, one after the other.
 *
 * For each write of the undisturbed run: the process dies before it, after it but before its answer, or
 * after the answer. The next process finds what is there, the caller sends the command again, and all must
 * end as in the undisturbed run.
 */
import { describe, expect, test } from 'vitest';
import {
  killPoints,
  surviveRefusal,
  surviveScaleDown,
  surviveScaleUp,
} from '../simulation/lives/crash-runs.ts';

const when = ['before', 'unanswered', 'after'] as const;
const upWrites = await killPoints(surviveScaleUp);
const downWrites = await killPoints(surviveScaleDown);
/** A refused create does nothing, so there is only a before. */
const refusedWrites = (await killPoints(surviveRefusal)).flatMap(({ write, verb }) =>
  when
    .filter((moment) => moment === 'before' || verb !== 'pods.create')
    .map((moment) => ({ write, verb, moment })),
);

describe(
  'a scale-up of 3',
  { tags: ['G1', 'G2', 'F34', 'F35', 'F36', 'F37', 'F39', 'I1', 'I3', 'I7'] },
  () => {
    test('undisturbed makes 3 Pods and deletes each once', async () => {
      expect((await surviveScaleUp()).broken).toEqual([]);
      const podWrites = upWrites.map(({ verb }) => verb).filter((verb) => verb.startsWith('pods.'));
      expect(podWrites.filter((verb) => verb === 'pods.create')).toHaveLength(3);
      expect(podWrites.filter((verb) => verb === 'pods.delete')).toHaveLength(3);
    });

    describe.each(upWrites)('killed at write $write, $verb,', ({ write }) => {
      test.each(when)('%s, ends as if it had not been', async (moment) => {
        expect((await surviveScaleUp({ write, when: moment })).broken).toEqual([]);
      });
    });
  },
);

describe('a scale-down of 4 to 1', { tags: ['G2', 'F34', 'F35', 'F39', 'I7'] }, () => {
  test('undisturbed ends the 3 youngest, each once', async () => {
    expect((await surviveScaleDown()).broken).toEqual([]);
    expect(downWrites.filter(({ verb }) => verb === 'pods.delete')).toHaveLength(3);
  });

  describe.each(downWrites)('killed at write $write, $verb,', ({ write }) => {
    test.each(when)('%s, ends as if it had not been', async (moment) => {
      expect((await surviveScaleDown({ write, when: moment })).broken).toEqual([]);
    });
  });
});

describe('a scale-up that the API server refuses', { tags: ['F21', 'I3'] }, () => {
  test('undisturbed is told to its caller and leaves nothing', async () => {
    expect((await surviveRefusal()).broken).toEqual([]);
  });

  test.each(refusedWrites)(
    'killed at write $write, $verb, $moment, ends as if it had not been',
    async ({ write, moment }) => {
      expect((await surviveRefusal({ write, when: moment })).broken).toEqual([]);
    },
  );
});
