import { describe, expect, test } from 'vitest';
import {
  countPhases,
  isOver,
  lostAfterMs,
  observe,
  startWatch,
  type Scope,
} from '../../../src/cli/watch-state.ts';
import { summaryLine } from '../../../src/cli/summary-line.ts';
import { watchOf, worker } from './workers.ts';

const answer = (...workers: ReturnType<typeof worker>[]) => ({ workers, omittedCount: 0 });
const both: Scope = { kind: 'workers', podNames: ['a', 'b'] };

describe('a watch of a command', () => {
  test('is over when every worker of the command has ended', () => {
    const running = observe(startWatch(both), answer(worker('a', 'succeeded'), worker('b', 'running')), 0);
    expect(isOver(running, 0)).toBe(false);
    const ended = observe(running, answer(worker('a', 'succeeded'), worker('b', 'failed')), 1);
    expect(isOver(ended, 1)).toBe(true);
    expect(countPhases(ended, 1)).toMatchObject({ succeeded: 1, failed: 1 });
  });

  test('leaves other workers of the task alone', () => {
    const state = observe(
      startWatch(both),
      answer(worker('old', 'failed'), worker('a', 'succeeded'), worker('b', 'succeeded')),
      0,
    );
    expect([...state.workers.keys()]).toEqual(['a', 'b']);
    expect(isOver(state, 0)).toBe(true);
  });

  test('keeps the end of a worker that the server has forgotten', () => {
    const ended = observe(startWatch(both), answer(worker('a', 'succeeded'), worker('b', 'succeeded')), 0);
    const forgotten = observe(ended, answer(), lostAfterMs * 2);
    expect(countPhases(forgotten, lostAfterMs * 4)).toMatchObject({ succeeded: 2, unknown: 0 });
  });

  test('waits for a worker that a restarted server does not list yet', () => {
    const begun = observe(startWatch(both), answer(worker('a', 'succeeded'), worker('b', 'running')), 0);
    const away = observe(observe(begun, answer(), 1_000), answer(), lostAfterMs);
    expect(isOver(away, lostAfterMs)).toBe(false);
    const back = observe(away, answer(worker('b', 'running')), lostAfterMs + 1);
    const goneAgain = observe(back, answer(), lostAfterMs + 2);
    expect(countPhases(goneAgain, lostAfterMs + 1_500)).toMatchObject({ succeeded: 1, running: 1 });
  });

  test('gives up on one that stays away: its end is unknown', () => {
    const never = observe(startWatch(both), answer(worker('a', 'succeeded')), 1_000);
    const later = observe(never, answer(), 1_000 + lostAfterMs);
    expect(isOver(later, 999 + lostAfterMs)).toBe(false);
    expect(isOver(later, 1_000 + lostAfterMs)).toBe(true);
    expect(countPhases(later, 1_000 + lostAfterMs)).toMatchObject({ succeeded: 1, unknown: 1 });
  });
});

test('a watch of a task is over when all that is listed has ended, and at once where nothing is', () => {
  expect(isOver(watchOf([]), 0)).toBe(true);
  expect(isOver(watchOf([worker('a', 'succeeded'), worker('b', 'pending')]), 0)).toBe(false);
  expect(isOver(watchOf([worker('a', 'succeeded'), worker('b', 'failed')]), 0)).toBe(true);
});

test('a watch of everything never ends and keeps only what is listed', () => {
  const everything: Scope = { kind: 'everything' };
  const state = observe(watchOf([worker('a', 'succeeded')], everything), answer(worker('b', 'failed')), 1);
  expect([...state.workers.keys()]).toEqual(['b']);
  expect(isOver(state, 1)).toBe(false);
});

test('a status that is not known is not an end', () => {
  expect(isOver(watchOf([worker('a', 'meditating')]), 0)).toBe(false);
});

test('the summary names what goes on only while it does', () => {
  const counts = { pending: 0, running: 0, succeeded: 3, failed: 0, unknown: 0 };
  expect(summaryLine(counts, 12_345)).toBe('3 workers: 3 succeeded, 0 failed (12.3 s)');
  expect(summaryLine({ ...counts, succeeded: 1 })).toBe('1 worker: 1 succeeded, 0 failed');
  expect(summaryLine({ pending: 1, running: 2, succeeded: 3, failed: 4, unknown: 5 })).toBe(
    '15 workers: 1 pending, 2 running, 3 succeeded, 4 failed, 5 unknown',
  );
});
