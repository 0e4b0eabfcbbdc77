import { describe, expect, test } from 'vitest';
import type { ActorDetail, ActorHappening } from '../../../src/inspector/protocol.ts';
import { backoffMs } from '../../../web/live/backoff.ts';
import { LogTail } from '../../../web/live/log-tail.ts';
import { withNews } from '../../../web/live/told-detail.ts';

const happening = (n: number): ActorHappening => ({
  n,
  atMs: n,
  event: `e${n}`,
  from: '',
  stateBefore: 'a',
  stateAfter: 'b',
});

const detail = (id: string, ...happenings: readonly ActorHappening[]): ActorDetail => ({
  row: { id, parent: '', kind: 'worker', name: id, state: 'a', phase: 'running', sinceMs: 0, isOver: false },
  value: 'a',
  context: {},
  chart: 'worker',
  why: '',
  timers: [],
  happenings,
});

describe('a connection that broke', () => {
  test('is tried again after a time that doubles up to 15 s', () => {
    const waits = [0, 1, 2, 3, 4, 5, 6, 1_000].map((tries) => backoffMs(tries, 1));
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
  });

  test('is tried at different times by different pages, never at once', () => {
    expect(backoffMs(2, 0)).toBe(1_000);
    expect(backoffMs(2, 0.5)).toBe(1_500);
  });
});

describe('what is told of the chosen actor', () => {
  const numbers = ({ happenings }: ActorDetail) => happenings.map(({ n }) => n);

  test('adds what is new to what is known', () => {
    const known = withNews(undefined, detail('w', happening(1), happening(2)));
    expect(numbers(withNews(known, detail('w', happening(3))))).toEqual([1, 2, 3]);
    expect(numbers(withNews(known, detail('w')))).toEqual([1, 2]);
  });

  test('is told whole of another actor, and of one that is told anew', () => {
    const known = withNews(undefined, detail('w', happening(5)));
    expect(numbers(withNews(known, detail('x', happening(9))))).toEqual([9]);
    expect(numbers(withNews(known, detail('w', happening(1), happening(2))))).toEqual([1, 2]);
  });

  test('keeps the newest 200 happenings', () => {
    let known = detail('w');
    for (let n = 1; n <= 250; n++) known = withNews(known, detail('w', happening(n)));
    expect(numbers(known)).toHaveLength(200);
    expect(numbers(known).at(-1)).toBe(250);
  });
});

test('a log keeps its newest lines and counts those that it dropped', () => {
  const tail = new LogTail('w');
  const lines = Array.from({ length: 60_000 }, (_, n) => ({
    atMs: n,
    source: 'stdout' as const,
    text: `${n}`,
  }));
  tail.add(lines, false);
  expect(tail.lines.length + tail.droppedCount).toBe(60_000);
  expect(tail.lines.length).toBeLessThanOrEqual(50_000);
  expect(tail.lines.at(-1)?.text).toBe('59999');
  tail.add([], true);
  expect(tail.isOver).toBe(true);
});
