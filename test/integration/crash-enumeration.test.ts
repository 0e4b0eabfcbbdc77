/**
 * kill -9 at every side effect of one workload that has everything in it.
 *
 * For each write of the undisturbed life the process dies before it, after it but before its answer, after its answer,
 * or while it and others are on their way; the next one starts at once, or when all that ran has gone on alone for a
 * while. It must end as the undisturbed life did, with the same Pods, and nothing that anybody was told or has read
 * may be changed or taken back. THOROUGH=1 tries both absences at each.
 */
import { afterAll, describe, expect, test } from 'vitest';
import { keepFigures } from '../reliability/figures.ts';
import { killsOf, liveThrough } from '../simulation/lives/crash-enumeration.ts';

const absencesMs = [0, 20_000];
const undisturbed = await liveThrough();
const kills = [...killsOf(undisturbed, absencesMs)];
if (process.env['THOROUGH'] !== undefined) kills.push(...killsOf(undisturbed, absencesMs.toReversed()));

const startedAt = performance.now();
let lives = 0;
let violations = 0;

afterAll(() => {
  // A part of the lives is no figure.
  if (lives < kills.length) return;
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  keepFigures('crash-enumeration', {
    sideEffects: undisturbed.writes.length,
    kills: lives,
    violations,
    seconds,
  });
});

test('undisturbed every command ends as it should', () => {
  const { broken, end } = undisturbed;
  expect(broken).toEqual([]);
  expect(end.statuses).toEqual({
    release: {
      '': 'completed',
      build: 'completed',
      test: 'completed',
      lint: 'completed',
      finally: 'completed',
    },
    now: { '': 'cancelled', work: 'cancelled', next: 'skipped', finally: 'skipped' },
    gently: { '': 'cancelled', work: 'completed', next: 'skipped', finally: 'skipped' },
    tidily: { '': 'cancelled', work: 'cancelled', next: 'skipped', finally: 'completed' },
  });
  expect(end.podNames).toHaveLength(14);
  expect(end.outcomes.filter((outcome) => outcome.includes('scaled down to 1'))).toHaveLength(2);
});

test('it contains every kind of write', () => {
  const verbs = new Set(undisturbed.writes.map(({ verb }) => verb));
  expect([...verbs].toSorted()).toEqual([
    'pods.create',
    'pods.delete',
    'records.create',
    'records.delete',
    'records.update',
  ]);
});

describe.each([...Map.groupBy(kills, ({ write, verb }) => `${write}, ${verb}`)])(
  'killed at write %s,',
  {
    tags: [
      'G1',
      'G2',
      'G3',
      'G4',
      'G7',
      'G12',
      'F34',
      'F35',
      'F36',
      'F37',
      'F39',
      'F60',
      'I1',
      'I2',
      'I3',
      'I5',
      'I6',
      'I7',
      'I8',
      'I12',
    ],
  },
  (_at, some) => {
    test.each(some)('$when, for $awayMs ms, ends as if it had not been', async (kill) => {
      const { broken, end } = await liveThrough(kill);
      lives += 1;
      violations += broken.length;
      expect(broken).toEqual([]);
      expect(end).toEqual(undisturbed.end);
    });
  },
);
