/** How the reports of workers move a command's view of them. */
import { expect, test } from 'vitest';
import {
  advance,
  allCreated,
  allFinished,
  allPlaced,
  nothingPossible,
  placements,
  summarize,
} from '../../../../src/machines/scale/placement.ts';
import type { WorkerReport } from '../../../../src/machines/worker/events.ts';
import { openScaleUp, order } from '../../../support/orders.ts';
import { created, ended, finished, queued, refusedWorker } from '../../../support/scale-harness.ts';

const after = (count: number, ...reports: readonly WorkerReport[]) =>
  advance(placements(openScaleUp(count)), reports);
const failed = { kind: 'failed', failure: { name: 'exit-code', evidence: 'exited with 7' } } as const;

test.each<
  readonly [string, readonly WorkerReport[], readonly [placed: boolean, created: boolean, finished: boolean]]
>([
  ['nothing yet', [], [false, false, false]],
  ['in line', [queued(0)], [true, false, false]],
  ['created', [created(0)], [true, true, false]],
  ['created from the line', [queued(0), created(0)], [true, true, false]],
  ['ended in line', [queued(0), ended(0, failed)], [true, true, false]],
  ['ended before its Pod existed', [ended(0, failed)], [true, true, false]],
  ['finished', [created(0), ended(0), finished(0)], [true, true, true]],
  ['finished, of which nothing else was heard', [finished(0)], [true, true, true]],
])('one worker: %s', (_, reports, expected) => {
  const all = after(1, ...reports);
  expect([allPlaced(all), allCreated(all), allFinished(all)]).toEqual(expected);
});

test.each<readonly [string, readonly WorkerReport[], readonly WorkerReport[]]>([
  ['back in line after it was created', [created(0)], [queued(0)]],
  ['created after it ended', [created(0), ended(0)], [created(0)]],
  ['ended a second time', [created(0), ended(0)], [ended(0, failed)]],
  ['ended after it finished', [finished(0)], [ended(0, failed)]],
  ['heard of by an unknown name', [created(0)], [created(7)]],
  [
    'free, settled or strayed',
    [created(0)],
    [
      { type: 'worker.freed', id: 'otto-a-0' },
      { type: 'worker.settled', id: 'otto-a-0' },
    ],
  ],
])('a worker is never %s: nothing changes', (_, before, late) => {
  const all = after(1, ...before);
  expect(advance(all, late)).toBe(all);
});

test('every worker must have come as far', () => {
  expect(allPlaced(after(2, created(0)))).toBe(false);
  expect(allFinished(after(2, finished(0)))).toBe(false);
  expect(allFinished(after(2, finished(0), finished(1)))).toBe(true);
});

test.each<readonly [string, readonly WorkerReport[], unknown]>([
  ['none was refused', [ended(0, failed), ended(1, failed)], undefined],
  ['only some were', [refusedWorker(0), created(1)], undefined],
  ['only some have been so far', [refusedWorker(0)], undefined],
  [
    'all were',
    [refusedWorker(0), refusedWorker(1)],
    { kind: 'refused', code: 'invalid', reason: 'spec is wrong' },
  ],
  [
    'all were, and are gone',
    [refusedWorker(0, 'forbidden'), refusedWorker(1, 'forbidden'), finished(0, failed), finished(1, failed)],
    { kind: 'refused', code: 'forbidden', reason: 'spec is wrong' },
  ],
])('a command is refused as a whole where %s: %o', (_, reports, expected) => {
  expect(nothingPossible(after(2, ...reports))).toEqual(expected);
});

test('the answer counts every worker in one class', () => {
  const all = after(4, created(0), queued(1), ended(2, failed));
  expect(summarize(order(), all, false)).toEqual({
    kind: 'accepted',
    replayed: false,
    podNames: ['otto-a-0', 'otto-a-1', 'otto-a-2', 'otto-a-3'],
    acceptedAt: '2026-01-01T00:00:00Z',
    failedCount: 1,
    message: '1 of 4 created, 1 waiting for capacity, 1 not yet taken by the API server, 1 failed',
  });
});
