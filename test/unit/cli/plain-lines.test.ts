/** A watch in a pipe: a line for each change, and nothing for what has not changed. */
import { expect, test } from 'vitest';
import { jsonLines } from '../../../src/cli/json-lines.ts';
import { plainLines } from '../../../src/cli/plain-lines.ts';
import { lostAfterMs, observe, type WatchState } from '../../../src/cli/watch-state.ts';
import { moment, watchOf, worker } from './workers.ts';

const next = (state: WatchState, seconds: number, ...workers: ReturnType<typeof worker>[]) =>
  observe(state, { workers, omittedCount: 0 }, seconds * 1_000);

test('a worker is told of when it changes, and its tidying up is not', () => {
  const lines: string[] = [];
  const display = plainLines((line) => lines.push(line));
  let state = watchOf([worker('otto-a', 'pending')]);
  display.show(state, moment(0));
  display.show(state, moment(1));
  state = next(state, 1, worker('otto-a', 'pending', { reason: 'creating the Pod' }));
  display.show(state, moment(1.2));
  state = next(state, 2, worker('otto-a', 'running', { reason: 'running, at most 60 s' }));
  display.show(state, moment(2));
  state = next(state, 5, worker('otto-a', 'succeeded', { reason: 'recording the outcome' }));
  display.show(state, moment(5));
  state = next(state, 6, worker('otto-a', 'succeeded', { reason: 'deleting the Pod' }));
  display.show(state, moment(6));
  display.end(state, moment(6));
  expect(lines).toEqual([
    '   0.0 s  otto-a  pending    waiting for capacity, at most 3600 s',
    '   1.2 s  otto-a  pending    creating the Pod',
    '   2.0 s  otto-a  running    at most 60 s (on node-1)',
    '   5.0 s  otto-a  succeeded  after 3s (on node-1)',
    '1 worker: 1 succeeded, 0 failed (6.0 s)',
  ]);
});

test('a failure says why, a lost worker that nothing is known, and a server that is away so', () => {
  const lines: string[] = [];
  const display = plainLines((line) => lines.push(line));
  let state = watchOf([worker('otto-a', 'failed'), worker('otto-b', 'running')]);
  display.show(state, moment(0));
  display.trouble('trying again: nobody answers', moment(1));
  state = next(state, 1);
  display.show(state, moment(1));
  display.show(state, moment(1 + lostAfterMs / 1_000));
  expect(lines).toEqual([
    '   0.0 s  otto-a  failed     exit-code: container worker exited with 7 (on node-1)',
    '   0.0 s  otto-b  running    (on node-1)',
    '   1.0 s  trying again: nobody answers',
    '   1.0 s  otto-b  running    not listed at the moment (on node-1)',
    '  11.0 s  otto-b  unknown    Ottoscaler does not know it any more',
  ]);
});

test('for programs the same, as objects in the words of the wire', () => {
  const lines: string[] = [];
  const display = jsonLines((line) => lines.push(line));
  const state = watchOf([worker('otto-a', 'failed', { error_message: 'exit-code: \u001b[31m7' })]);
  display.show(state, moment(0));
  display.show(state, moment(1));
  display.end(state, moment(1.5));
  expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
    expect.objectContaining({
      event: 'worker',
      pod_name: 'otto-a',
      status: 'failed',
      error_message: 'exit-code: \u001b[31m7',
      elapsed_seconds: 0,
    }),
    { event: 'summary', pending: 0, running: 0, succeeded: 0, failed: 1, unknown: 0, elapsed_seconds: 1.5 },
  ]);
  expect(lines.join('')).not.toContain('\u001b');
});
